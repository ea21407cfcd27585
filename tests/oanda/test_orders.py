"""The broker of OANDA against the stand-in: orders, brackets, lost answers, positions."""

import threading

import pytest

import backtrader as bt
from backtrader.errors import AuthenticationError, OrderError, SettingsError
from backtrader.stores import oandastore
from backtrader.stores.oandastore import OandaStore

from .conftest import eventually
from .stand_in import TOKEN


class Trader(bt.Strategy):
    """Runs `script`, a generator function, one step a tick, and notes what it is told."""

    params = (("script", None),)

    def __init__(self):
        self.told = []
        self.trades = []
        self.said = []
        self.orders = {}
        self.steps = self.p.script(self)
        self.failure = None

    def next(self):
        try:
            next(self.steps)
        except StopIteration:
            self.env.runstop()
        except BaseException as error:
            self.failure = error
            self.env.runstop()

    def notify_order(self, order):
        names = [name for name, each in self.orders.items() if each == order]
        self.told.append(((names or ["?"])[0], order.getstatusname()))
        self.last = order

    def notify_trade(self, trade):
        self.trades.append((trade.size, trade.isclosed, trade.pnl, trade.commission))

    def notify_store(self, msg, *args, **kwargs):
        self.said.append(msg)

    def of(self, name):
        return [status for each, status in self.told if each == name]


