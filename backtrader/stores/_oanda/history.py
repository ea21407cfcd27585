"""History: page after page of candles, asked for on a thread, put into a queue."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from ...errors import StoreError
from .failures import OandaNetworkError
from .records import Candle, Signal, candle_of, stamp_of
from .rest import Client
from .sizes import Part

__all__ = ["History", "candles"]

_log = logging.getLogger(__name__)

PAGE = 5000  # the most that OANDA gives at once
_UNASKED = 500
_LETTERS = {"bid": "B", "ask": "A", "mid": "M"}


def candles(
    client: Client, instrument: str, part: Part, side: str, include_first: bool = True
) -> Iterator[Candle]:
    """Yield the candles of a stretch of time, oldest first.

    Parameters
    ----------
    client
        What asks.
    instrument
        OANDA's name of what is traded.
    part
        Size and time.
    side
        ``bid``, ``ask`` or ``mid``.
    include_first
        Whether the candle that `part.begin` lies in is wanted.
    """
    params: dict[str, Any] = {"granularity": part.granularity, "price": _LETTERS[side]}
    if part.zone is not None:
        params |= {"dailyAlignment": 0, "alignmentTimezone": part.zone}
    begin, first = part.begin, include_first
    if begin is None:
        params["count"] = _UNASKED
        if part.end is not None:
            params["to"] = stamp_of(part.end)
    while True:
        if begin is not None:
            params |= {"from": stamp_of(begin), "count": PAGE, "includeFirst": str(first)}
        rows = client.ask(f"instruments/{instrument}/candles", params).get("candles", [])
        found = [candle_of(row, side, part.length) for row in rows]
        yield from (each for each in found if part.end is None or each.time < part.end)
        if begin is None or len(found) < PAGE or found[-1].time == begin:
            return
        if part.end is not None and found[-1].time >= part.end:
            return
        begin, first = found[-1].time, False


class History:
    """One request of a feed.

    Parameters
    ----------
    client, instrument, side, include_first
        As for `candles`.
    parts
        Stretches, one after the other.
    wake
        Called when something was queued.
    wait_s
        Seconds to wait before the last part is asked for: it is not over yet.

    Attributes
    ----------
    answers : queue of `Candle`
        A `Signal` comes last: COMPLETE, FAILED or REFUSED.
    problem : str
        What went wrong.
    """

    def __init__(
        self,
        client: Client,
        instrument: str,
        parts: list[Part],
        side: str,
        include_first: bool,
        wake: Callable[[], None],
        wait_s: Callable[[], float] | None = None,
    ) -> None:
        self.answers: queue.Queue[Candle | Signal] = queue.Queue()
        self.problem = ""
        self._asked = (client, instrument, parts, side, include_first)
        self._wake = wake
        self._wait_s = wait_s
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="oanda-history", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ask for nothing more."""
        self._cancelled.set()

    def _run(self) -> None:
        signal = Signal.FAILED
        try:
            signal = self._fetch()
        except OandaNetworkError as error:
            self.problem = str(error)
        except StoreError as error:
            self.problem, signal = str(error), Signal.REFUSED
        except Exception:
            _log.exception("history could not be read")
            self.problem, signal = "history could not be read", Signal.REFUSED
        self.answers.put(signal)
        self._wake()

    def _fetch(self) -> Signal:
        client, instrument, parts, side, first = self._asked
        for part in parts:
            if part is parts[-1] and self._wait_s is not None:
                self._cancelled.wait(self._wait_s())
            for number, each in enumerate(candles(client, instrument, part, side, first)):
                if self._cancelled.is_set():
                    return Signal.COMPLETE
                self.answers.put(each)
                if number == 0:
                    self._wake()
            first = True
        return Signal.COMPLETE
