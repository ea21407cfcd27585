"""Signals: lines whose sign tells a `SignalStrategy` what to do."""

from __future__ import annotations

from typing import ClassVar

from .indicator import Indicator

__all__ = ["SIGNAL_LONG", "SIGNAL_LONGEXIT", "SIGNAL_LONGEXIT_ANY", "SIGNAL_LONGEXIT_INV"]
__all__ += ["SIGNAL_LONGSHORT", "SIGNAL_LONG_ANY", "SIGNAL_LONG_INV", "SIGNAL_NONE"]
__all__ += ["SIGNAL_SHORT", "SIGNAL_SHORTEXIT", "SIGNAL_SHORTEXIT_ANY", "SIGNAL_SHORTEXIT_INV"]
__all__ += ["SIGNAL_SHORT_ANY", "SIGNAL_SHORT_INV", "Signal", "SignalTypes"]

# What a line may be added as. _INV turns its sign around, with _ANY either sign will do.
SignalTypes = [
    SIGNAL_NONE,
    SIGNAL_LONGSHORT,
    SIGNAL_LONG,
    SIGNAL_LONG_INV,
    SIGNAL_LONG_ANY,
    SIGNAL_SHORT,
    SIGNAL_SHORT_INV,
    SIGNAL_SHORT_ANY,
    SIGNAL_LONGEXIT,
    SIGNAL_LONGEXIT_INV,
    SIGNAL_LONGEXIT_ANY,
    SIGNAL_SHORTEXIT,
    SIGNAL_SHORTEXIT_INV,
    SIGNAL_SHORTEXIT_ANY,
] = list(range(14))


class Signal(Indicator):
    """The first line of its data, as a signal: above 0 for one direction, below 0 for the other."""

    SignalTypes: ClassVar[list[int]] = SignalTypes

    lines = ("signal",)

    def __init__(self) -> None:
        super().__init__()
        self.lines.signal = self.data0.lines[0]
