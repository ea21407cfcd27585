#!/usr/bin/env python3
"""Download bars from Yahoo Finance into a file that `YahooFinanceCSVData` reads.

``python tools/yahoodownload.py --ticker YHOO --fromdate 2003-01-01 --outfile yhoo.txt``
"""

from __future__ import annotations

import argparse
import datetime as _datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import backtrader as bt
from backtrader.errors import BacktraderError

TIMEFRAMES = {"d": bt.TimeFrame.Days, "w": bt.TimeFrame.Weeks, "m": bt.TimeFrame.Months}


def download(ticker: str, *, reverse: bool = False, **params: Any) -> str:
    """Return the bars of a ticker as the text of a file.

    Parameters
    ----------
    ticker
        What Yahoo calls it.
    reverse
        Whether to have the newest bar first.
    **params
        For `YahooFinanceData`.

    Raises
    ------
    BacktraderError
        There is no answer, or there are no bars in it.
    """
    data = bt.feeds.YahooFinanceData(dataname=ticker, **params)
    data.start_v7()
    header, *rows = data.f.read().splitlines()
    if reverse:
        rows.reverse()
    return "\n".join([header, *rows]) + "\n"


def _moment(text: str) -> _datetime.datetime:
    return _datetime.datetime.strptime(text, "%Y-%m-%d")


def parse_args(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of a command line; those of the program itself for None."""
    parser = argparse.ArgumentParser(description="Download bars from Yahoo Finance")
    parser.add_argument("--ticker", required=True, help="what Yahoo calls it")
    parser.add_argument("--outfile", required=True, type=Path, help="file to write")
    parser.add_argument("--fromdate", type=_moment, help="first day, YYYY-MM-DD")
    parser.add_argument("--todate", type=_moment, help="day after the last, YYYY-MM-DD")
    parser.add_argument(
        "--timeframe",
        default="d",
        choices=list(TIMEFRAMES),
        help="bars of days, weeks or months (default %(default)s)",
    )
    parser.add_argument("--reverse", action="store_true", help="write the newest bar first")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, **service: Any) -> None:
    """Do what the command line asks for; `service` holds further parameters of the feed."""
    args = parse_args(arguments)
    terms = {name: getattr(args, name) for name in ("fromdate", "todate") if getattr(args, name)}
    timeframe = TIMEFRAMES[args.timeframe]
    try:
        text = download(args.ticker, reverse=args.reverse, timeframe=timeframe, **terms, **service)
    except BacktraderError as error:
        sys.exit(f"yahoodownload: {error}")
    args.outfile.write_text(text, encoding="utf-8", newline="\n")
    print(f"{args.outfile}: {len(text.splitlines()) - 1} bars")


if __name__ == "__main__":
    main()
