"""Returns of periods, and the Sharpe ratio of them, with each of its options.

``--tframe`` sets the periods of both analyzers; ``--annualize``, ``--no-convertrate`` and
``--riskfreerate`` change how the ratio is computed, ``--legacyannual`` takes the returns of years
from `AnnualReturn`.
"""

import argparse
import datetime
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

FRAMES = {
    "days": bt.TimeFrame.Days,
    "weeks": bt.TimeFrame.Weeks,
    "months": bt.TimeFrame.Months,
    "years": bt.TimeFrame.Years,
}


class Reversing(bt.SignalStrategy):
    """Be on the side of the average that the price is on."""

    params = (("period", 15),)

    def __init__(self):
        above = self.data - bt.ind.SMA(period=self.p.period)
        self.signal_add(bt.SIGNAL_LONGSHORT, above)


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addstrategy(Reversing, period=args.period)
    cerebro.broker.setcash(args.cash)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=FRAMES[args.tframe], _name="returns")
    terms = {
        "riskfreerate": args.riskfreerate,
        "convertrate": not args.no_convertrate,
        "annualize": args.annualize,
    }
    if args.factor is not None:
        terms["factor"] = args.factor
    if args.legacyannual:
        terms = {"legacyannual": True, "riskfreerate": args.riskfreerate}
    else:
        terms["timeframe"] = FRAMES[args.tframe]
    cerebro.addanalyzer(bt.analyzers.SharpeRatio, _name="sharpe", **terms)
    if args.writercsv:
        cerebro.addwriter(bt.WriterFile, csv=True, rounding=4)
    (strategy,) = cerebro.run()
    returns = list(strategy.analyzers.returns.get_analysis().items())
    for period, value in returns[-args.show :]:
        print(f"{str(period)[:10]} {100 * value:8.4f} %")
    print(f"{len(returns)} periods")
    ratio = strategy.analyzers.sharpe.get_analysis()["sharperatio"]
    print("Sharpe ratio", "none" if ratio is None else f"{ratio:.6f}")
    if args.plot:
        cerebro.plot()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2005-2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--period", type=int, default=15, help="of the average")
    add("--cash", type=float, default=100000.0, help="starting cash")
    add("--tframe", choices=FRAMES, default="months", help="length of the periods")
    add("--riskfreerate", type=float, default=0.01, help="a year, as a fraction")
    add("--factor", type=int, help="periods in a year, where the frame does not tell")
    add("--no-convertrate", action="store_true", help="the rate is that of a period")
    add("--annualize", action="store_true", help="scale the ratio to a year")
    add("--legacyannual", action="store_true", help="out of the analyzer AnnualReturn")
    add("--show", type=int, default=12, help="periods to print")
    add("--writercsv", "-wcsv", action="store_true", help="print all lines as CSV")
    add("--plot", "-p", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
