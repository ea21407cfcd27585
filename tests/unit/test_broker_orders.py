"""Orders in the simulated broker: their life from the strategy's call to the last notification."""

import datetime
import logging

import pytest

import backtrader as bt
from backtrader.errors import OrderError

STOP_LIMIT = bt.Order.StopLimit

BARS = [
    # open, high, low, close
    (100.0, 105.0, 95.0, 102.0),
    (102.0, 106.0, 98.0, 104.0),
    (104.0, 110.0, 100.0, 108.0),
    (108.0, 112.0, 104.0, 106.0),
    (106.0, 107.0, 90.0, 92.0),
    (92.0, 99.0, 91.0, 98.0),
    (98.0, 104.0, 97.0, 103.0),
    (103.0, 109.0, 101.0, 105.0),
]


class Bars(bt.feed.DataBase):
    """Daily bars from a list of (open, high, low, close)."""

    params = (("bars", BARS), ("step", datetime.timedelta(days=1)))

    def start(self):
        super().start()
        self.left = list(self.p.bars)
        self.now = datetime.datetime(2005, 1, 3)

    def _load(self):
        if not self.left:
            return False
        opened, high, low, close = self.left.pop(0)
        values = (opened, high, low, close, 1000.0, 0.0)
        self.lines.datetime[0] = bt.date2num(self.now)
        names = ("open", "high", "low", "close", "volume", "openinterest")
        for name, value in zip(names, values, strict=True):
            getattr(self.lines, name)[0] = value
        self.now += self.p.step
        return True


def run(script, *, datas=1, settings=lambda broker: None, **options):
    """Run `script`, {bar number: callable(strategy)}; return the strategy with its log."""

    class Scripted(bt.Strategy):
        def __init__(self):
            self.log = []
            self.sent = []

        def notify_order(self, order):
            known = [sent.ref for sent in self.sent]
            number = known.index(order.ref) if order.ref in known else None
            self.log.append((len(self), number, order.getstatusname()))
            if order.status in (order.Partial, order.Completed):
                bit = order.executed.exbits[order.executed.p2 - 1]
                self.log[-1] += (bit.size, bit.price)

        def next(self):
            if len(self) in script:
                made = script[len(self)](self)
                self.sent.extend([made] if isinstance(made, bt.Order) else made or ())

    cerebro = bt.Cerebro(stdstats=False, **options)
    settings(cerebro.broker)
    for number in range(datas):
        cerebro.adddata(Bars(), name=f"feed{number}")
    cerebro.addstrategy(Scripted)
    return cerebro.run()[0]


def ends(strategy):
    """Return what became of the orders, submissions left out."""
    return [entry for entry in strategy.log if entry[2] not in ("Submitted", "Accepted")]


def test_life_of_a_market_order():
    strategy = run({1: lambda s: s.buy(size=10)})
    assert strategy.log == [
        (2, 0, "Submitted"),
        (2, 0, "Accepted"),
        (2, 0, "Completed", 10, 102.0),
    ]
    assert strategy.position.size == 10


@pytest.mark.parametrize(
    ("asked", "end"),
    [
        ({"exectype": bt.Order.Limit, "price": 97.0}, (5, 0, "Completed", 1, 97.0)),
        ({"exectype": bt.Order.Limit, "price": 103.0}, (2, 0, "Completed", 1, 102.0)),
        ({"exectype": bt.Order.Stop, "price": 109.0}, (3, 0, "Completed", 1, 109.0)),
        (
            {"exectype": bt.Order.StopLimit, "price": 107.0, "plimit": 99.0},
            (5, 0, "Completed", 1, 99.0),
        ),
        ({"exectype": bt.Order.Close}, (2, 0, "Completed", 1, 104.0)),
        ({"exectype": bt.Order.StopTrail, "trailamount": 2.0}, (2, 0, "Completed", 1, 104.0)),
        (
            {
                "exectype": bt.Order.StopTrailLimit,
                "trailamount": 5.0,
                "price": 102.0,
                "plimit": 103.0,
            },
            (3, 0, "Completed", 1, 107.0),
        ),
        (
            {"exectype": bt.Order.Limit, "price": 50.0, "valid": datetime.timedelta(days=2)},
            (4, 0, "Expired"),
        ),
    ],
)
def test_kinds_of_orders(asked, end):
    strategy = run({1: lambda s: s.buy(size=1, **asked)})
    assert ends(strategy) == [end]


