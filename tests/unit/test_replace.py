"""Changing an order that waits, at the simulated broker."""

import datetime

import pytest

import backtrader as bt
from backtrader.errors import OrderError

PRICES = [100.0, 101.0, 99.0, 98.0, 103.0, 104.0, 106.0, 97.0, 96.0, 95.0]


class Bars(bt.feed.DataBase):
    """A bar a day, of one price plus and minus a half."""

    params = (("prices", PRICES),)

    def start(self):
        super().start()
        self.count = 0

    def _load(self):
        if self.count == len(self.p.prices):
            return False
        day = datetime.datetime(2026, 1, 5) + datetime.timedelta(days=self.count)
        price = self.p.prices[self.count]
        self.lines.datetime[0] = bt.date2num(day)
        self.lines.open[0] = self.lines.close[0] = price
        self.lines.high[0], self.lines.low[0] = price + 0.5, price - 0.5
        self.lines.volume[0] = 4
        self.count += 1
        return True


class Changing(bt.Strategy):
    """Sends what `send` does on the first bar, and does on bar `on` what `change` does."""

    params = (("send", None), ("change", None), ("on", 3))

    def __init__(self):
        self.told, self.results = [], []

    def next(self):
        if len(self) == 1:
            self.order = self.p.send(self)
        if len(self) == self.p.on:
            self.results.append(self.p.change(self, self.order))

    def notify_order(self, order):
        status = order.getstatusname()
        self.told.append((len(self), status, order.created.price, order.executed.price))


def run(send, change, on=3, filler=None, **kwargs):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(Bars())
    cerebro.broker.setcash(100_000.0)
    if filler is not None:
        cerebro.broker.set_filler(filler)
    cerebro.addstrategy(Changing, send=send, change=change, on=on)
    return cerebro.run(**kwargs)[0]


def limit(strategy, price=90.0, **kwargs):
    return strategy.buy(size=10, exectype=bt.Order.Limit, price=price, **kwargs)


@pytest.mark.parametrize("runonce", [True, False])
def test_a_new_limit_is_the_one_that_counts(runonce):
    strategy = run(limit, lambda s, o: s.broker.replace(o, price=98.0), runonce=runonce)
    assert strategy.results == [True]
    assert strategy.told == [
        (2, "Submitted", 90.0, 0.0),
        (2, "Accepted", 90.0, 0.0),
        (4, "Accepted", 98.0, 0.0),
        (4, "Completed", 98.0, 98.0),
    ]


def test_a_new_size_keeps_the_price():
    strategy = run(lambda s: limit(s, 98.0), lambda s, o: s.broker.replace(o, size=3))
    assert strategy.position.size == 3
    assert strategy.told[-1] == (4, "Completed", 98.0, 98.0)


def test_what_has_been_executed_counts_in_the_new_size():
    def filler(order, price, ago):
        return min(4, abs(order.executed.remsize))

    strategy = run(
        lambda s: limit(s, 102.0),
        lambda s, o: s.broker.replace(o, size=6),
        on=2,
        filler=filler,
    )
    assert strategy.position.size == 6
    statuses = [each[1] for each in strategy.told]
    assert statuses == ["Submitted", "Accepted", "Partial", "Partial", "Completed"]
    assert strategy.order.executed.size == 6


def test_a_size_that_has_been_executed_already_is_refused():
    def change(strategy, order):
        with pytest.raises(OrderError, match="not more than the 4 executed"):
            strategy.broker.replace(order, size=4)

    run(lambda s: limit(s, 102.0), change, on=2, filler=lambda order, price, ago: 4)


def test_a_trailing_stop_begins_anew():
    def send(strategy):
        strategy.buy(size=1)
        return strategy.sell(size=1, exectype=bt.Order.StopTrail, trailamount=20.0)

    strategy = run(send, lambda s, o: s.broker.replace(o, trailamount=5.0), on=6)
    assert strategy.told[-1][1:] == ("Completed", 101.0, 97.0)
    assert strategy.order.created.trailamount == 5.0 and strategy.order.created.trailpercent is None


def test_a_distance_in_percent_takes_the_place_of_an_amount():
    def send(strategy):
        return strategy.sell(size=1, exectype=bt.Order.StopTrail, trailamount=20.0)

    def change(strategy, order):
        strategy.broker.replace(order, trailpercent=0.5)
        return order.created.price, order.trailamount, order.trailpercent

    assert run(send, change).results == [(49.5, None, 0.5)]


def test_the_limit_of_a_stop_limit():
    def send(strategy):
        return strategy.buy(size=1, exectype=bt.Order.StopLimit, price=102.0, plimit=90.0)

    def change(strategy, order):
        strategy.broker.replace(order, plimit=104.5)
        return order.created.price, order.created.pricelimit

    strategy = run(send, change)
    assert strategy.results == [(102.0, 104.5)]
    assert strategy.told[-1][1] == "Completed"


def test_an_order_that_is_done_is_not_changed():
    strategy = run(lambda s: s.buy(size=1), lambda s, o: s.broker.replace(o, size=2), on=5)
    assert strategy.results == [False]


def test_a_copy_stands_for_the_order_and_copies_keep_what_was():
    seen = []

    def change(strategy, order):
        copied = order.clone()
        strategy.broker.replace(copied, price=97.6)
        seen.extend([copied.created.price, order.created.price])
        return order.status

    strategy = run(limit, change)
    assert seen == [90.0, 97.6] and strategy.results == [bt.Order.Accepted]


def test_an_order_that_is_not_accepted_yet_is_told_once():
    def send(strategy):
        order = limit(strategy)
        assert strategy.broker.replace(order, price=98.7)
        return order

    strategy = run(send, lambda s, o: None)
    assert [each[1] for each in strategy.told] == ["Submitted", "Accepted", "Completed"]
    assert strategy.told[-1][3] == 98.7


@pytest.mark.parametrize("value", ["x", float("nan"), float("inf")])
def test_what_is_no_price_is_refused(value):
    def change(strategy, order):
        with pytest.raises(OrderError, match="is no price"):
            strategy.broker.replace(order, price=value)
        return order.created.price

    assert run(limit, change).results == [90.0]


def test_a_broker_that_cannot_says_so():
    with pytest.raises(NotImplementedError):
        bt.BrokerBase().replace(None)