def trade(server, script, seconds=30, **kwargs):
    """Run a script; quotes come all the time."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.setbroker(bt.brokers.OandaBroker(**kwargs))
    data = bt.feeds.OandaData(
        dataname="EUR_USD", timeframe=bt.TimeFrame.Ticks, compression=1, backfill_start=False
    )
    # ticks have no candles: the feed would end with that
    data.p.timeframe = data._timeframe = bt.TimeFrame.Minutes
    cerebro.adddata(data)
    cerebro.addstrategy(Trader, script=script)
    done = threading.Event()

    def quote():
        while not done.wait(0.02):
            server.quote(1.1)

    alarm = threading.Timer(seconds, cerebro.runstop)
    quotes = threading.Thread(target=quote)
    alarm.start()
    quotes.start()
    try:
        found = cerebro.run()[0]
    finally:
        alarm.cancel()
        done.set()
        quotes.join()
    if found.failure is not None:
        raise found.failure
    return found


def until(condition, ticks=250):
    """Wait, in a script, until a condition holds."""
    for _ in range(ticks):
        if condition():
            return
        yield
    raise AssertionError("it did not come to pass")


def bodies(server, kind):
    return [each for each in server.transactions if each["type"] == kind]


def test_a_market_order_is_executed(server, store):
    def script(self):
        assert (self.broker.getcash(), self.broker.getvalue()) == (9000.5, 10010.25)
        self.orders["a"] = self.buy(size=100)
        yield from until(lambda: self.of("a")[-1:] == ["Completed"])
        assert self.position.size == 100 and self.position.price == 1.101

    found = trade(server, script)
    assert found.told == [("a", "Submitted"), ("a", "Accepted"), ("a", "Completed")]
    executed = found.last.executed
    assert (executed.size, executed.price, executed.comm) == (100, 1.101, 0.5)
    assert found.trades == [(100, False, 0.0, 0.5)]
    (sent,) = bodies(server, "MARKET_ORDER")
    assert (sent["units"], sent["timeInForce"], sent["instrument"]) == ("100", "FOK", "EUR_USD")


def test_a_round_trip_makes_a_trade(server, store):
    def script(self):
        self.orders["a"] = self.sell(size=100)
        yield from until(lambda: self.position.size == -100)
        server.fill_at = 1.0
        self.orders["b"] = self.close()
        yield from until(lambda: self.of("b")[-1:] == ["Completed"])
        assert not self.position
        yield

    found = trade(server, script)
    size, closed, pnl, commission = found.trades[-1]
    assert (size, closed, commission) == (0, True, 1.0)
    assert pnl == pytest.approx(10.1)


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({"exectype": bt.Order.Limit, "price": 1.05}, {"type": "LIMIT_ORDER", "price": "1.05000"}),
        ({"exectype": bt.Order.Stop, "price": 1.15}, {"type": "STOP_ORDER", "price": "1.15000"}),
        (
            {"exectype": bt.Order.StopLimit, "price": 1.15, "plimit": 1.16},
            {"type": "STOP_ORDER", "price": "1.15000", "priceBound": "1.16000"},
        ),
        (
            {"exectype": bt.Order.Limit, "price": 1.05, "valid": 750000.5},
            {"timeInForce": "GTD", "gtdTime": "2664273600.000000000".replace("2664273600", "@")},
        ),
        (
            {"exectype": bt.Order.Limit, "price": 1.05, "positionFill": "REDUCE_ONLY"},
            {"positionFill": "REDUCE_ONLY", "timeInForce": "GTC"},
        ),
    ],
)
def test_an_order_that_waits_can_be_cancelled(server, store, kwargs, expected):
    def script(self):
        self.orders["a"] = self.buy(size=10, **kwargs)
        yield from until(lambda: self.of("a")[-1:] == ["Accepted"])
        self.cancel(self.orders["a"])
        yield from until(lambda: self.of("a")[-1:] == ["Canceled"])

    trade(server, script)
    sent = server.transactions[0]
    when = int((750000.5 - 719163) * 86400)
    for key, value in expected.items():
        assert sent[key] == value.replace("@", str(when))


def test_a_limit_is_filled_in_parts(server, store):
    def script(self):
        self.orders["a"] = self.buy(size=10, exectype=bt.Order.Limit, price=1.05)
        yield from until(lambda: self.of("a")[-1:] == ["Accepted"])
        (created,) = server.orders.values()
        server.fill(created, "4", 1.04)
        yield from until(lambda: self.of("a")[-1:] == ["Partial"])
        server.fill(created, "6", 1.05)
        yield from until(lambda: self.of("a")[-1:] == ["Completed"])
        assert self.position.price == pytest.approx(1.046)

    assert trade(server, script).of("a") == ["Submitted", "Accepted", "Partial", "Completed"]


def bracket(self, **kwargs):
    kwargs = {"price": 1.05, "stopprice": 1.0, "limitprice": 1.2, **kwargs}
    orders = self.buy_bracket(size=10, **kwargs)
    self.orders.update(zip(("main", "stop", "take"), orders, strict=True))


def test_a_bracket_is_one_request(server, store):
    def script(self):
        bracket(self)
        yield from until(lambda: self.of("main")[-1:] == ["Accepted"])
        assert len(server.asked("/orders")) == 1
        (created,) = server.orders.values()
        assert self.cancel(self.orders["take"]) is None  # there is none yet
        server.fill(created)
        yield from until(lambda: self.of("take")[-1:] == ["Accepted"])
        take = next(each for each in server.orders.values() if each["type"] == "TAKE_PROFIT_ORDER")
        stop = next(each for each in server.orders.values() if each["type"] == "STOP_LOSS_ORDER")
        assert (take["price"], stop["price"]) == ("1.20000", "1.00000")
        closed = [{"tradeID": f"T{created['id']}", "units": "10"}]
        server.fill(take, "-10", 1.2, tradeOpened=None, tradesClosed=closed)
        server.cancel(stop, "LINKED_TRADE_CLOSED")
        yield from until(lambda: self.of("stop")[-1:] == ["Canceled"])
        assert not self.position

    found = trade(server, script)
    assert found.of("main") == ["Submitted", "Accepted", "Completed"]
    assert found.of("take") == ["Submitted", "Accepted", "Completed"]
    assert found.of("stop") == ["Submitted", "Accepted", "Canceled"]
    assert found.trades[-1][:2] == (0, True)


def test_a_bracket_that_is_cancelled_takes_its_children_along(server, store):
    def script(self):
        bracket(self)
        yield from until(lambda: self.of("main")[-1:] == ["Accepted"])
        self.cancel(self.orders["main"])
        yield from until(lambda: self.of("take")[-1:] == ["Canceled"])
        assert self.of("stop")[-1] == self.of("main")[-1] == "Canceled"

    trade(server, script)


def test_a_bracket_can_trail_its_stop(server, store):
    def script(self):
        bracket(self, stopexec=bt.Order.StopTrail, stopargs={"trailamount": 0.01})
        yield from until(lambda: self.of("main")[-1:] == ["Accepted"])

    trade(server, script)
    sent = server.transactions[0]
    assert sent["trailingStopLossOnFill"]["distance"] == "0.01000"
    assert "stopLossOnFill" not in sent


def test_a_stop_is_trailed_for_the_trade_that_it_closes(server, store):
    def script(self):
        with pytest.raises(OrderError, match="0 trades"):
            self.sell(size=100, exectype=bt.Order.StopTrail, trailamount=0.02)
        self.orders["a"] = self.buy(size=100)
        yield from until(lambda: self.position.size == 100)
        stop = self.sell(size=100, exectype=bt.Order.StopTrail, trailpercent=0.02)
        self.orders["b"] = stop
        yield from until(lambda: self.of("b")[-1:] == ["Accepted"])

    trade(server, script)
    (sent,) = bodies(server, "TRAILING_STOP_LOSS_ORDER")
    (opened,) = bodies(server, "MARKET_ORDER")
    assert (sent["tradeID"], sent["distance"]) == (f"T{opened['id']}", "0.02200")
    assert "units" not in sent


def test_of_a_group_one_cancels_the_other(server, store):
    def script(self):
        limit = {"exectype": bt.Order.Limit, "price": 1.0}
        self.orders["a"] = self.buy(size=1, **limit)
        self.orders["b"] = self.buy(size=1, oco=self.orders["a"], **limit)
        yield from until(lambda: self.of("b")[-1:] == ["Accepted"])
        server.fill(next(iter(server.orders.values())))
        yield from until(lambda: self.of("b")[-1:] == ["Canceled"])
        assert self.of("a")[-1] == "Completed"

    trade(server, script)


@pytest.mark.parametrize(
    ("reason", "status"), [("UNITS_LIMIT_EXCEEDED", "Rejected"), ("INSUFFICIENT_MARGIN", "Margin")]
)
def test_a_refusal_is_told_with_its_reason(server, store, reason, status):
    server.refuse_with = reason

    def script(self):
        self.orders["a"] = self.buy(size=10)
        yield from until(lambda: self.of("a")[-1:] == [status])
        assert self.orders["a"].info.reason == reason
        yield

    assert any(reason in str(text) for text in trade(server, script).said)


@pytest.mark.parametrize(
    ("reason", "status"),
    [("TIME_IN_FORCE_EXPIRED", "Expired"), ("MARKET_HALTED", "Rejected")],
)
def test_the_end_of_an_order_has_its_reason(server, store, reason, status):
    def script(self):
        self.orders["a"] = self.buy(size=10, exectype=bt.Order.Limit, price=1.0)
        yield from until(lambda: self.of("a")[-1:] == ["Accepted"])
        server.cancel(next(iter(server.orders.values())), reason)
        yield from until(lambda: self.of("a")[-1:] == [status])

    trade(server, script)


def test_an_order_without_an_answer_is_not_sent_again(server, store):
    """OANDA has taken it: its log says so."""
    server.lose_answers, server.mute_transactions = 1, True

    def script(self):
        self.orders["a"] = self.buy(size=100)
        yield from until(lambda: self.of("a")[-1:] == ["Completed"])
        assert self.position.size == 100

    found = trade(server, script)
    assert len(bodies(server, "MARKET_ORDER")) == len(server.asked("/orders")) == 1
    assert any("OANDA is asked" in str(text) for text in found.said)


def test_an_order_that_never_arrived_is_rejected(server, store, monkeypatch):
    """OANDA's log does not have it, and goes on not to have it."""
    server.lose_requests = 1
    make = oandastore.OrderDesk
    monkeypatch.setattr(oandastore, "OrderDesk", lambda *args: make(*args, ask_s=1.5))

    def script(self):
        self.orders["a"] = self.buy(size=100)
        yield from until(lambda: self.of("a")[-1:] == ["Rejected"])
        # it comes after all: it is cancelled, and told of
        name = self.broker.o._order_name(self.orders["a"])
        late = server.log("LIMIT_ORDER", clientExtensions={"id": name})
        server.orders[name] = late
        yield from until(lambda: bodies(server, "ORDER_CANCEL"))

    found = trade(server, script)
    assert len(server.asked("/orders")) == 1
    assert any("given up" in str(text) for text in found.said)


