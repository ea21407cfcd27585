"""Orders that nobody listens to: what is looked at after all is what would have been told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import backtrader as bt

DATA = Path(__file__).resolve().parents[2] / "datas" / "2005-2006-day-001.txt"
ORDER_FACTS = ("ref", "status", "size", "plen", "triggered", "dteos", "exectype", "price")
SIDE_FACTS = ("dt", "size", "price", "remsize", "value", "comm", "pnl", "margin", "psize", "pprice")


class Dealer(bt.Strategy):
    """Deals at random; looks at the news of a bar where it is asked to."""

    params = (("seed", 0), ("look", False))

    def __init__(self):
        self.chance = random.Random(self.p.seed)
        self.seen = []
        self.mine = []

    def next(self):
        if self.p.look:
            self.seen.append(
                (
                    len(self),
                    [facts(order) for order in self._orderspending],
                    [trade_facts(trade) for trade in self._tradespending],
                    len(self._orders),
                )
            )
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            self.deal()

    def deal(self):
        send = self.chance.choice((self.buy, self.sell))
        size = self.chance.choice((1, 3, 40, 4000))
        close = self.data.close[0]
        what = self.chance.choice(("market", "market", "limit", "stop", "bracket", "cancel", "new"))
        if what == "market":
            self.mine.append(send(size=size, tradeid=self.chance.choice((0, 0, 1))))
        elif what == "limit":
            self.mine.append(send(size=size, exectype=bt.Order.Limit, price=close * 0.99))
        elif what == "stop":
            self.mine.append(send(size=size, exectype=bt.Order.Stop, price=close * 1.01))
        elif what == "bracket":
            market = {"exectype": bt.Order.Market, "stopprice": close * 0.98}
            self.mine += self.buy_bracket(size=1, limitprice=close * 1.02, **market)
        elif self.mine and what == "cancel":
            self.cancel(self.chance.choice(self.mine))
        elif self.mine:
            self.broker.replace(self.chance.choice(self.mine), size=5000)


class Listener(Dealer):
    """The same, and it is told."""

    def notify_order(self, order):
        pass


def facts(order):
    executed = order.executed
    return (
        [getattr(order, name) for name in ORDER_FACTS],
        [getattr(executed, name) for name in SIDE_FACTS],
        [(bit.size, bit.price, bit.pnl) for bit in executed.getpending()],
        order.comminfo is None,
    )


def trade_facts(trade):
    names = ("ref", "size", "price", "pnl", "commission", "baropen", "barlen", "isclosed")
    return [getattr(trade, name) for name in names]


class Pausing(bt.feeds.BacktraderCSVData):
    """A feed that has nothing to deliver once, and goes on."""

    paused = False

    def _load(self):
        if len(self) == 100 and not self.paused:
            self.paused = True
            return None
        return super()._load()


def ran(kind, seed, look, filler=None, feed=bt.feeds.BacktraderCSVData, **modes):
    bt.Order.refbasis = bt.order.OrderBase.refbasis = iter(range(1, 10**6))
    bt.Trade.refbasis = iter(range(1, 10**6))
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(dataname=str(DATA)))
    cerebro.addstrategy(kind, seed=seed, look=look)
    cerebro.broker.setcommission(commission=0.001)
    cerebro.broker.set_filler(filler)
    (strategy,) = cerebro.run(**modes)
    return strategy


def trades_of(strategy):
    return [
        trade_facts(trade)
        for by_id in strategy._trades.values()
        for trades in by_id.values()
        for trade in trades
    ]


@pytest.fixture(autouse=True)
def own_numbers():
    """Number orders and trades from 1 in each run, and go on as before after the test."""
    before = bt.order.OrderBase.refbasis, bt.Trade.refbasis
    yield
    bt.order.OrderBase.refbasis, bt.Trade.refbasis = before
    if "refbasis" in vars(bt.Order):
        del bt.Order.refbasis


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("look", [False, True], ids=["afterwards", "each bar"])
@pytest.mark.parametrize(
    "modes",
    [{}, {"runonce": False}, {"exactbars": 1}],
    ids=lambda modes: " ".join(modes) or "batch",
)
def test_news_that_nobody_heard_are_those_that_a_listener_is_told(seed, look, modes):
    told, kept = ran(Listener, seed, look, **modes), ran(Dealer, seed, look, **modes)
    assert "_orders" in vars(told)
    assert "_orders" not in vars(kept)
    assert [facts(order) for order in kept._orders] == [facts(order) for order in told._orders]
    assert kept.seen == told.seen
    assert trades_of(kept) == trades_of(told)
    assert kept.broker.getvalue() == told.broker.getvalue()


@pytest.mark.parametrize("seed", range(3))
def test_executions_in_parts_are_kept_as_they_were(seed):
    filler = bt.fillers.FixedSize(size=7)
    told, kept = ran(Listener, seed, True, filler), ran(Dealer, seed, True, filler)
    assert [facts(order) for order in kept._orders] == [facts(order) for order in told._orders]
    assert kept.seen == told.seen


@pytest.mark.parametrize("look", [False, True])
def test_a_feed_that_makes_the_run_wait_loses_no_news(look):
    event = {"runonce": False, "preload": False, "feed": Pausing}
    told, kept = ran(Listener, 3, look, **event), ran(Dealer, 3, look, **event)
    assert kept.data.paused
    assert len(kept) == len(told) > 500
    assert [facts(order) for order in kept._orders] == [facts(order) for order in told._orders]
    assert kept.seen == told.seen


def test_what_was_pending_is_past_when_the_run_is_over():
    strategy = ran(Dealer, 1, False)
    assert strategy._orders
    assert strategy._orderspending == []
    assert strategy._tradespending == []


def test_snapshots_share_the_info_of_their_order():
    strategy = ran(Dealer, 1, False)
    first = next(order for order in strategy._orders if order.exectype == bt.Order.Market)
    first.addinfo(note="seen")
    assert {order.info.get("note") for order in strategy._orders if order == first} == {"seen"}


def test_a_strategy_that_keeps_orders_of_its_own_in_the_list_is_told():
    class Keeper(Dealer):
        def __init__(self):
            super().__init__()
            self._orders = ["mine"]

    strategy = ran(Keeper, 1, False)
    assert strategy._orders[0] == "mine"
    assert len(strategy._orders) > 10
