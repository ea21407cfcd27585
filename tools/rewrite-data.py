#!/usr/bin/env python3
"""Read a data file of any format and write its bars as a CSV file.

``python tools/rewrite-data.py --format yahoocsv --infile yhoo.txt --outfile bars.csv``

The columns are moment, open, high, low, close, volume and open interest; `GenericCSVData` reads the
result without a further parameter.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import sys
from collections.abc import Sequence
from typing import TextIO

import backtrader as bt
from backtrader.btrun import options
from backtrader.btrun.btrun import getdatas

HEADER = ("Datetime", "Open", "High", "Low", "Close", "Volume", "OpenInterest")
FIELDS = ("open", "high", "low", "close", "volume", "openinterest")


class RewriteStrategy(bt.Strategy):
    """Writes a row for each bar.

    Parameters
    ----------
    out : text stream
        Where to write.
    separator : str
        What stands between columns.
    """

    params = (("out", None), ("separator", ","))

    def start(self) -> None:
        """Write the names of the columns."""
        self._write(HEADER)

    def next(self) -> None:
        """Write the bar."""
        moment = self.data.datetime.datetime(0)
        below_seconds = self.data._timeframe < bt.TimeFrame.Seconds
        stamp = moment.strftime("%Y-%m-%d %H:%M:%S" + (".%f" if below_seconds else ""))
        values = [getattr(self.data, name)[0] for name in FIELDS]
        self._write([stamp, *map(_text, values)])

    def _write(self, fields: Sequence[str]) -> None:
        self.p.out.write(self.p.separator.join(fields) + "\n")


def _text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def rewrite(args: argparse.Namespace, out: TextIO) -> None:
    """Write the bars that `args` ask for to a stream."""
    args.data = [args.infile]
    cerebro = bt.Cerebro(stdstats=False)
    for data in getdatas(args):
        if args.format == "yahoocsv_unreversed":
            data.p.reverse = True
        cerebro.adddata(data)
    cerebro.addstrategy(RewriteStrategy, out=out, separator=args.separator)
    cerebro.run()


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of a command line; those of the program itself for None."""
    parser = argparse.ArgumentParser(
        description="Read a data file of any format and write its bars as a CSV file"
    )
    parser.add_argument("--infile", "-i", required=True, help="file to read")
    parser.add_argument("--outfile", "-o", help="file to write; default standard output")
    parser.add_argument(
        "--format",
        "--csvformat",
        "-c",
        default="btcsv",
        choices=list(options.FORMATS),
        help="what --infile is (default %(default)s)",
    )
    moment = "in the form YYYY-MM-DD[THH:MM:SS]"
    parser.add_argument("--fromdate", "-f", help=f"first moment, {moment}")
    parser.add_argument("--todate", "-t", help=f"last moment, {moment}")
    parser.add_argument(
        "--timeframe",
        "-tf",
        default="days",
        choices=options.TIMEFRAMES,
        help="unit of the bars read (default %(default)s)",
    )
    parser.add_argument("--compression", "-cp", type=int, default=1, help="units in a bar")
    parser.add_argument(
        "--separator", "-s", default=",", help="what stands between columns (default a comma)"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks for."""
    args = parse_args(arguments)
    with contextlib.ExitStack() as stack:
        out: TextIO = sys.stdout
        if args.outfile is not None:
            out = stack.enter_context(open(args.outfile, "w", encoding="utf-8", newline="\n"))
        rewrite(args, out)


if __name__ == "__main__":
    main()