def test_a_late_execution_of_an_order_that_was_given_up_counts(server, store, monkeypatch):
    server.lose_requests = 1
    make = oandastore.OrderDesk
    monkeypatch.setattr(oandastore, "OrderDesk", lambda *args: make(*args, ask_s=0.5))

    def script(self):
        self.orders["a"] = self.buy(size=100)
        yield from until(lambda: self.of("a")[-1:] == ["Rejected"])
        name = self.broker.o._order_name(self.orders["a"])
        server.take({"type": "MARKET", "clientExtensions": {"id": name}, "units": "100"})
        yield from until(lambda: self.of("a")[-1:] == ["Completed"])
        assert self.position.size == 100

    trade(server, script)


def test_what_the_stream_missed_is_read_from_the_log(server, store):
    def script(self):
        self.orders["a"] = self.buy(size=10, exectype=bt.Order.Limit, price=1.0)
        yield from until(lambda: self.of("a")[-1:] == ["Accepted"])
        server.mute_transactions = True
        server.fill(next(iter(server.orders.values())))
        yield from until(lambda: self.of("a")[-1:] == ["Completed"])

    trade(server, script)


def test_an_execution_counts_once(server, store):
    def script(self):
        self.orders["a"] = self.buy(size=10)
        yield from until(lambda: self.position.size == 10)
        for _ in range(3):
            for each in list(server.transactions):
                server._soon(server._put, "transactions", each)
            yield
        for _ in range(20):
            yield
        assert self.position.size == 10

    assert trade(server, script).of("a").count("Completed") == 1