def test_a_trailing_sale_follows_the_closes():
    strategy = run({1: lambda s: s.sell(exectype=bt.Order.StopTrail, trailpercent=0.05)})
    # the highest close before the fall is 108, so that the stop stands at 102.6
    assert ends(strategy) == [(5, 0, "Completed", -1, pytest.approx(102.6))]


def test_want_of_cash_is_found_on_submission():
    strategy = run({1: lambda s: [s.buy(size=90), s.buy(size=90)]})
    assert ends(strategy) == [(2, 1, "Margin"), (2, 0, "Completed", 90, 102.0)]


def test_the_check_takes_what_is_closed_at_the_price_of_the_order():
    def preview(s):
        order = s.buy(size=4, exectype=bt.Order.Limit, price=90.0)
        held = s.position.clone()
        assert s.broker._execute(order, cash=100.0, position=held) == 100.0 - 4 * 90.0
        assert (held.size, s.position.size) == (0, -4)

    run({1: lambda s: s.sell(size=4), 3: preview})


def test_without_the_check_the_execution_finds_it():
    settings = lambda broker: broker.set_checksubmit(False)  # noqa: E731
    strategy = run({1: lambda s: [s.buy(size=90), s.buy(size=90)]}, settings=settings)
    assert [entry[2] for entry in strategy.log] == ["Accepted", "Accepted", "Completed", "Margin"]


def test_a_filler_fills_in_parts():
    settings = lambda broker: broker.set_filler(bt.fillers.FixedSize(size=4))  # noqa: E731
    strategy = run({1: lambda s: s.buy(size=10)}, settings=settings)
    assert ends(strategy) == [
        (2, 0, "Partial", 4, 102.0),
        (3, 0, "Partial", 4, 104.0),
        (4, 0, "Completed", 2, 108.0),
    ]


def test_cheat_on_close_takes_the_close_of_the_issuing_bar():
    strategy = run({1: lambda s: s.buy()}, settings=lambda broker: broker.set_coc(True))
    assert ends(strategy) == [(2, 0, "Completed", 1, 102.0)]
    order = strategy.sent[0]
    assert order.executed.dt == order.created.dt


def test_cancel_tells_once_and_never_fills():
    strategy = run(
        {
            1: lambda s: s.buy(exectype=bt.Order.Limit, price=97.0),
            3: lambda s: s.cancel(s.sent[0]),
            4: lambda s: s.cancel(s.sent[0]),
        }
    )
    assert ends(strategy) == [(4, 0, "Canceled")]
    assert not strategy.position


def test_oco_cancels_the_others_last_in_the_queue_first():
    def issue(s):
        first = s.buy(exectype=bt.Order.Limit, price=1.0)
        hit = s.buy(exectype=bt.Order.Stop, price=109.0, oco=first)
        third = s.buy(exectype=bt.Order.Limit, price=1.0, oco=first)
        return [first, hit, third, s.buy(exectype=bt.Order.Limit, price=1.0, oco=hit)]

    strategy = run({1: issue})
    assert [entry[1:3] for entry in ends(strategy)] == [
        (1, "Completed"),
        (0, "Canceled"),
        (3, "Canceled"),
        (2, "Canceled"),
    ]


def test_a_bracket_waits_for_its_parent_and_ends_with_the_first_child():
    strategy = run(
        {
            1: lambda s: s.buy_bracket(
                exectype=bt.Order.Market, size=2, stopprice=95.0, limitprice=109.0
            )
        }
    )
    assert ends(strategy) == [
        (2, 0, "Completed", 2, 102.0),
        (3, 2, "Completed", -2, 109.0),
        (3, 1, "Canceled"),
    ]


