"""What goes wrong on purpose: one by one as a test asks for it, or at random from a seed."""

from __future__ import annotations

import enum
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

__all__ = ["MESSAGE_FAULTS", "REQUEST_FAULTS", "SPOILED", "Fault", "FaultKind", "Faults"]


class FaultKind(str, enum.Enum):
    """What goes wrong, and when."""

    # of a request
    LOST_ANSWER = "lost_answer"  # done, then the connection is cut
    LATE_ANSWER = "late_answer"  # done at once, answered `delay_s` later
    UNAUTHORIZED = "unauthorized"  # 401, not done
    TOO_MANY = "too_many"  # 429, not done
    UNAVAILABLE = "unavailable"  # 503, not done
    UNAVAILABLE_AFTER = "unavailable_after"  # 503, although it was done
    # of an answer: it was done, and what comes with status 200 is of no use
    EMPTY = "empty"  # nothing
    HTML = "html"  # a page of some machine in between
    TRUNCATED = "truncated"  # the first half
    MISSHAPEN = "misshapen"  # JSON: a list for an object, an object for a list
    MANGLED = "mangled"  # JSON of the right shape, with nothing in it that can be read
    GIGANTIC = "gigantic"  # a hundred megabytes
    # of everything, right before a request is looked at
    DROP_SOCKETS = "drop_sockets"  # all streams are cut
    TAKE_OVER = "take_over"  # another program gets the brokerage session
    NIGHTLY_RESET = "nightly_reset"  # no brokerage session for `delay_s`
    # of a message of the stream
    REPEATED_MESSAGE = "repeated_message"  # sent, and again `delay_s` later
    LATE_MESSAGE = "late_message"  # sent `delay_s` later, behind those after it
    LOST_SOCKET = "lost_socket"  # not sent: the connection is cut
    JUNK_MESSAGE = "junk_message"  # sent, after one of its topic that cannot be read


_KINDS = tuple(FaultKind)
_FIRST_OF_MESSAGES = _KINDS.index(FaultKind.REPEATED_MESSAGE)
REQUEST_FAULTS = _KINDS[:_FIRST_OF_MESSAGES]
MESSAGE_FAULTS = _KINDS[_FIRST_OF_MESSAGES:]
# what comes instead of an answer
SPOILED = _KINDS[_KINDS.index(FaultKind.EMPTY) : _KINDS.index(FaultKind.GIGANTIC) + 1]
# Without these there is no stream to speak of; a test may still name them.
_SPARED_TOPICS = ("system", "act", "sts", "tic")


@dataclass(slots=True)
class Fault:
    """Something that is to go wrong.

    Parameters
    ----------
    kind
        A `FaultKind` or its value.
    method, path
        Which requests: ``"*"`` or a method; a shell pattern for the path below ``/v1/api/``, for
        example ``"iserver/account/*/orders"`` (the asterisk spans slashes).
    topic
        Which messages: a shell pattern for the topic, for example ``"smd+*"``.
    count
        How many times.
    skip
        How many that it would fit go well before it.
    delay_s
        How late, or how long, in seconds.
    """

    kind: FaultKind | str
    method: str = "*"
    path: str = "*"
    topic: str = "*"
    count: int = 1
    skip: int = 0
    delay_s: float = 0.2

    def __post_init__(self) -> None:
        self.kind = FaultKind(self.kind)

    def due(self) -> bool:
        """Count one that fits; tell whether it is one that goes wrong."""
        if self.skip > 0:
            self.skip -= 1
            return False
        self.count -= 1
        return True


@dataclass(frozen=True, slots=True)
class _Chance:
    seed: int
    rate: float
    kinds: tuple[FaultKind, ...]
    spared: tuple[str, ...]
    delay_s: float

    def draw(self, what: str, number: int) -> Fault | None:
        # Drawn from the name and its count, not from one sequence: threads of a client that
        # overtake each other change nothing for the requests of another kind.
        source = random.Random(f"{self.seed} {what} {number}")
        if not self.kinds or source.random() >= self.rate:
            return None
        return Fault(source.choice(self.kinds), delay_s=self.delay_s)


