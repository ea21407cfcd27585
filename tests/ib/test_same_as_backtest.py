"""A strategy is told the same by the store as in a backtest on the same prices.

What is not defined in both, and hence not compared:

- Commissions: IBKR charges its own, the backtest those of its scheme. Profits are compared without.
- The cash and the value at a given bar: IBKR's are read a moment after an execution.
- At which bar a change of an order that waits is told: here all that a price has brought about has
  come before the next price, as the backtest has it; live it may come later.
- An order for the close: the backtest executes it with the first bar of the next session and its
  time; IBKR in the closing auction. Status, size and price are the same.
"""

import datetime

import pytest

import backtrader as bt
from backtrader.ibsim import Simulator, Tape

from .survival import own_classes
from .trading import QUICK, Trading

Order = bt.Order
DAYS = (datetime.datetime(2026, 3, 2, 20, 20), datetime.datetime(2026, 3, 3, 14, 40))
MINUTE = datetime.timedelta(minutes=1)
PRICES = (
    # market, limit, stop
    [100.0, 100.0, 100.5, 100.0, 99.5, 99.0, 99.5, 100.5, 101.0, 100.5]
    # a stop with a limit, trailing stops
    + [100.5, 101.0, 101.5, 101.0, 102.0, 103.0, 102.5, 101.5, 101.0, 100.0]
    # a bracket whose limit is reached, one whose stop is, a pair
    + [100.0, 99.5, 100.0, 101.0, 102.0, 101.0, 100.0, 99.0, 98.0, 98.5]
    + [99.0, 99.5, 100.0, 99.0, 98.0],
    # after the night
    [98.5, 98.0, 97.5, 98.0],
)
MOMENTS = [
    (day + MINUTE * n, price)
    for day, prices in zip(DAYS, PRICES, strict=True)
    for n, price in enumerate(prices)
]


class Recorded(bt.feed.DataBase):
    """The same prices for the backtest."""

    def start(self):
        super().start()
        self.waiting = list(MOMENTS)

    def _load(self):
        if not self.waiting:
            return False
        moment, price = self.waiting.pop(0)
        lines = self.lines
        lines.datetime[0] = bt.date2num(moment)
        for line in (lines.open, lines.high, lines.low, lines.close):
            line[0] = price
        lines.volume[0] = 1000
        return True


class AllKinds(bt.Strategy):
    """Uses each kind of order, a bracket that wins, one that loses, and a pair."""

    def __init__(self):
        self.told, self.names = [], {}

    def send(self, name, order):
        self.names[order.ref] = name
        return order

    def notify_order(self, order):
        executed = (order.executed.size, round(order.executed.price, 6))
        self.told.append((len(self), self.names[order.ref], order.getstatusname(), *executed))

    def notify_trade(self, trade):
        now = ("opened" if trade.justopened else "closed", trade.size, round(trade.pnl, 6))
        self.told.append((len(self), "trade", *now))

    def next(self):
        act = getattr(self, f"at_{len(self)}", None)
        if act is not None:
            act()
        if len(self) == len(MOMENTS):
            self.env.runstop()

    def at_2(self):
        self.send("market", self.buy(size=10))

    def at_4(self):
        self.send("limit", self.sell(size=5, exectype=Order.Limit, price=100.5))
        self.send("stop", self.sell(size=5, exectype=Order.Stop, price=99.0))

    def at_9(self):
        kind = Order.StopLimit
        self.send("stoplimit", self.buy(size=4, exectype=kind, price=101.5, plimit=101.0))

    def at_14(self):
        self.send("trail", self.sell(size=2, exectype=Order.StopTrail, trailamount=1.0))
        kind, plimit = Order.StopTrailLimit, self.data.close[0] - 1.5
        order = self.sell(
            size=2, exectype=kind, price=self.data.close[0], plimit=plimit, trailamount=1.25
        )
        self.send("traillimit", order)

    def family(self, name, orders):
        for each, order in zip(("main", "stop", "limit"), orders, strict=True):
            self.send(f"{name} {each}", order)

    def at_20(self):
        orders = self.buy_bracket(size=3, price=100.0, stopprice=98.0, limitprice=101.5)
        self.family("winning", orders)

    def at_26(self):
        orders = self.buy_bracket(size=3, price=100.0, stopprice=98.5, limitprice=103.0)
        self.family("losing", orders)

    def at_29(self):
        first = self.send("low", self.buy(size=6, exectype=Order.Limit, price=97.0))
        kind = Order.Stop
        self.send("high", self.buy(size=6, exectype=kind, price=99.5, oco=first))

    def at_32(self):
        self.far = self.send("cancelled", self.sell(size=1, exectype=Order.Limit, price=110.0))

    def at_33(self):
        self.cancel(self.far)

    def at_34(self):
        self.send("close", self.sell(size=2, exectype=Order.Close))

    def at_37(self):
        self.send("end", self.close())


class Facade(Trading):
    """A simulator, and store, feed and broker as a script has them."""

    def __init__(self, oauth):
        self.oauth = oauth
        ticks = [(moment, price, 1000) for moment, price in MOMENTS]
        self.sim = Simulator(Tape("AAPL", ticks), oauth=oauth, pacing=False)
        self.wait_for_commissions = True

    def __enter__(self):
        self.sim.start()
        store, self.feed_class, self.broker_class = own_classes()
        settings = {"url": self.sim.rest_url, "cacert": str(self.sim.certificate)}
        if self.oauth:
            settings["oauth_config"] = self.sim.oauth_settings
        self.store = store(**settings, pacing=False, order_timing=QUICK, timeout=20.0)
        return self

    @property
    def desk(self):
        return self.store._orders

    def live(self, strategy):
        """Run it; each price comes when all is known that the one before it has brought about."""
        trading = self

        class Stepping(self.feed_class):
            stepped = False

            def _load(self):
                if not self.stepped and self._phase.name == "LIVE":
                    trading.settle()
                    trading.sim.step()
                    trading.settle()
                    self.stepped = True
                loaded = super()._load()
                if loaded:
                    self.stepped = False
                return loaded

        cerebro = bt.Cerebro(stdstats=False)
        frame = bt.TimeFrame.Ticks
        name = "AAPL-STK-SMART-USD"
        cerebro.adddata(Stepping(dataname=name, timeframe=frame, backfill_start=False, tz="UTC"))
        cerebro.setbroker(self.broker_class(questions={"o163": True}))
        cerebro.addstrategy(strategy)
        return cerebro.run()[0]


def backtest(strategy):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(Recorded(timeframe=bt.TimeFrame.Ticks))
    cerebro.broker.setcash(100_000.0)
    cerebro.addstrategy(strategy)
    return cerebro.run(live=True)[0]


@pytest.mark.parametrize("oauth", [False, True], ids=["gateway", "oauth"])
def test_all_kinds_of_orders_are_told_as_in_a_backtest(oauth):
    tested = backtest(AllKinds)
    statuses = {name: status for _, name, status, *_ in tested.told}
    gone = {"winning stop", "losing limit", "low", "cancelled"}
    expected = {name: "Canceled" if name in gone else "Completed" for name in statuses}
    expected["trade"] = "closed"
    assert statuses == expected  # all of them come into play
    with Facade(oauth) as trading:
        live = trading.live(AllKinds)
        assert live.told == tested.told
        assert trading.sim.positions() == {} and live.position.size == 0
        kinds = {each.ticket.order_type for each in trading.sim.orders()}
        assert kinds == {"MKT", "LMT", "STP", "STOP_LIMIT", "TRAIL", "TRAILLMT", "MOC"}
        assert trading.sim.orders()[0].ticket.tif == "GTC"
