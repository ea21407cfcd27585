"""Run a strategy for each combination of values, on all processors.

Ranges are given by their ends: ``--ma_low``, ``--ma_high``, and the like for the periods of the
MACD. ``--no-optdatas`` and ``--no-optreturn`` switch off what makes an optimisation fast: sharing
the loaded feeds, and bringing home only parameters and analyzers.
"""

import argparse
import datetime
import time
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"


class Periods(bt.Strategy):
    """Compute an average and a MACD, and trade their agreement."""

    params = (
        ("smaperiod", 15),
        ("macdperiod1", 12),
        ("macdperiod2", 26),
        ("macdperiod3", 9),
    )

    def __init__(self):
        macd = bt.ind.MACD(
            period_me1=self.p.macdperiod1,
            period_me2=self.p.macdperiod2,
            period_signal=self.p.macdperiod3,
        )
        average = bt.ind.SMA(period=self.p.smaperiod)
        self.long = bt.And(self.data > average, macd.macd > macd.signal)

    def next(self):
        if self.long[0] and not self.position:
            self.buy()
        elif not self.long[0] and self.position:
            self.close()


def main(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro(
        maxcpus=args.maxcpus,
        runonce=not args.no_runonce,
        exactbars=args.exactbars,
        optdatas=not args.no_optdatas,
        optreturn=not args.no_optreturn,
        stdstats=False,
    )
    cerebro.adddata(
        bt.feeds.BacktraderCSVData(dataname=args.data, fromdate=args.fromdate, todate=args.todate)
    )
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.NoTimeFrame, _name="total")
    cerebro.optstrategy(
        Periods,
        smaperiod=range(args.ma_low, args.ma_high),
        macdperiod1=range(args.m1_low, args.m1_high),
        macdperiod2=range(args.m2_low, args.m2_high),
        macdperiod3=range(args.m3_low, args.m3_high),
    )
    begin = time.perf_counter()
    runs = cerebro.run()
    elapsed = time.perf_counter() - begin
    for (run,) in runs:
        (total,) = run.analyzers.total.get_analysis().values()
        p = run.params
        periods = (p.smaperiod, p.macdperiod1, p.macdperiod2, p.macdperiod3)
        print(f"{periods}: {100 * total:.4f} %")
    print(f"{len(runs)} runs")
    if args.time:
        print(f"{elapsed:.2f} s")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--fromdate", "-f", type=datetime.datetime.fromisoformat, help="first day")
    add("--todate", "-t", type=datetime.datetime.fromisoformat, help="last day")
    add("--maxcpus", "-m", type=int, default=0, help="processes; 0 for one per processor")
    add("--no-runonce", action="store_true", help="compute indicators bar by bar")
    add("--exactbars", type=int, default=0, help="bounded memory")
    add("--no-optdatas", action="store_true", help="load the feeds for each run")
    add("--no-optreturn", action="store_true", help="bring whole strategies home")
    add("--ma_low", type=int, default=10, help="first period of the average")
    add("--ma_high", type=int, default=14, help="period to stop before")
    for place, low in ((1, 12), (2, 26), (3, 9)):
        add(f"--m{place}_low", type=int, default=low, help=f"first period {place} of the MACD")
        add(f"--m{place}_high", type=int, default=low + 1 + place // 3, help="where to stop")
    add("--time", action="store_true", help="print how long it took")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
