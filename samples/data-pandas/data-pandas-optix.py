"""Read columns beyond those of a bar from a data frame: a feed with more lines.

The class names its lines, and says by a parameter for each where it comes from: -1 looks for a
column of that name. ``--nooptix`` leaves them out.
"""

import argparse
from pathlib import Path

import backtrader as bt

DATAS = Path(__file__).resolve().parents[2] / "datas"

EXTRA = ("optix_close", "optix_pess", "optix_opt")
EXPLAIN = 'this sample needs pandas: pip install "pandas"'


class WithOptions(bt.feeds.PandasData):
    """Bars with three figures about options."""

    lines = EXTRA
    params = tuple((name, -1) for name in EXTRA)
    datafields = bt.feeds.PandasData.datafields + list(EXTRA)


def frame_of(path, optix):
    """Return a file of daily bars as a data frame, with figures made out of the close."""
    try:
        import pandas
    except ImportError:
        raise SystemExit(EXPLAIN) from None
    frame = pandas.read_csv(path, parse_dates=True, index_col=0)
    if optix:
        for name, share in zip(EXTRA, (0.010, 0.008, 0.013), strict=True):
            frame[name] = frame["Close"] * share
    return frame


class ShowExtra(bt.Strategy):
    """Print the first bars."""

    params = (("optix", True), ("show", 8))

    def next(self):
        if len(self) > self.p.show:
            return
        text = f"{len(self):2d} {self.data.datetime.date(0)} {self.data.close[0]:.2f}"
        if self.p.optix:
            text += "".join(f" {getattr(self.data.lines, name)[0]:.3f}" for name in EXTRA)
        print(text)


def main(args=None):
    args = parse_args(args)
    frame = frame_of(args.data, optix=not args.nooptix)
    if not args.noprint:
        print(f"{len(frame)} rows, columns {[str(name) for name in frame.columns]}")
    cerebro = bt.Cerebro(stdstats=False)
    feed = bt.feeds.PandasData if args.nooptix else WithOptions
    cerebro.adddata(feed(dataname=frame))
    cerebro.addstrategy(ShowExtra, optix=not args.nooptix)
    cerebro.run()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", "-d", default=str(DATAS / "2006-day-001.txt"), help="file of daily bars")
    add("--noprint", action="store_true", help="do not describe the data frame")
    add("--nooptix", action="store_true", help="leave the extra columns out")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
