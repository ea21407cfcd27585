"""How a feed gets its bars onto its lines: all at once, block by block, or one by one through its
filters.
"""

from __future__ import annotations

import collections
import logging
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..utils import date2num, num2date
from .bulk import Block, admitted, defined_above

_log = logging.getLogger("backtrader.feed")


class Delivery:
    """The part of a feed that moves it on from bar to bar.

    Bars that filters set aside wait in two queues: what is on the stack gets delivered, what is on
    the stash goes
    through the filters as if it had just been loaded.
    """

    lines: Any
    fromdate: float
    todate: float
    _name: str
    _filters: list[Any]
    _ffilters: list[Any]
    _barstack: collections.deque[Any]
    _barstash: collections.deque[Any]
    _cursor: Any
    _read_blocks: Any
    backwards: Any
    buflen: Any
    forward: Any
    home: Any
    islive: Any
    rewind: Any
    __len__: Any
    _tzinput: Any = None
    _feeder: Iterator[tuple[float, ...]] | None = None
    _late_said = False

    # ticks: the state of a bar that is delivered bit by bit

    def _tick_nullify(self) -> None:
        for name in self.lines.getlinealiases():
            if name != "datetime":
                setattr(self, f"tick_{name}", None)
        self.tick_last: float | None = None

    def _tick_fill(self, force: bool = False) -> None:
        names = self.lines.getlinealiases()
        if force or getattr(self, f"tick_{names[0]}", None) is None:
            for name in names:
                if name != "datetime":
                    setattr(self, f"tick_{name}", getattr(self.lines, name)[0])
            self.tick_last = getattr(self.lines, names[0])[0]

    # delivery

    def preload(self) -> None:
        """Load all bars, then go back to before the first."""
        blocks = self._bulk_blocks()
        if blocks is None:
            while self.load():
                pass
        else:
            self._take_blocks(list(blocks))
            self._feeder = iter(())  # all is there: nothing is left to be read
        self._last()
        self.home()

    def _bulk_blocks(self, rows: int | None = None) -> Iterator[Block] | None:
        """The blocks of bars that get past the dates; None where bars have to go one by one."""
        if self._filters or not self._reads_blocks():
            return None
        return admitted(self, self._read_blocks(rows))

    def _reads_blocks(self) -> bool:
        """Whether the feed can read blocks: no subclass has its own word on single bars, and there
        is no room for bars ahead (`lookahead`), which blocks would be put behind.
        """
        hooks = ("load", "_load", "_loadline", "_getnextline")
        own = any(defined_above(type(self), "_read_blocks", hook) for hook in hooks)
        return not own and not self.lines.lines[0].extension

    def _make_feeder(self) -> Iterator[tuple[float, ...]] | None:
        """Rows of values, read block by block, for delivery one at a time."""
        return self._rows() if self._reads_blocks() else None

    def _rows(self) -> Iterator[tuple[float, ...]]:
        for block in admitted(self, self._read_blocks(4096)):
            yield from zip(*(column.tolist() for column in block), strict=True)

    def _take_blocks(self, blocks: list[Block]) -> None:
        """Make all bars of `blocks` the contents of the lines."""
        for index, line in enumerate(self.lines):
            for block in blocks:
                line.array.frombytes(np.ascontiguousarray(block[index]).tobytes())

    def advance_peek(self) -> float:
        """Return the time of the next bar where there is one already, else infinity."""
        if len(self) < self.buflen():
            value: float = self.lines.datetime[1]
            return value
        return float("inf")

    def advance(self, size: int = 1, datamaster: Any = None, ticks: bool = True) -> None:
        """Move on by `size` bars that are there already; not past the time of `datamaster`."""
        if ticks:
            self._tick_nullify()
        self.lines.advance(size)
        if datamaster is None:
            if ticks and len(self) < self.buflen():
                self._tick_fill()
            return
        if len(self) > self.buflen():
            # nothing is left to deliver: an empty bar keeps pace
            self.lines.rewind()
            self.lines.forward()
        elif self.lines.datetime[0] > datamaster.lines.datetime[0]:
            self.lines.rewind()
        elif ticks:
            self._tick_fill()

    def next(self, datamaster: Any = None, ticks: bool = True) -> bool | None:
        """Deliver the next bar, if it is not later than that of `datamaster`.

        Returns
        -------
        True, False where there is none (now, or past `datamaster`), or None where a live feed has
        to be waited for.
        """
        if len(self) >= self.buflen():
            if ticks:
                self._tick_nullify()
            loaded = self.load()
            if not loaded:
                return loaded
        else:
            self.advance(ticks=ticks)
        if datamaster is not None and self.lines.datetime[0] > datamaster.lines.datetime[0]:
            self.rewind()
            return False
        if ticks:
            self._tick_fill()
        return True

    def load(self) -> bool | None:
        """Put the next bar that gets past dates and filters onto the lines.

        Returns
        -------
        True, False where there is none, or None where a live feed has to be waited for.
        """
        while True:
            fed = self._load_fed()
            if fed is not None:
                return fed
            self.forward()
            if self._fromstack():
                return True
            if not self._fromstack(stash=True):
                loaded = self._load()
                if not loaded:
                    self.backwards(force=True)
                    return loaded
                if not self._in_order():
                    self._say_late()
            now = self._to_utc()
            if now < self.fromdate:
                self.backwards()
            elif now > self.todate:
                self.backwards(force=True)
                return False
            elif not self._filtered():
                return True

    def _load_fed(self) -> bool | None:
        """The same from rows that were read by the block; None where bars are set aside, or there
        is no such reading.
        """
        while self._feeder is not None and not self._barstack and not self._barstash:
            if not self._load_row(next(self._feeder, None)):
                return False
            if not (self._filters and self._filtered()):
                return True
        return None

    def _load_row(self, row: tuple[float, ...] | None) -> bool:
        if row is None:
            return False
        for line, value in zip(self.lines.lines, row, strict=True):
            line.array.append(value)
        self._cursor.idx += 1
        return True

    def _in_order(self) -> bool:
        times = self.lines.datetime
        return len(times.array) < 2 or len(self) < 2 or times[0] >= times[-1]

    def _say_late(self) -> None:
        if not self._late_said and not self.islive():
            self._late_said = True
            _log.warning("%s: bars are not in the order of time", self._name or type(self).__name__)

    def _to_utc(self) -> float:
        """Take the time of the current bar out of the time zone of the source; return it."""
        now: float = self.lines.datetime[0]
        if self._tzinput is not None:
            now = self.lines.datetime[0] = self._utc(now)
        return now

    def _utc(self, number: float) -> float:
        return date2num(self._tzinput.localize(num2date(number)))

    def _filtered(self) -> bool:
        """Put the current bar through the filters; say whether one took it.

        The filters after that one do not see what it put on the stack.
        """
        taken = False
        for each, args, kwargs in self._filters:
            waiting = len(self._barstack)
            if not waiting:
                taken = each(self, *args, **kwargs)
            # an earlier filter put bars on the stack: each of them goes through this one
            for _ in range(waiting):
                self._fromstack(forward=True)
                taken = each(self, *args, **kwargs)
            if taken:
                return True
        return False

    def _load(self) -> bool | None:
        """Set the lines of the next bar (``self.lines.close[0] = ...``); False at the end."""
        return False

    def _check(self, forcedata: Any = None) -> None:
        """Let the filters look at the clock although no bar came."""
        self._show_clock(self, forcedata)

    def _show_clock(self, data: Any, forcedata: Any) -> None:
        """Let the filters of `data`, which is this feed or a clone of it, look at the clock."""
        for each, _, _ in data._filters:
            if hasattr(each, "check"):
                each.check(data, _forcedata=forcedata)

    def _last(self, datamaster: Any = None) -> bool:
        """Let the filters deliver what they still hold back; say whether there was anything."""
        delivered = False
        for each, args, kwargs in self._ffilters:
            delivered = bool(each.last(self, *args, **kwargs)) or delivered
        ticks = datamaster is not None and bool(self._barstack)
        while self._fromstack(forward=True):
            pass
        if ticks:
            self._tick_fill()
        return delivered

    # bars set aside, for filters

    def _add2stack(self, bar: Any, stash: bool = False) -> None:
        """Set a bar, values in the order of the lines, aside for delivery (`stash`: as if just
        loaded).
        """
        (self._barstash if stash else self._barstack).append(bar)

    def _save2stack(self, erase: bool = False, force: bool = False, stash: bool = False) -> None:
        """Set the current bar aside for delivery, and take it away where `erase` is set."""
        self._add2stack([line[0] for line in self.lines.itersize()], stash)
        if erase:
            self.backwards(force=force)

    def _updatebar(self, bar: Any, forward: bool = False, ago: int = 0) -> None:
        """Put the values of `bar` onto the current bar, or onto a new one (`forward`)."""
        if forward:
            self.forward()
        for line, value in zip(self.lines.itersize(), bar, strict=False):
            line[ago] = value

    def _fromstack(self, forward: bool = False, stash: bool = False) -> bool:
        """Put the bar set aside first onto the current one (or a new one); say whether there was
        one.
        """
        waiting = self._barstash if stash else self._barstack
        if not waiting:
            return False
        self._updatebar(waiting.popleft(), forward)
        return True