class Faults:
    """The faults that wait for their request or message, and a record of those that came.

    Attributes
    ----------
    happened
        Kind and request (or topic), in order.
    messages
        Kind, frame and moment (of ``time.monotonic``) of those that struck messages, in order.
    """

    def __init__(self) -> None:
        self.happened: list[tuple[FaultKind, str]] = []
        self.messages: list[tuple[FaultKind, dict[str, Any], float]] = []
        self._waiting: list[Fault] = []
        self._request_chance: _Chance | None = None
        self._message_chance: _Chance | None = None
        self._left: int | None = None
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()  # a test adds what the server's thread takes

    def add(self, *faults: Fault) -> None:
        """Let them happen, each when what it fits comes by; of several that fit, the first."""
        with self._lock:
            self._waiting.extend(faults)

    def random(
        self,
        seed: int,
        rate: float = 0.05,
        kinds: Iterable[FaultKind | str] | None = None,
        *,
        limit: int | None = 20,
        spare: Iterable[str] = ("oauth/*", "tickle", "logout", "iserver/auth/*"),
        delay_s: float = 0.2,
    ) -> None:
        """Let faults happen at random, the same ones for the same seed and requests.

        Parameters
        ----------
        rate
            Probability for each request and each message.
        kinds
            Of these kinds; None for all.
        limit
            How many at most; None for no end.
        spare
            Patterns of paths that always go well.
        delay_s
            Of those that are late, or that take a time.
        """
        chosen = [FaultKind(kind) for kind in (tuple(FaultKind) if kinds is None else kinds)]
        of_requests = tuple(kind for kind in chosen if kind in REQUEST_FAULTS)
        of_messages = tuple(kind for kind in chosen if kind in MESSAGE_FAULTS)
        with self._lock:
            self._request_chance = _Chance(seed, rate, of_requests, tuple(spare), delay_s)
            self._message_chance = _Chance(seed, rate, of_messages, _SPARED_TOPICS, delay_s)
            self._left = limit

    def clear(self) -> None:
        """Let everything go well from now on; `happened` stays."""
        with self._lock:
            self._waiting.clear()
            self._request_chance = self._message_chance = None

    def of_request(self, method: str, path: str) -> Fault | None:
        """Return what is to go wrong with a request, or None; it counts as having happened."""

        def fits(fault: Fault) -> bool:
            right = fault.kind in REQUEST_FAULTS and fault.method in ("*", method)
            return right and fnmatchcase(path, fault.path)

        return self._next(fits, self._request_chance, path, f"{method} {path}")

    def of_message(self, frame: dict[str, Any]) -> Fault | None:
        """Return what is to go wrong with a message, or None; it counts as having happened."""
        topic = str(frame.get("topic", ""))

        def fits(fault: Fault) -> bool:
            return fault.kind in MESSAGE_FAULTS and fnmatchcase(topic, fault.topic)

        fault = self._next(fits, self._message_chance, topic, topic)
        if fault is not None:
            self.messages.append((FaultKind(fault.kind), frame, time.monotonic()))
        return fault

    def _next(
        self, fits: Callable[[Fault], bool], chance: _Chance | None, name: str, what: str
    ) -> Fault | None:
        with self._lock:
            fault = self._asked_for(fits) or self._drawn(chance, name, what)
            if fault is not None:
                self.happened.append((FaultKind(fault.kind), what))
            return fault

    def _asked_for(self, fits: Callable[[Fault], bool]) -> Fault | None:
        found = next((fault for fault in self._waiting if fits(fault)), None)
        if found is None or not found.due():
            return None
        if found.count <= 0:
            self._waiting.remove(found)
        return found

    def _drawn(self, chance: _Chance | None, name: str, what: str) -> Fault | None:
        if chance is None or self._left == 0:
            return None
        if any(fnmatchcase(name, pattern) for pattern in chance.spared):
            return None
        self._seen[what] += 1
        fault = chance.draw(what, self._seen[what])
        if fault is not None and self._left is not None:
            self._left -= 1
        return fault
