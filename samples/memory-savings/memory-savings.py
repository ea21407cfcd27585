"""Run in bounded memory: `exactbars` keeps of each line what the periods ask for.

``--save`` is the value of `exactbars`: 0 keeps all; 1 the least, in all lines; -1 keeps the datas
and the indicators of the strategy, so that they can be drawn, -2 keeps only those that are drawn.
The strategy finds the same in all of them. ``--lendetails`` prints what is held at the end.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Savings(bt.Strategy):
    """Compute a few indicators and count what is held."""

    params = (("datalines", False), ("lendetails", False))

    def __init__(self):
        average = bt.ind.SMA(period=10)
        self.macd = bt.ind.MACDHisto()
        self.stochastic = bt.ind.Stochastic()
        self.cross = bt.ind.CrossOver(self.data, average)
        self.crossings = 0

    def next(self):
        self.crossings += self.cross[0] != 0
        if self.p.datalines and len(self) % 50 == 0:
            print(f"{self.data.datetime.date(0)} {self.data.close[0]:.2f} {self.macd[0]:.4f}")

    def stop(self):
        parts = [*self.datas, *self.getindicators()]
        held = whole = 0
        for part in parts:
            sizes = [len(line.array) for line in part.lines]
            held += sum(sizes)
            whole += len(sizes) * len(self)
            if self.p.lendetails:
                print(f"  {type(part).__name__}: {sizes}")
        print(f"{self.crossings} crossings, MACD {self.macd[0]:.4f} after {len(self)} bars")
        print("All values are held" if held >= whole else "Old values are gone")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=args.data))
    cerebro.addstrategy(Savings, datalines=args.datalines, lendetails=args.lendetails)
    cerebro.run(runonce=False, exactbars=args.save)
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add("--save", type=int, choices=(1, 0, -1, -2), default=0, help="value of exactbars")
    add("--datalines", action="store_true", help="print some bars")
    add("--lendetails", action="store_true", help="print the length of all buffers")
    add("--plot", action="store_true", help="show a chart; not with --save 1")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