def test_a_cancelled_parent_takes_its_children_along():
    strategy = run(
        {
            1: lambda s: s.buy_bracket(price=1.0, stopprice=0.5, limitprice=109.0),
            3: lambda s: s.cancel(s.sent[0]),
        }
    )
    assert [entry[1:3] for entry in ends(strategy)] == [
        (0, "Canceled"),
        (1, "Canceled"),
        (2, "Canceled"),
    ]


def test_a_child_whose_parent_was_cancelled_is_rejected_and_says_why(caplog):
    caplog.set_level(logging.INFO, logger="backtrader.brokers.bbroker")
    strategy = run(
        {
            1: lambda s: s.buy(exectype=bt.Order.Limit, price=1.0),
            2: lambda s: s.cancel(s.sent[0]),
            3: lambda s: s.sell(parent=s.sent[0]),
        }
    )
    assert [entry[1:3] for entry in ends(strategy)] == [(0, "Canceled"), (1, "Rejected")]
    assert f"its parent {strategy.sent[0].ref} is done" in caplog.text


@pytest.mark.parametrize("size", [float("nan"), float("inf"), "ten", None])
def test_a_size_that_is_no_number_of_units_is_refused(size):
    with pytest.raises(OrderError, match="BuyOrder: size"):
        run({1: lambda s: s.broker.buy(s, s.data, size)})


def test_a_size_of_nothing_is_no_order_for_a_strategy_and_waits_in_a_broker():
    strategy = run({1: lambda s: [s.broker.buy(s, s.data, 0)], 2: lambda s: s.buy(size=0)})
    assert strategy.log == [(2, 0, "Submitted"), (2, 0, "Accepted")]


def test_an_unknown_kind_is_refused():
    with pytest.raises(OrderError, match="unknown exectype 17. There are: Order.Market"):
        run({1: lambda s: s.buy(exectype=17)})


def test_a_foreign_data_is_refused():
    with pytest.raises(OrderError, match="SellOrder: data 'foreign' has not been added to Cerebro"):
        run({1: lambda s: s.sell(data=Bars(name="foreign"))})


def test_a_limit_without_a_price_takes_the_close_and_a_negative_one_waits():
    strategy = run(
        {
            1: lambda s: [
                s.buy(exectype=bt.Order.Limit),
                s.buy(exectype=bt.Order.Limit, price=-5.0),
            ]
        }
    )
    assert strategy.sent[0].created.price == 102.0
    assert ends(strategy) == [(2, 0, "Completed", 1, 102.0)]


@pytest.mark.parametrize("eosbar", [False, True])
def test_a_close_order_ends_with_the_session_whatever_eosbar_says(eosbar):
    class Session(Bars):
        params = (("step", datetime.timedelta(hours=4)), ("sessionend", datetime.time(16)))

    def issue(s):
        return s.buy(exectype=bt.Order.Close)

    class Scripted(bt.Strategy):
        def notify_order(self, order):
            if order.status == order.Completed:
                filled.append((len(self), order.executed.price))

        def next(self):
            if len(self) == 2:
                issue(self)

    filled = []
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.set_eosbar(eosbar)
    cerebro.adddata(Session())
    cerebro.addstrategy(Scripted)
    cerebro.run()
    assert filled == [(5, 92.0)]


def test_orders_of_the_past_are_executed_when_their_bar_comes():
    class Told(bt.Strategy):
        def notify_order(self, order):
            log.append((len(self), order.getordername(), order.getstatusname(), order.size))

    log = []
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(Bars(), name="feed")
    cerebro.addstrategy(Told)
    cerebro.add_order_history(
        [["2005-01-05", 10, 100.0], [datetime.date(2005, 1, 7), -4, 101.0, "feed"]]
    )
    cerebro.run()
    assert log == [
        (3, "Historical", "Accepted", 10),
        (3, "Historical", "Completed", 10),
        (5, "Historical", "Accepted", -4),
        (5, "Historical", "Completed", -4),
    ]
    assert cerebro.broker.getcash() == 10000.0 - 1000.0 + 404.0