def test_open_positions_are_taken_over_and_told(server, store):
    side = {"units": "-200", "averagePrice": "1.2"}
    server.positions = [{"instrument": "EUR_USD", "short": side, "long": {"units": "0"}}]

    def script(self):
        assert (self.position.size, self.position.price) == (-200, 1.2)
        server.log(
            "ORDER_FILL", orderID="99", instrument="EUR_USD", units="50", price="1.1",
            tradeReduced={"tradeID": "7", "units": "50"},
        )  # fmt: skip
        yield from until(lambda: self.position.size == -150)
        yield

    found = trade(server, script)
    assert found.trades == [(-200, False, 0.0, 0.0)]
    assert any("from outside" in str(text) for text in found.said)


def test_open_positions_can_be_left_alone(server, store):
    side = {"units": "200", "averagePrice": "1.2"}
    server.positions = [{"instrument": "EUR_USD", "long": side, "short": {"units": "0"}}]

    def script(self):
        assert not self.position
        yield

    assert trade(server, script, use_positions=False).trades == []


def test_what_oanda_has_not_is_an_error(server, store):
    def script(self):
        with pytest.raises(OrderError, match="steps of 1"):
            self.buy(size=0.5)
        with pytest.raises(OrderError, match="Close"):
            self.buy(size=1, exectype=bt.Order.Close)
        yield

    trade(server, script)
    assert not server.asked("/orders")


def test_a_refused_token_is_an_error_that_does_not_show_it(server, store):
    store.p.token = "another-secret"
    with pytest.raises(AuthenticationError) as caught:
        store.start()
    assert "another-secret" not in repr(caught.value) + str(caught.value)


def test_the_only_account_needs_no_name(server, store):
    store.p.account = ""
    assert store.get_cash() == 9000.5
    store.stop()
    server.accounts = ["a", "b"]
    with pytest.raises(SettingsError, match="account"):
        store.start()


def test_scripts_can_ask_and_listen_themselves(server, store):
    import queue

    answers = queue.Queue()
    api = oandastore.API(access_token=TOKEN)
    streamer = oandastore.Streamer(answers, access_token=TOKEN)
    for each in (api, streamer):
        each._url = each._stream_url = server.url
    assert api.request("accounts")["accounts"][0]["tags"] == []
    path = "accounts/x/pricing/stream"
    reader = threading.Thread(target=streamer.run, args=(path, {"instruments": "EUR_USD"}))
    reader.start()
    eventually(lambda: server.listening())
    server.quote(1.5)
    assert answers.get(timeout=5)["bids"][0]["price"] == "1.50000"
    server.break_streams()
    reader.join(5)
    error = oandastore.Streamer(answers, access_token="no")
    error._stream_url = server.url
    error.run(path)
    assert isinstance(answers.queue[-1], AuthenticationError)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(oandastore.importlib.util, "find_spec", lambda name: None)
    OandaStore._singleton = None
    with pytest.raises(bt.errors.MissingDependencyError, match=r"backtrader\[oanda\]"):
        bt.stores.OandaStore(token="x")
