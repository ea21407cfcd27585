"""The broker of Interactive Brokers over the socket of TWS and IbPy; see `ibstore_legacy`."""

from __future__ import annotations

import math
from typing import Any

from ..errors import MissingDependencyError
from .ibbroker import IBBroker as _WebBroker
from .ibbroker import IBCommInfo, IBOrder, IBOrderState

try:
    from ib.ext.Order import Order as WireOrder
except ImportError as error:
    raise MissingDependencyError("the socket of TWS (ibbroker_legacy)", "IbPy2") from error

__all__ = ["IBBroker", "IBCommInfo", "IBOrder", "IBOrderState", "wire_order"]


def wire_order(order: Any) -> Any:
    """Return an order as IbPy sends it: what was not set keeps IbPy's default."""
    made = WireOrder()
    for name, value in vars(order).items():
        if name.startswith("m_") and value not in (None, ""):
            setattr(made, name, value)
    return made


class IBBroker(_WebBroker):
    """Trade through TWS. The keywords are those of the store."""

    def _take_account(self) -> None:
        """Take over cash, value, and positions that no order of ours is at work on."""
        self.cash, self.value = (
            self._known(self.ib.get_acc_cash),
            self._known(self.ib.get_acc_value),
        )
        if not self._progress.settled:
            return
        busy = {each.conid for each in self._progress.by_id.values() if each.order.alive()}
        for held in self.ib.get_positions():
            mine = self.positions[held.conid]
            if held.conid not in busy and mine.size != held.position:
                text = f"contract {held.conid}: {mine.size} -> {held.position} from outside"
                self.ib.put_notification(text)
                mine.fix(held.position, held.averageCost)

    @staticmethod
    def _known(figure: Any) -> float | None:
        value = figure()
        return None if math.isnan(value) else value
