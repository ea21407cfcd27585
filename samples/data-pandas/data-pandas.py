"""Read the bars from a data frame of pandas.

Column names are found whatever their case; with ``--noheaders`` the columns are numbers and taken
in the order open, high, low, close, volume, openinterest.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

EXPLAIN = 'this sample needs pandas: pip install "pandas"'


def frame_of(path, headers):
    """Return a file of daily bars as a data frame indexed by date."""
    try:
        import pandas
    except ImportError:
        raise SystemExit(EXPLAIN) from None
    return pandas.read_csv(
        path,
        skiprows=0 if headers else 1,
        header=0 if headers else None,
        parse_dates=True,
        index_col=0,
    )


class Averages(bt.Strategy):
    """Print the last bar of each month and an average."""

    def __init__(self):
        self.average = bt.ind.SMA(period=20)

    def next(self):
        if self.data.datetime.date(0).month != self.data.datetime.date(-1).month:
            print(
                f"{self.data.datetime.date(-1)} close {self.data.close[-1]:.2f}"
                f" average {self.average[-1]:.2f}"
            )


def main(args=None):
    args = parse_args(args)
    frame = frame_of(args.data, headers=not args.noheaders)
    if not args.noprint:
        print(f"{len(frame)} rows, columns {[str(name) for name in frame.columns]}")
    cerebro = bt.Cerebro(stdstats=False)
    if args.noheaders:
        columns = ("open", "high", "low", "close", "volume", "openinterest")
        data = bt.feeds.PandasData(
            dataname=frame, nocase=False, **{name: i for i, name in enumerate(columns)}
        )
    else:
        data = bt.feeds.PandasData(dataname=frame)
    cerebro.adddata(data)
    cerebro.addstrategy(Averages)
    cerebro.run()
    if args.plot:
        cerebro.plot(style="bar")


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--noheaders", action="store_true", help="number the columns")
    add("--noprint", action="store_true", help="do not describe the data frame")
    add("--plot", action="store_true", help="show a chart")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
