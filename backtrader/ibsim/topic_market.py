"""The WebSocket's market data: ``smd`` streams quotes, ``smh`` answers with history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .history import history_of, read_request
from .market import Market
from .quotes import Streams, field_values, frame_head
from .records import Subscriber, Tick

__all__ = ["HistoryTopic", "QuoteTopic"]

_MOST_HISTORIES = 5


@dataclass(slots=True)
class _Listener:
    """A connection that gets the frames of one instrument, and what it was told last."""

    subscriber: Subscriber
    told: dict[str, str | float] = field(default_factory=dict)


class QuoteTopic:
    """``smd+<conid>+{"fields":[...]}``: the full frame twice, then the fields that changed.

    Parameters
    ----------
    interval_ms
        Shortest simulated time between two frames of an instrument; changes in between are
        collected. 0: each trade is a frame.
    life_ms
        Simulated time after which a stream that is not renewed ends, without a word. None: never,
        as bars of days would outlive it with each step. IBKR's is 15 minutes.
    """

    def __init__(
        self, market: Market, streams: Streams, interval_ms: int = 0, life_ms: int | None = None
    ) -> None:
        self.interval_ms = interval_ms
        self.life_ms = life_ms
        self._market = market
        self._streams = streams
        self._listeners: dict[int, dict[int, _Listener]] = {}
        self._sent_ms: dict[int, int] = {}
        self._waiting: dict[int, None] = {}
        streams.on_close(self._silence)

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Open or renew a stream; an unknown instrument is not answered."""
        conid = _conid(target)
        if conid not in self._market.catalogue:
            return
        now_ms = self._market.now_ms
        self._streams.open(conid, map(str, args.get("fields") or ()), now_ms)
        listener = _Listener(subscriber)
        self._listeners.setdefault(conid, {})[id(subscriber)] = listener
        self._send(conid, listener, whole=True)
        self._send(conid, listener, whole=True)

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """End the connection's part in a stream, and the stream with its last listener."""
        conid = _conid(target)
        listeners = self._listeners.get(conid, {})
        if listeners.pop(id(subscriber), None) is not None and not listeners:
            self._streams.close(conid)

    def drop(self, subscriber: Subscriber) -> None:
        """Forget a connection that is gone."""
        for conid in list(self._listeners):
            self.unsubscribe(subscriber, str(conid), {})

    def on_tick(self, tick: Tick) -> None:
        """Send what a trade changed, now or when it is due."""
        if self._listeners.get(tick.conid):
            self._waiting[tick.conid] = None
        self.flush()

    def flush(self) -> None:
        """Send what is due, and end the streams that lived too long."""
        now_ms = self._market.now_ms
        if self.life_ms is not None:
            self.expire(now_ms - self.life_ms)
        for conid in list(self._waiting):
            if now_ms - self._sent_ms.get(conid, -self.interval_ms) >= self.interval_ms:
                del self._waiting[conid]
                for listener in self._listeners.get(conid, {}).values():
                    self._send(conid, listener)

    def expire(self, before_ms: int | None = None) -> None:
        """End the streams not renewed since `before_ms`, or all of them; nobody is told."""
        for stream in self._streams:
            if before_ms is None or stream.renewed_ms <= before_ms:
                self._streams.close(stream.conid)

    def _silence(self, conid: int) -> None:
        self._listeners.pop(conid, None)
        self._waiting.pop(conid, None)

    def _send(self, conid: int, listener: _Listener, whole: bool = False) -> None:
        """Send the fields that differ from those told before, if any; all if `whole`."""
        stream = self._streams.get(conid)
        assert stream is not None  # a listener is gone before its stream is
        values = field_values(self._market, conid, stream.fields)
        told = listener.told
        changed = {key: value for key, value in values.items() if whole or told.get(key) != value}
        if not changed and not whole:
            return
        told.update(changed)
        quote = self._market.quote(conid)
        updated_ms = self._market.now_ms if quote is None else quote.time_ms
        self._sent_ms[conid] = self._market.now_ms
        frame = {"topic": f"smd+{conid}", **frame_head(stream, updated_ms), **changed}
        listener.subscriber.send(frame)


class HistoryTopic:
    """``smh+<conid>+{...}`` is answered once; it stays open until ``umh+<serverId>``.

    Parameters
    ----------
    volume_factor
        What volumes are divided by.
    """

    def __init__(self, market: Market, volume_factor: float) -> None:
        self._market = market
        self._volume_factor = volume_factor
        self._open: dict[int, list[str]] = {}

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Answer with bars; what is malformed, and a sixth one, is not answered."""
        opened = self._open.setdefault(id(subscriber), [])
        try:
            request = read_request(args, self._market.now_ms)
        except ValueError:
            return
        if len(opened) == _MOST_HISTORIES:
            return
        conid = _conid(target)
        body = history_of(self._market, conid, request, self._volume_factor)
        if body is None:
            subscriber.send({"topic": f"smh+{conid}", "error": "No data."})
            return
        opened.append(body["serverId"])
        subscriber.send({"topic": f"smh+{conid}", **body})

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Close what a server id stands for, and say so."""
        opened = self._open.get(id(subscriber), [])
        if target in opened:
            opened.remove(target)
            subscriber.send({"message": f"Unsubscribed {target}"})

    def drop(self, subscriber: Subscriber) -> None:
        """Forget a connection that is gone."""
        self._open.pop(id(subscriber), None)


def _conid(target: str) -> int:
    """Return the contract id of ``265598`` or ``265598@NASDAQ``; 0 for anything else."""
    head = target.partition("@")[0]
    return int(head) if head.isdigit() else 0
