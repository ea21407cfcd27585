"""Decide where each indicator is drawn: over the prices, in a pane, or over another indicator.

`plotinfo.subplot`, `plotinfo.plotmaster` and `plotinfo.plot` move things about; nothing else
changes. Draw with ``--plot`` and compare.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Panes(bt.Strategy):
    """An average, an RSI, a stochastic and a MACD."""

    params = (
        ("smasubplot", False),
        ("nomacdplot", False),
        ("rsioverstoc", False),
        ("rsioversma", False),
        ("stocrsi", False),
        ("stocrsilabels", False),
    )

    def __init__(self):
        average = bt.ind.SMA(subplot=self.p.smasubplot)
        macd = bt.ind.MACD(plot=not self.p.nomacdplot)
        stochastic = bt.ind.Stochastic()
        rsi = bt.ind.RSI()
        if self.p.stocrsi:
            stochastic.plotinfo.plotmaster = rsi
            stochastic.plotinfo.plotlinelabels = self.p.stocrsilabels
        elif self.p.rsioverstoc:
            rsi.plotinfo.plotmaster = stochastic
        elif self.p.rsioversma:
            rsi.plotinfo.plotmaster = average
        self.shown = (average, macd, stochastic, rsi)

    def stop(self):
        for item in self.shown:
            master = item.plotinfo.plotmaster
            if not item.plotinfo.plot:
                place = "not drawn"
            elif master is not None:
                place = f"over {type(master).__name__}"
            else:
                place = "a pane of its own" if item.plotinfo.subplot else "over the prices"
            print(f"{type(item).__name__}: {place}")


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(stdstats=args.stdstats)
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    names = Panes.params._getkeys()
    cerebro.addstrategy(Panes, **{name: getattr(args, name) for name in names})
    cerebro.run()
    if args.plot:
        cerebro.plot(numfigs=args.numfigs)


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--stdstats", "-st", action="store_true", help="draw the standard observers")
    add("--smasubplot", "-ss", action="store_true", help="the average in a pane of its own")
    add("--nomacdplot", "-nm", action="store_true", help="do not draw the MACD")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--rsioverstoc", "-ros", action="store_true", help="RSI over stochastic")
    group.add_argument("--rsioversma", "-rom", action="store_true", help="RSI over the average")
    group.add_argument("--stocrsi", "-strsi", action="store_true", help="stochastic over RSI")
    add("--stocrsilabels", action="store_true", help="with --stocrsi, name its lines")
    add("--plot", "-p", action="store_true", help="show a chart")
    add("--numfigs", "-n", type=int, default=1, help="figures to spread the chart over")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
