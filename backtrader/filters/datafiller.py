"""A feed that delivers another without gaps."""

from __future__ import annotations

from typing import Any

from ..dataseries import TimeFrame
from ..errors import ParameterError
from ._wrapping import Wrapping
from .session import SessionFiller

__all__ = ["DataFiller"]


class _Gaps(SessionFiller):
    """Puts all bars in their place in time."""

    _in_order = True


class DataFiller(Wrapping):
    """Delivers the bars of the feed `dataname`, and more where a session has none, as
    `SessionFiller` puts them.

    Parameters
    ----------
    fill_price : None
        Price of the bars put in; default the close before.
    fill_vol, fill_oi : NaN
        Their volume and open interest.
    """

    params: Any = {"fill_price": None, "fill_vol": float("nan"), "fill_oi": float("nan")}

    def start(self) -> None:
        """Start the feed."""
        super().start()
        if self._timeframe >= TimeFrame.Days or self._timeframe == TimeFrame.Ticks:
            raise ParameterError(
                f"DataFiller: {self._name or 'the feed'} has bars of "
                f"{TimeFrame.getname(self._timeframe, 2).lower()}; "
                "gaps can be filled in bars of microseconds to minutes"
            )
        params = self.p
        filler = _Gaps(
            self, fill_price=params.fill_price, fill_vol=params.fill_vol, fill_oi=params.fill_oi
        )
        others = [each for each in self._filters if not isinstance(each[0], _Gaps)]
        self._filters = [(filler, (), {}), *others]
