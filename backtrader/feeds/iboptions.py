"""Options from Interactive Brokers, with the greeks as lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..stores._ib.history import HistoricalBar
from ..stores._ib.ticks import RealTimeBar, RTVolume
from ..stores._ib.ticks import number as number_of
from .ibdata import IBData

__all__ = ["IBOptionData"]

# line -> field of IBKR's stream
_FIELDS = {
    "delta": "7308",
    "gamma": "7309",
    "theta": "7310",
    "vega": "7311",
    "implied_volatility": "7633",
}
_NAN = float("nan")


class IBOptionData(IBData):
    """Delivers an option as `IBData` does, with what IBKR computes for it.

    Parameters are those of `IBData`. As options trade seldom, ``what="MIDPOINT"`` gives more bars.

    Lines
    -----
    delta, gamma, theta, vega
        As IBKR computes them, at the tick; NaN for history, and before the first comes. A larger
        bar has those of its last tick.
    implied_volatility
        Of this option: 0.25 is 25 % a year.
    """

    lines: Any = tuple(_FIELDS)

    _fields = tuple(_FIELDS.values())

    def start(self) -> None:
        """Begin without knowing anything."""
        self._forget()
        super().start()

    def _forget(self) -> None:
        self._greeks = self._greeks_before = [_NAN] * len(_FIELDS)
        self._stamp = 0.0  # time of the tick that the greeks came with

    def _load_bar(self, bar: HistoricalBar) -> bool:
        self._forget()
        return super()._load_bar(bar) and self._set_greeks()

    def _load_tick(self, message: RTVolume | RealTimeBar) -> bool:
        if not super()._load_tick(message):
            return False
        self._greeks_before, self._greeks = self._greeks, _values(getattr(message, "more", {}))
        self._stamp = self.lines.datetime[0]
        return self._set_greeks()

    def _set_greeks(self) -> bool:
        for name, value in zip(_FIELDS, self._greeks, strict=True):
            getattr(self.lines, name)[0] = value
        return True

    # what makes larger bars knows the lines of prices alone

    def _add2stack(self, bar: Any, stash: bool = False) -> None:
        super()._add2stack(self._with_greeks(bar), stash)

    def _updatebar(self, bar: Any, forward: bool = False, ago: int = 0) -> None:
        super()._updatebar(self._with_greeks(bar), forward, ago)

    def _with_greeks(self, bar: Any) -> Any:
        if len(bar) >= self.lines.size():
            return bar
        # it may be delivered because of a tick that is not part of it
        later = self._stamp > bar[self.DateTime]
        return [*bar, *(self._greeks_before if later else self._greeks)]


def _values(fields: Mapping[str, str]) -> list[float]:
    """Return the values of the lines; a volatility comes in percent, as ``25.3%``."""
    values = {}
    for name, field in _FIELDS.items():
        value = number_of(str(fields.get(field, "")).removesuffix("%"))
        values[name] = _NAN if value is None else value
    values["implied_volatility"] /= 100.0
    return list(values.values())
