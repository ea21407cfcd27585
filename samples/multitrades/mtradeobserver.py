"""An observer that marks closed trades by their `tradeid`; `multitrades.py` uses it."""

import backtrader as bt

NUMBERS = (0, 1, 2)


class MTradeObserver(bt.observer.Observer):
    """The profit of trades on the bar at which they close, one line for each number."""

    lines = tuple(f"Id_{number}" for number in NUMBERS)
    plotinfo = {"plot": True, "subplot": True, "plotlinelabels": True, "plothlines": [0.0]}
    plotlines = {
        f"Id_{number}": {"marker": marker, "markersize": 8.0, "color": color, "ls": ""}
        for number, marker, color in zip(NUMBERS, "*o^", ("lime", "red", "blue"), strict=True)
    }

    def __init__(self):
        self.counts = dict.fromkeys(NUMBERS, 0)

    def next(self):
        for trade in self._owner._tradespending:
            if trade.isclosed and trade.data is self.data:
                self.counts[trade.tradeid] += 1
                self.lines[NUMBERS.index(trade.tradeid)][0] = trade.pnlcomm
