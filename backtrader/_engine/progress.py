"""How far a long run is, on standard error: tqdm where it is installed, else plain lines."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

_PERIOD = 0.25  # seconds between two looks
_LINE_PERIOD = 2.0  # seconds between two lines where there is no tqdm


def _bar(total: int, label: str, unit: str) -> Any:
    """Something with ``update(count)`` and ``close()``."""
    try:
        from tqdm import tqdm
    except ImportError:
        return _Lines(total, label, unit)
    return tqdm(total=total, desc=label, unit=f" {unit}", file=sys.stderr, leave=True)


class _Lines:
    """Plain lines, for logs and for those without tqdm."""

    def __init__(self, total: int, label: str, unit: str) -> None:
        self.total, self.label, self.unit = total, label, unit
        self.n = 0
        self._said = time.monotonic()

    def update(self, count: int) -> None:
        self.n += count
        if time.monotonic() - self._said >= _LINE_PERIOD:
            self._say()

    def close(self) -> None:
        self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        part = f" ({self.n / self.total:.0%})" if self.total else ""
        print(f"{self.label}: {self.n} of {self.total} {self.unit}{part}", file=sys.stderr)


def counted(items: Iterable[Any], total: int, label: str, wanted: bool) -> Iterator[Any]:
    """Yield `items`, and show how many of `total` there were if that is `wanted`."""
    if not wanted:
        yield from items
        return
    bar = _bar(total, label, "runs")
    try:
        for item in items:
            bar.update(1)
            yield item
    finally:
        bar.close()


@contextmanager
def watched(cerebro: Any, wanted: bool) -> Iterator[None]:
    """Show within how far loading and the run are, if that is `wanted`.

    A thread looks at the feeds from time to time, so that the loops do not know of it.
    """
    if not wanted:
        yield
        return
    done = threading.Event()
    thread = threading.Thread(
        target=_watch, args=(cerebro.datas, done), name="backtrader-progress", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _watch(datas: list[Any], done: threading.Event) -> None:
    bars: dict[str, Any] = {}
    while True:
        over = done.wait(_PERIOD)
        for label, unit, at, total in (_loaded(datas), _delivered(datas)):
            if total and (label in bars or (at and not over)):
                bar = bars.setdefault(label, None) or _bar(total, label, unit)
                bars[label] = bar
                bar.total = total
                bar.update(max(at - bar.n, 0))
        if over:
            break
    for bar in bars.values():
        bar.close()


def _loaded(datas: list[Any]) -> tuple[str, str, int, int]:
    """Bytes read of the files of the feeds."""
    at = total = 0
    for data in datas:
        source = data._dataname
        if not isinstance(source, (str, os.PathLike)) or not os.path.isfile(source):
            continue
        size = os.path.getsize(source)
        total += size
        at += size if data.buflen() and getattr(data, "f", None) is None else _position(data)
    return "loading", "bytes", at, total


def _position(data: Any) -> int:
    stream = getattr(getattr(data, "f", None), "buffer", None)
    try:
        return int(getattr(stream, "raw", stream).tell()) if stream is not None else 0
    except (OSError, ValueError):
        return 0  # closed meanwhile


def _delivered(datas: list[Any]) -> tuple[str, str, int, int]:
    """Bars delivered of those that are loaded."""
    return "running", "bars", sum(map(len, datas)), sum(data.buflen() for data in datas)
