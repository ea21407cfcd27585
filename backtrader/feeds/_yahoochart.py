"""What the service of Yahoo Finance sends, as the text of a file."""

from __future__ import annotations

import datetime as _datetime
import json
import re
from collections.abc import Iterator
from typing import Any

from ..dataseries import TimeFrame
from ..errors import DataError

INTERVALS = {TimeFrame.Days: "1d", TimeFrame.Weeks: "1wk", TimeFrame.Months: "1mo"}
"""What the service calls time frames."""

_HEADER = "Date,Open,High,Low,Close,Adj Close,Volume"
_CRUMB = re.compile(r'"crumb"\s*:\s*("(?:[^"\\]|\\.)*")')
_EPOCH = _datetime.datetime(1970, 1, 1)


def find_crumb(page: str) -> str:
    """Return the crumb that a page holds; empty where there is none."""
    found = _CRUMB.search(page)
    return str(json.loads(found.group(1))) if found else ""


def csv_text(answer: str, ticker: str) -> str:
    """Return an answer of the service, text or JSON, as the text of a file.

    Raises
    ------
    DataError
        It has no bars, or is something else.
    """
    start = answer.lstrip()[:1]
    if start == "{":
        return "\n".join(_lines(answer, ticker)) + "\n"
    if not answer.startswith("Date,"):
        raise DataError(f"{ticker}: the service sends something else than bars", text=answer[:200])
    return answer


def _lines(answer: str, ticker: str) -> Iterator[str]:
    yield _HEADER
    try:
        chart = json.loads(answer)["chart"]
        if chart.get("error"):
            raise DataError(f"{ticker}: {chart['error'].get('description', chart['error'])}")
        result = chart["result"][0]
        offset = result["meta"].get("gmtoffset", 0)
        columns = _columns(result)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{ticker}: the answer holds no bars", text=answer[:200]) from error
    for seconds, *values in zip(*columns, strict=True):
        day = _EPOCH + _datetime.timedelta(seconds=seconds + offset)
        fields = ("null" if value is None else repr(value) for value in values)
        yield ",".join((f"{day:%Y-%m-%d}", *fields))


def _columns(result: dict[str, Any]) -> list[list[Any]]:
    """Time, prices, adjusted close and volume."""
    stamps = result.get("timestamp") or []
    if not stamps:
        return [[]] * 7
    quote = result["indicators"]["quote"][0]
    columns = [quote[name] for name in ("open", "high", "low", "close", "volume")]
    adjusted = result["indicators"].get("adjclose") or [{}]
    columns.insert(4, adjusted[0].get("adjclose") or quote["close"])
    if any(len(column) != len(stamps) for column in columns):
        raise ValueError("columns differ in length")
    return [stamps, *columns]
