"""Ticks out of the fields that the stream sends, and five second bars out of ticks.

Fields: 31 last price, 84 bid, 86 ask, 7059 last size, 7762 volume of the day. A frame carries what
changed, at most twice a second: trades in between show in the volume of the day alone.
"""

from __future__ import annotations

import collections
import datetime as _datetime
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

__all__ = ["LAST", "RTVolume", "RealTimeBar", "RealTimeBars", "TickMaker", "number", "utc"]

LAST, BID, ASK, LAST_SIZE, DAY_VOLUME = "31", "84", "86", "7059", "7762"
_REMEMBERED = 64  # frames, to know one that comes again
_EPOCH = _datetime.datetime(1970, 1, 1)


def utc(epoch_ms: float) -> _datetime.datetime:
    """Return milliseconds since 1970 as a naive UTC datetime."""
    return _EPOCH + _datetime.timedelta(milliseconds=epoch_ms)


def _whole(value: float) -> float:
    """Return an int where nothing is lost by it."""
    return int(value) if value == int(value) else value


def number(text: Any) -> float | None:
    """Return the number in a field; None where there is none (``""``, ``"N/A"``, ``"C271.5"``)."""
    try:
        value = float(str(text).replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


class RTVolume:
    """A trade as TWS tells it.

    Parameters
    ----------
    rtvol
        ``"price;size;epoch ms;volume of the day;vwap;single trade"``.
    price
        Replaces the price of `rtvol`; alone it is a quote, of size 0, now.
    tmoffset : timedelta, optional
        Added to the time.

    Attributes
    ----------
    price, size, volume, vwap : float
    datetime : datetime
        Naive UTC.
    single : bool
        Whether the size is that of one trade.
    more : mapping
        What is known of further fields that were asked for, by IBKR's ids, as text.
    """

    more: Mapping[str, str] = MappingProxyType({})

    def __init__(self, rtvol: str = "", price: float | None = None, tmoffset: Any = None) -> None:
        fields: list[Any] = rtvol.split(";") if rtvol else ["0", "0", "", "0", "0", ""]
        stamp = fields[2]
        self.price = float(fields[0]) if price is None else price
        self.size = _whole(float(fields[1]))
        now = _datetime.datetime.now(_datetime.timezone.utc).replace(tzinfo=None)
        self.datetime = utc(int(stamp)) if stamp else now
        self.volume = _whole(float(fields[3]))
        self.vwap = float(fields[4])
        self.single = fields[5] == "true"
        if tmoffset is not None:
            self.datetime += tmoffset

    @classmethod
    def made(cls, price: float, size: float, epoch_ms: int, volume: float) -> RTVolume:
        """Return a tick from its parts."""
        tick = cls.__new__(cls)
        tick.price, tick.size, tick.volume = price, _whole(size), _whole(volume)
        tick.datetime, tick.vwap, tick.single = utc(epoch_ms), 0.0, False
        return tick


class TickMaker:
    """Makes the ticks of one contract.

    Parameters
    ----------
    what
        Which price: ``TRADES``, or ``BID``, ``ASK`` or ``MIDPOINT`` of the quote.
    more
        Further fields that each tick carries, by IBKR's ids.

    Attributes
    ----------
    updated_ms : int
        Server time of the latest frame; 0 before the first.
    missed : float
        Units that were traded between the frames before and after `rejoin`; of quotes, 1.0 where
        they changed.
    """

    def __init__(self, what: str = "TRADES", more: Collection[str] = ()) -> None:
        self.what = what
        self.more = more
        self.updated_ms = 0
        self.missed = 0.0
        self._known: dict[str, str] = {}
        self._said_ms: dict[str, int] = {}  # when that was, by the server's time
        self._volume: float | None = None
        self._price: float | None = None
        self._joining = True
        self._seen: collections.deque[int] = collections.deque(maxlen=_REMEMBERED)

    def rejoin(self) -> None:
        """Take the next frame as one that tells how things stand, and not what happened."""
        self._joining = True
        self.missed = 0.0

    def take(self, updated_ms: int, fields: Mapping[str, str]) -> RTVolume | None:
        """Take a frame in; return the tick that it makes, if it makes one.

        A frame that is older than one before it is late: its price counts, its size does not, for
        the volume of the day of the later frame has it already. What later frames have left out,
        since it had been said, is known by it. One that came before is left out.
        """
        late = updated_ms < self.updated_ms
        repeated = updated_ms in self._seen
        self._seen.append(updated_ms)
        if late:
            return None if repeated else self._belated(updated_ms, fields)
        self.updated_ms = updated_ms
        changed = {name for name, text in fields.items() if self._known.get(name) != text}
        self._known.update(fields)
        self._said_ms.update(dict.fromkeys(fields, updated_ms))
        if self.what == "TRADES":
            tick = self._trade(updated_ms, changed)
        else:
            tick = self._quote(updated_ms, changed)
        if tick is not None and self.more:
            tick.more = {name: text for name, text in self._known.items() if name in self.more}
        if not self._joining:
            return tick
        self._joining = False
        return None

    def _trade(self, updated_ms: int, changed: set[str]) -> RTVolume | None:
        price = self._last_price()
        volume = number(self._known.get(DAY_VOLUME))
        size = self._traded(volume)
        if self._joining:
            self.missed = size
        if price is None or not changed & {LAST, LAST_SIZE, DAY_VOLUME}:
            return None
        if volume is None and LAST_SIZE in changed:
            size = number(self._known.get(LAST_SIZE)) or 0.0
        return RTVolume.made(price, size, updated_ms, volume or 0.0)

    def _belated(self, updated_ms: int, fields: Mapping[str, str]) -> RTVolume | None:
        for name, text in fields.items():
            if self._said_ms.get(name, 0) < updated_ms:
                self._known[name], self._said_ms[name] = text, updated_ms
        price = number(fields.get(LAST)) if self.what == "TRADES" else None
        if price is None or self._joining:
            return None
        return RTVolume.made(price, 0.0, updated_ms, self._volume or 0.0)

    def _last_price(self) -> float | None:
        # "C" is the close of the day before and "H" a halt: no trade stands behind either
        return number(self._known.get(LAST))

    def _traded(self, volume: float | None) -> float:
        """Return by how much the volume of the day grew; it starts anew with the day."""
        before, self._volume = self._volume, self._volume if volume is None else volume
        if before is None or volume is None:
            return 0.0
        return volume - before if volume >= before else volume

    def _quote(self, updated_ms: int, changed: set[str]) -> RTVolume | None:
        bid, ask = (number(self._known.get(name)) for name in (BID, ASK))
        price = {"BID": bid, "ASK": ask}.get(self.what)
        if self.what == "MIDPOINT" and bid is not None and ask is not None:
            price = (bid + ask) / 2.0
        if price is None or price == self._price or not changed & {BID, ASK}:
            return None
        if self._joining and self._price is not None:
            self.missed = 1.0
        self._price = price
        return RTVolume.made(price, 0.0, updated_ms, 0.0)


@dataclass(slots=True)
class RealTimeBar:
    """A bar of a few seconds as TWS sends it; `time` is its start, naive UTC."""

    time: _datetime.datetime
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    wap: float = 0.0
    count: int = 0


class RealTimeBars:
    """Puts ticks together to bars of so many seconds, by the server's clock.

    Parameters
    ----------
    seconds
        Length of a bar.
    deliver
        Called with each bar that is complete: when a tick of a later one comes, or by `flush`.
        A stretch without a tick has no bar.
    """

    def __init__(self, seconds: int, deliver: Callable[[RealTimeBar], None]) -> None:
        self.length = _datetime.timedelta(seconds=seconds)
        self._deliver = deliver
        self._bar: RealTimeBar | None = None
        self._money = 0.0

    def take(self, tick: RTVolume) -> None:
        """Take a tick into the bar that it belongs to."""
        start = tick.datetime - (tick.datetime - _EPOCH) % self.length
        bar = self._bar
        if bar is not None and bar.time != start:
            self.flush()
            bar = None
        price = tick.price
        if bar is None:
            bar = self._bar = RealTimeBar(start, price, price, price, price)
            self._money = 0.0
        bar.high = max(bar.high, price)
        bar.low = min(bar.low, price)
        bar.close = price
        bar.volume += tick.size
        bar.count += 1
        self._money += price * tick.size
        bar.wap = self._money / bar.volume if bar.volume else price

    def flush(self, now: _datetime.datetime | None = None) -> None:
        """Deliver the bar there is, if it has ended by `now` (None: in any case)."""
        bar = self._bar
        if bar is not None and (now is None or bar.time + self.length <= now):
            self._bar = None
            self._deliver(bar)

    def drop(self) -> None:
        """Forget the bar there is: part of it was lost."""
        self._bar = None
