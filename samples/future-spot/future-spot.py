"""Trade the future when the spot tells to: data that is traded without being the signal.

`data1` is the spot and gives the signals; orders go to the future, `data0`, which here is the spot
with a premium. Compensation (``compensate``) books the future's trades on the spot, so that the
chart shows them there; ``--no-comp`` leaves it out.
"""

import argparse
import ast
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


def keywords(text):
    """Return the arguments of a text such as ``runonce=False, preload=True``."""
    call = ast.parse(f"dict({text})", mode="eval").body
    return {word.arg: ast.literal_eval(word.value) for word in call.keywords}


class Premium:
    """A filter that lifts the prices of a feed by a share."""

    def __init__(self, data, share):
        self.factor = 1.0 + share

    def __call__(self, data):
        for line in (data.open, data.high, data.low, data.close):
            line[0] *= self.factor
        return False


class SpotSignal(bt.Strategy):
    """Hold the future while the spot is above its average."""

    params = (("period", 20),)

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data1, bt.ind.SMA(self.data1, period=self.p.period))

    def next(self):
        if self.cross > 0:
            self.buy(data=self.data0)
        elif self.cross < 0 and self.getposition(self.data0):
            self.close(data=self.data0)

    def notify_trade(self, trade):
        if trade.isclosed:
            print(
                f"{bt.num2date(trade.dtclose).date()} {trade.data._name} trade of"
                f" {trade.barlen} bars: {trade.pnl:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    span = {"fromdate": args.fromdate, "todate": args.todate}
    future = bt.feeds.BacktraderCSVData(dataname=args.data0, **span)
    future.addfilter(Premium, share=args.premium)
    cerebro.adddata(future, name="future")
    spot = bt.feeds.BacktraderCSVData(dataname=args.data0, **span)
    cerebro.adddata(spot, name="spot")
    if not args.no_comp:
        spot.compensate(future)
    spot.plotinfo.plotmaster = future
    spot.plotinfo.sameaxis = True
    cerebro.addstrategy(SpotSignal, **keywords(args.strat))
    cerebro.addobserver(bt.observers.DataTrades)
    cerebro.run()
    print(f"Final value {cerebro.broker.getvalue():.2f}")
    if args.plot is not None:
        cerebro.plot(**keywords(args.plot))


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data0", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--premium", type=float, default=0.01, help="of the future over the spot, as a share")
    add("--no-comp", action="store_true", help="do not compensate")
    add("--strat", default="", metavar="kwargs", help="parameters of the strategy")
    add("--plot", "-p", nargs="?", const="", metavar="kwargs", help="draw, as in savefig='a.png'")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
