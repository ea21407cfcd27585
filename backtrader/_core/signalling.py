"""What a set of signals says at the current bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..signal import (
    SIGNAL_LONG,
    SIGNAL_LONG_ANY,
    SIGNAL_LONG_INV,
    SIGNAL_LONGEXIT,
    SIGNAL_LONGEXIT_ANY,
    SIGNAL_LONGEXIT_INV,
    SIGNAL_LONGSHORT,
    SIGNAL_SHORT,
    SIGNAL_SHORT_ANY,
    SIGNAL_SHORT_INV,
    SIGNAL_SHORTEXIT,
    SIGNAL_SHORTEXIT_ANY,
    SIGNAL_SHORTEXIT_INV,
)


@dataclass(frozen=True, slots=True)
class SignalState:
    """What is called for: to enter, to leave (by the opposite of an entry), to exit (by a signal
    for it).
    """

    reverse_long: bool
    reverse_short: bool
    enter_long: bool
    enter_short: bool
    leave_long: bool
    leave_short: bool
    exit_long: bool
    exit_short: bool

    @property
    def long(self) -> bool:
        """Whether to be long."""
        return self.reverse_long or self.enter_long

    @property
    def short(self) -> bool:
        """Whether to be short."""
        return self.reverse_short or self.enter_short


def _up(value: float) -> bool:
    return value > 0.0


def _down(value: float) -> bool:
    return value < 0.0


def read_signals(signals: Mapping[int, list[Any]]) -> SignalState:
    """Return what `signals`, lists of indicators by type, call for; all of a type have to agree."""

    def agree(kind: int, test: Callable[[float], bool]) -> bool:
        given = signals.get(kind, [])
        return bool(given) and all(test(signal[0]) for signal in given)

    def either(plain: int, inverse: int, whatever: int, test: Callable[[float], bool]) -> bool:
        opposite = _down if test is _up else _up
        return agree(plain, test) or agree(inverse, opposite) or agree(whatever, bool)

    longs = (SIGNAL_LONG, SIGNAL_LONG_INV, SIGNAL_LONG_ANY)
    shorts = (SIGNAL_SHORT, SIGNAL_SHORT_INV, SIGNAL_SHORT_ANY)
    return SignalState(
        reverse_long=agree(SIGNAL_LONGSHORT, _up),
        reverse_short=agree(SIGNAL_LONGSHORT, _down),
        enter_long=either(*longs, _up),
        enter_short=either(*shorts, _down),
        leave_long=either(*longs, _down),
        leave_short=either(*shorts, _up),
        exit_long=either(SIGNAL_LONGEXIT, SIGNAL_LONGEXIT_INV, SIGNAL_LONGEXIT_ANY, _down),
        exit_short=either(SIGNAL_SHORTEXIT, SIGNAL_SHORTEXIT_INV, SIGNAL_SHORTEXIT_ANY, _up),
    )
