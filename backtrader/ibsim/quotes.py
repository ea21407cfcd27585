"""Market data as IBKR writes it: fields by number, and the streams that carry them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from .market import Market, Quote
from .records import Instrument

__all__ = ["STATIC_FIELDS", "Stream", "Streams", "field_values", "frame_head"]
__all__ += ["price_digits", "price_text"]


class _View(NamedTuple):
    """What a field is made of."""

    instrument: Instrument
    quote: Quote
    current: bool  # of today's trading


@lru_cache(maxsize=256)
def price_digits(increment: float) -> int:
    """Return how many decimals a price has."""
    return max(0, -int(Decimal(str(increment)).normalize().as_tuple().exponent))


def price_text(price: float, increment: float) -> str:
    """Return a price with the decimals of the increment, or with all that it has."""
    text = f"{price:.{price_digits(increment)}f}"
    return text if float(text) == price else repr(float(price))


def _size_text(size: float) -> str:
    return str(int(size)) if float(size).is_integer() else repr(float(size))


def _short_text(size: float) -> str:
    """Return a volume as a screen shows it: ``35K``, ``1.2M``."""
    for unit, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if size >= unit:
            return f"{size / unit:.3g}{suffix}"
    return _size_text(size)


def _price(name: str) -> Callable[[_View], str]:
    def text(view: _View) -> str:
        return price_text(getattr(view.quote, name), view.instrument.increment)

    return text


def _today(name: str) -> Callable[[_View], str | None]:
    price = _price(name)
    return lambda view: price(view) if view.current else None


def _last(view: _View) -> str:
    text = price_text(view.quote.last, view.instrument.increment)
    return text if view.current else f"C{text}"


def _prior(view: _View) -> float | None:
    """Return the last price of the day before today."""
    return view.quote.prior_close if view.current else view.quote.last


def _prior_close(view: _View) -> str | None:
    prior = _prior(view)
    return None if prior is None else price_text(prior, view.instrument.increment)


def _change(view: _View) -> str | None:
    prior = _prior(view)
    if prior is None:
        return None
    return price_text(round(view.quote.last - prior, 10), view.instrument.increment)


def _change_percent(view: _View) -> float | None:
    prior = _prior(view)
    return None if not prior else round((view.quote.last - prior) / prior * 100, 2)


# By number; what gives None is left out of an answer, as the service leaves out what it does not
# know. All are texts but 83.
_FIELDS: dict[str, Callable[[_View], str | float | None]] = {
    "31": _last,
    "70": _today("high"),
    "71": _today("low"),
    "82": _change,
    "83": _change_percent,
    "84": _price("bid"),
    "85": lambda view: _size_text(view.quote.ask_size),
    "86": _price("ask"),
    "87": lambda view: _short_text(view.quote.volume) if view.current else "0",
    "88": lambda view: _size_text(view.quote.bid_size),
    "7059": lambda view: _size_text(view.quote.last_size),
    "7295": _today("open"),
    "7296": lambda view: None if view.current else _price("last")(view),
    "7635": _price("last"),
    "7741": _prior_close,
    "7762": lambda view: _size_text(view.quote.volume) if view.current else "0",
}

# Known without any trade, and without permission to see one.
STATIC_FIELDS: dict[str, Callable[[Instrument], str]] = {
    "55": lambda instrument: instrument.symbol,
    "6008": lambda instrument: str(instrument.conid),
    "6070": lambda instrument: instrument.sec_type,
    "6509": lambda instrument: instrument.market_data,
    "7051": lambda instrument: instrument.company,
    "7184": lambda instrument: "0" if instrument.sec_type == "IND" else "1",
}


def field_values(market: Market, conid: int, fields: Iterable[str]) -> dict[str, str | float]:
    """Return what is known of `fields`, by number; nothing for an unknown instrument."""
    instrument = market.catalogue.get(conid)
    if instrument is None:
        return {}
    quote = None if instrument.market_data.startswith("N") else market.quote(conid)
    view = None if quote is None else _View(instrument, quote, market.is_today(quote))
    values: dict[str, str | float] = {}
    for number in fields:
        value: str | float | None = None
        if number in STATIC_FIELDS:
            value = STATIC_FIELDS[number](instrument)
        elif number in market.more_fields:
            value = market.more_fields[number](conid)
        elif view is not None and number in _FIELDS:
            value = _FIELDS[number](view)
        if value is not None:
            values[number] = value
    return values


@dataclass(slots=True)
class Stream:
    """Market data of one instrument on its way to the client.

    `fields` is what any of its users asked for, over REST or the WebSocket.
    """

    conid: int
    server_id: str
    renewed_ms: int
    fields: dict[str, None] = field(default_factory=dict)


class Streams:
    """The open streams: one for an instrument, shared by REST and the WebSocket."""

    def __init__(self) -> None:
        self._streams: dict[int, Stream] = {}
        self._opened = 0
        self._closers: list[Callable[[int], None]] = []

    def __iter__(self) -> Iterator[Stream]:
        return iter(list(self._streams.values()))

    def get(self, conid: int) -> Stream | None:
        """Return the open stream of an instrument, or None."""
        return self._streams.get(conid)

    def on_close(self, closer: Callable[[int], None]) -> None:
        """Call `closer` with the contract id of each stream that ends."""
        self._closers.append(closer)

    def open(self, conid: int, fields: Iterable[str], now_ms: int) -> Stream:
        """Return the stream of an instrument, its life begun anew and `fields` added to its own."""
        stream = self._streams.get(conid)
        if stream is None:
            stream = self._streams[conid] = Stream(conid, f"q{self._opened}", now_ms)
            self._opened += 1
        stream.renewed_ms = now_ms
        stream.fields.update(dict.fromkeys(fields))
        return stream

    def close(self, conid: int) -> bool:
        """End a stream for all who listen; say whether there was one."""
        if self._streams.pop(conid, None) is None:
            return False
        for closer in self._closers:
            closer(conid)
        return True

    def close_all(self) -> None:
        """End all streams."""
        for stream in self:
            self.close(stream.conid)


def frame_head(stream: Stream, updated_ms: int) -> dict[str, Any]:
    """Return what each row and each frame of a stream begins with."""
    return {
        "conid": stream.conid,
        "conidEx": str(stream.conid),
        "_updated": updated_ms,
        "server_id": stream.server_id,
        "6119": stream.server_id,
    }
