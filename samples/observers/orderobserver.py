"""An observer of orders: a mark where one is created, and where it expires."""

import backtrader as bt


class OrderObserver(bt.observer.Observer):
    """The price of an order on the bars at which it is created and at which it expires."""

    lines = ("created", "expired")
    plotinfo = {"plot": True, "subplot": True, "plotlinelabels": True}
    plotlines = {
        "created": {"marker": "*", "markersize": 8.0, "color": "lime", "fillstyle": "full"},
        "expired": {"marker": "s", "markersize": 8.0, "color": "red", "fillstyle": "full"},
    }

    def next(self):
        for order in self._owner._orderspending:
            if order.data is not self.data or not order.isbuy():
                continue
            if order.status in (bt.Order.Accepted, bt.Order.Submitted):
                self.lines.created[0] = order.created.price
            elif order.status == bt.Order.Expired:
                self.lines.expired[0] = order.created.price
