"""Sizers: how many units an order takes where the strategy does not say."""

from __future__ import annotations

from typing import Any

from .metabase import ParamsBase

__all__ = ["Sizer", "SizerBase"]


class Sizer(ParamsBase):
    """Base of the sizers: override `_getsizing`.

    Attributes
    ----------
    strategy, broker
        Set by the strategy before the sizer is asked for anything.
    """

    p: Any
    params: Any
    strategy: Any = None
    broker: Any = None

    def getsizing(self, data: Any, isbuy: bool) -> Any:
        """Return the size for an operation on `data`: units without sign, 0 for none."""
        comminfo = self.broker.getcommissioninfo(data)
        return self._getsizing(comminfo, self.broker.getcash(), data, isbuy)

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> Any:
        """Return the size for an operation; to be overridden.

        Parameters
        ----------
        comminfo
            Commission scheme of `data`.
        cash
            Cash at hand.
        data
            Target of the operation.
        isbuy
            Whether it is a purchase.
        """
        raise NotImplementedError(f"{type(self).__name__}: override _getsizing")

    def set(self, strategy: Any, broker: Any) -> None:
        """Take note of the strategy and the broker for which sizes are computed."""
        self.strategy = strategy
        self.broker = broker


SizerBase = Sizer
