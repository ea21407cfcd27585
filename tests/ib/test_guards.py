"""Guards, the grid of a contract, the end of all trading, and previews: against the simulator."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import backtrader as bt
from backtrader.errors import OrderError, ParameterError, RequestRefusedError
from backtrader.ibsim import Fault, Simulator
from backtrader.stores._ib.contracts import Hours

from .conftest import eventually
from .survival import own_classes
from .trading import AAPL, Acting, Trading, tape

Limit, Stop = bt.Order.Limit, bt.Order.Stop
FLAT = [100.0] * 8
FALL = [100.0, 100.0, 100.0, 100.0, 90.0, 90.0, 90.0, 90.0]


def send(name, side="buy", **asked):
    asked.setdefault("size", 10)
    return lambda strategy: strategy.keep(name, getattr(strategy, side)(**asked))


def reason_of(strategy, name):
    return strategy.orders[name].info.get("reason")


def placed(trading):
    return [x for x in trading.sim.requests() if x.method == "POST" and x.path.endswith("/orders")]


REFUSED = {
    "size": (dict(max_order_size=9), dict(), "max_order_size: 10 units are more than 9"),
    "value": (
        dict(max_order_value=999.0),
        dict(),
        "max_order_value: it is worth up to 1,000.00, more than 999.00",
    ),
    "position": (
        dict(max_position=9),
        dict(),
        "max_position: the position could become 10, more than 9",
    ),
    "distance": (
        dict(max_price_distance=0.05),
        dict(exectype=Limit, price=94.0),
        "max_price_distance: 94 is more than 0.05 of 100 away from it",
    ),
    "unknown hours": (
        dict(only_open_market=True),
        dict(),
        "only_open_market: it is not known whether the market is open",
    ),
    "step of size": (
        dict(),
        dict(size=10.5),
        "size 10.5 is no multiple of 1, the contract's smallest step of size",
    ),
}


@pytest.mark.parametrize("guard", REFUSED)
def test_a_refused_order_is_told_as_rejected_with_the_reason_and_does_not_leave(guard):
    guards, asked, reason = REFUSED[guard]
    with Trading(FLAT, guards=guards) as trading:
        strategy = trading.run(Acting, acts={2: send("order", **asked)})
        assert strategy.statuses("order") == ["Rejected"]
        assert reason_of(strategy, "order") == reason
        assert any(reason in text for text in trading.store.notifications)
        assert placed(trading) == []


def test_within_all_limits_an_order_leaves():
    guards = dict(max_order_size=10, max_order_value=1000.0, max_position=10)
    guards |= dict(max_orders_per_minute=1, max_daily_loss=1000.0, max_price_distance=0.05)
    guards |= dict(only_paper_account=True)
    with Trading(FLAT, guards=guards) as trading:
        strategy = trading.run(Acting, acts={2: send("order")})
        assert strategy.statuses("order") == ["Submitted", "Accepted", "Completed"]


def test_a_live_account_is_refused_where_only_paper_ones_may_be_traded():
    with Trading(FLAT, guards=dict(only_paper_account=True), account_id="U7654321") as trading:
        strategy = trading.run(Acting, acts={2: send("order")})
        assert reason_of(strategy, "order") == "only_paper_account: the account is a live one"


def test_more_orders_than_a_minute_may_have_are_refused():
    acts = {n: send(str(n), exectype=Limit, price=98.0) for n in (2, 3, 4)}
    with Trading(FLAT, guards=dict(max_orders_per_minute=2)) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert [strategy.statuses(name)[0] for name in "234"] == [
            "Submitted",
            "Submitted",
            "Rejected",
        ]


def test_orders_that_wait_count_for_the_position():
    acts = {n: send(str(n), exectype=Limit, price=98.0) for n in (2, 3)}
    with Trading(FLAT, guards=dict(max_position=15)) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert "with the orders that are working" in reason_of(strategy, "3")
        assert len(trading.sim.orders()) == 1


def test_after_the_loss_of_a_day_only_closing_is_let_through():
    acts = {2: send("buy", size=100), 6: send("more"), 7: send("close", "sell", size=100)}
    with Trading([*FALL, 90.0], guards=dict(max_daily_loss=500.0)) as trading:

        def known(strategy):
            eventually(lambda: trading.store.get_daily_profit() < -500.0, what="the loss")

        acts[5] = known
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("more") == ["Rejected"]
        assert reason_of(strategy, "more").startswith("max_daily_loss: 1,00")
        assert strategy.statuses("close")[-1] == "Completed"


@pytest.mark.parametrize("is_open", [True, False])
def test_a_closed_market_refuses(is_open):
    now = int(time.time())
    hours = (Hours(now - 7200, now - 3600 * (not is_open) + 3600 * is_open, True),)
    hours += (Hours(now + 7200, now + 9000, True),)

    def act(strategy):
        strategy.data.contractdetails.hours = hours
        send("order")(strategy)

    with Trading(FLAT, guards=dict(only_open_market=True)) as trading:
        strategy = trading.run(Acting, acts={2: act})
        assert (strategy.statuses("order")[-1] == "Completed") == is_open
        closed = None if is_open else "only_open_market: the market is closed"
        assert reason_of(strategy, "order") == closed


def bracket(strategy):
    family = strategy.buy_bracket(
        size=10, exectype=Limit, price=100.0, stopprice=98.2, limitprice=102.0
    )
    for name, order in zip(("main", "stop", "limit"), family, strict=True):
        strategy.keep(name, order)


def test_one_leg_that_is_refused_refuses_the_bracket_whole():
    with Trading(FLAT, guards=dict(max_price_distance=0.019)) as trading:
        strategy = trading.run(Acting, acts={2: bracket})
        for name in ("main", "stop", "limit"):
            assert strategy.statuses(name) == ["Rejected"]
            assert "102 is more than" in reason_of(strategy, name)
        assert placed(trading) == [] and strategy.broker.get_orders() == []


def test_the_children_of_a_bracket_are_measured_against_what_their_parent_leaves():
    with Trading(FLAT, guards=dict(max_position=10)) as trading:
        strategy = trading.run(Acting, acts={2: bracket})
        assert strategy.statuses("main")[-1] == "Completed"
        assert len(trading.sim.orders()) == 3


def test_a_child_of_a_refused_order_is_refused():
    def act(strategy):
        parent = strategy.buy(size=11)
        strategy.keep("parent", parent)
        strategy.keep("child", strategy.sell(size=10, exectype=Stop, price=98.0, parent=parent))

    with Trading(FLAT, guards=dict(max_order_size=10)) as trading:
        strategy = trading.run(Acting, acts={2: act})
        assert reason_of(strategy, "child") == "its parent was refused"


def test_one_order_that_is_refused_refuses_those_that_were_to_be_sent_with_it():
    def act(strategy):
        first = strategy.buy(size=11, exectype=Limit, price=99.0, transmit=False)
        strategy.keep("first", first)
        strategy.keep("second", strategy.buy(size=9, exectype=Limit, price=98.0, oco=first))

    with Trading(FLAT, guards=dict(max_order_size=10)) as trading:
        strategy = trading.run(Acting, acts={2: act})
        assert strategy.statuses("first") == strategy.statuses("second") == ["Rejected"]
        assert placed(trading) == []


def test_a_change_that_breaks_a_limit_is_not_made():
    def change(strategy):
        order = strategy.orders["order"]
        assert not strategy.broker.replace(order, size=20)
        assert "max_order_size" in order.info.problem

    acts = {2: send("order", exectype=Limit, price=98.0), 4: change}
    with Trading(FLAT, guards=dict(max_order_size=10)) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert strategy.orders["order"].size == 10
        assert float(trading.sim.orders()[0].ticket.quantity) == 10.0


# -- the grid


def test_a_price_off_the_grid_is_sent_on_it_and_said():
    acts = {2: send("order", exectype=Limit, price=99.987)}
    with Trading(FLAT) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert trading.sim.orders()[0].ticket.price == 99.98
        (text,) = [each for each in trading.store.notifications if "is sent as" in each]
        assert "lmtPrice 99.987 is sent as 99.98" in text
        assert strategy.statuses("order") == ["Submitted", "Accepted"]


# -- the end of all trading


def cancel_all(flatten):
    def act(strategy):
        outcome = strategy.broker.cancel_all(flatten).wait(20.0)
        assert outcome is not None and outcome.cancelled
        strategy.outcome = outcome

    return act


def test_cancel_all_cancels_what_waits_and_lets_nothing_through_until_resume():
    acts = {
        2: send("first", exectype=Limit, price=98.0),
        3: lambda s: s.keep("held", s.buy(size=1, exectype=Limit, price=98.0, transmit=False)),
        4: cancel_all(False),
        5: send("refused"),
        6: lambda s: s.broker.resume(),
        7: send("second"),
    }
    with Trading([*FLAT, 100.0, 100.0]) as trading:
        strategy = trading.run(Acting, acts=acts)
        assert strategy.statuses("first")[-1] == "Canceled"
        assert strategy.statuses("held") == ["Canceled"]
        assert "stopped by cancel_all" in reason_of(strategy, "refused")
        assert strategy.statuses("second")[-1] == "Completed"
        assert strategy.outcome.left is None and strategy.outcome.problems == ()


def test_what_is_queued_behind_a_slow_order_is_taken_back():
    class Queueing(Acting):
        params = (("trading", None),)

    def act(strategy):
        trading = strategy.p.trading
        slow = Fault("late_answer", method="POST", path="iserver/account/*/orders", delay_s=0.4)
        trading.sim.faults.add(slow)
        for name in ("slow", "queued"):
            send(name, exectype=Limit, price=98.0)(strategy)
        past = threading.Thread(target=submit, args=(trading.desk,))
        past.start()
        eventually(lambda: len(trading.desk._queued) == 2, what="the queue")
        assert strategy.broker.cancel_all().wait(20.0).cancelled
        past.join(1.0)
        assert not past.is_alive()

    refusals = []

    def submit(desk):
        ticket = {"conid": AAPL, "side": "BUY", "quantity": 1, "orderType": "MKT", "tif": "DAY"}
        with pytest.raises(RequestRefusedError) as caught:
            desk.submit(None, ticket)
        refusals.append(caught)

    with Trading(FLAT) as trading:
        strategy = trading.run(Queueing, acts={2: act}, trading=trading)
        assert strategy.statuses("slow")[-1] == strategy.statuses("queued")[-1] == "Canceled"
        assert len(placed(trading)) == len(trading.sim.orders()) == len(refusals) == 1


def filling(trading):
    """Let the closing order be executed, which the simulator does with the next trade only."""
    stop = threading.Event()

    def tick():
        while not stop.wait(0.02):
            working = [x for x in trading.sim.orders() if x.alive and x.ticket.order_type == "MKT"]
            if working:
                trading.sim.call(lambda world: world.step())

    thread = threading.Thread(target=tick)
    thread.start()

    def end():
        stop.set()
        thread.join()

    return end


def test_flattening_closes_what_is_held_once_and_a_second_call_sends_nothing():
    def flatten(strategy):
        end = filling(strategy.p.trading)
        cancel_all(True)(strategy)
        strategy.first = strategy.outcome
        cancel_all(True)(strategy)
        end()

    class Closing(Acting):
        params = (("trading", None),)

    acts = {2: send("buy"), 3: send("stop", "sell", exectype=Stop, price=98.0), 5: flatten}
    with Trading([100.0] * 30) as trading:
        strategy = trading.run(Closing, acts=acts, trading=trading)
        assert strategy.first.closed == {AAPL: 10.0} and strategy.first.left == {}
        assert strategy.outcome.closed == {} and strategy.outcome.left == {}
        assert trading.sim.positions() == {}
        assert strategy.statuses("stop")[-1] == "Canceled"
        assert [float(x.size) for x in trading.sim.executions()] == [10.0, 10.0]
        eventually(lambda: strategy.position.size == 0 or strategy.broker.next(), 10.0)


@pytest.mark.parametrize("kind", ["lost_answer", "unavailable_after"])
def test_a_closing_order_whose_answer_is_lost_is_not_sent_again(kind):
    def flatten(strategy):
        trading = strategy.p.trading
        trading.sim.faults.add(Fault(kind, method="POST", path="iserver/account/*/orders"))
        end = filling(trading)
        cancel_all(True)(strategy)
        end()

    class Closing(Acting):
        params = (("trading", None),)

    with Trading([100.0] * 30) as trading:
        strategy = trading.run(Closing, acts={2: send("buy"), 5: flatten}, trading=trading)
        assert strategy.outcome.left == {} and trading.sim.positions() == {}
        assert len(trading.sim.executions()) == 2


@pytest.fixture
def made_store():
    store, feed, broker = own_classes()
    store.DataCls, store.BrokerCls = feed, broker
    return store(port=1)


def test_a_misspelt_guard_is_refused(made_store):
    guessed = r"_Broker: unknown parameter 'max_ordersize', did you mean 'max_order_size'\?"
    with pytest.raises(ParameterError, match=guessed):
        made_store.getbroker(max_ordersize=100)


def test_a_broker_takes_the_parameters_of_its_store(made_store):
    broker = made_store.getbroker(max_order_size=100, host="127.0.0.1", port=1)
    assert broker.ib is made_store and broker.p.max_order_size == 100


def test_a_misspelt_parameter_of_a_feed_is_logged(made_store, caplog):
    data = made_store.getdata(dataname="AAPL", timefrme=bt.TimeFrame.Minutes)
    assert data.ib is made_store
    assert "_Feed: unknown parameter 'timefrme', did you mean 'timeframe'?" in caplog.text


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal on this system")
def test_a_signal_cancels_all():
    def kill(strategy):
        os.kill(os.getpid(), signal.SIGUSR1)
        live = strategy.p.trading
        eventually(lambda: not any(x.alive for x in live.sim.orders()), 10.0, "all cancelled")

    class Closing(Acting):
        params = (("trading", None),)

    before = signal.getsignal(signal.SIGUSR1)
    acts = {2: send("order", exectype=Limit, price=98.0), 4: kill}
    with Trading(FLAT, guards=dict(cancel_all_signal="SIGUSR1")) as trading:
        strategy = trading.run(Closing, acts=acts, trading=trading)
        assert strategy.statuses("order")[-1] == "Canceled"
    assert signal.getsignal(signal.SIGUSR1) == before


LIVE_RUN = """
import sys
import backtrader as bt
from backtrader.stores._ib.inquiry import Timing

class Holding(bt.Strategy):
    def next(self):
        if len(self) == 1:
            self.buy(size=10)
            self.sell(size=10, exectype=bt.Order.Stop, price=98.0)
        pulled = self.broker._pulled
        if pulled is not None and pulled.done:
            print(pulled.outcome.cancelled, pulled.outcome.closed, pulled.outcome.left)
            self.env.runstop()

quick = Timing(poll_s=0.2, inquiry_s=0.05, again_s=0.2, stream_s=0.1)
settings = dict(url=sys.argv[1], cacert=sys.argv[2], pacing=False, order_timing=quick)
store = bt.stores.IBStore(timeout=20.0, **settings)
cerebro = bt.Cerebro(stdstats=False)
frame = bt.TimeFrame.Ticks
cerebro.adddata(store.getdata(dataname="AAPL", timeframe=frame, backfill_start=False))
guards = dict(max_position=10, max_price_distance=0.1, max_order_value=2000.0)
guards |= dict(max_daily_loss=1000.0, only_paper_account=True, only_open_market=True)
cerebro.setbroker(
    store.getbroker(cancel_all_signal="SIGUSR1", cancel_all_flatten=True, **guards)
)
cerebro.addstrategy(Holding)
cerebro.run()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal on this system")
def test_a_process_that_is_sent_the_signal_is_flat_and_goes_on():
    with Simulator(tape([100.0] * 20_000), pacing=False, smd_interval_ms=0) as sim:
        process = subprocess.Popen(
            [sys.executable, "-c", LIVE_RUN, sim.rest_url, str(sim.certificate)],
            stdout=subprocess.PIPE,
            text=True,
        )
        stop = threading.Event()
        ticker = threading.Thread(target=lambda: [sim.step() for _ in iter(pause(stop), True)])
        ticker.start()
        try:
            eventually(lambda: sim.positions() == {AAPL: 10.0}, 60.0, "the position")
            process.send_signal(signal.SIGUSR1)
            told, _ = process.communicate(timeout=90.0)
        finally:
            process.kill()
            stop.set()
            ticker.join()
        assert told.split("\n")[0] == f"True {{{AAPL}: 10.0}} {{}}"
        assert sim.positions() == {} and not any(order.alive for order in sim.orders())


def pause(stop):
    return lambda: stop.wait(0.1)


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal on this system")
def test_a_signal_takes_no_lock_that_the_interrupted_thread_may_hold():
    def kill(strategy):
        trading = strategy.p.trading
        dialogue = trading.desk.dialogue
        with dialogue._changed, trading.desk.lock, strategy.env._wakeup._flag._cond:
            os.kill(os.getpid(), signal.SIGUSR1)
            assert strategy.broker._gate.closed  # the handler has run, and come back
        strategy.broker._pulled.wait(10.0)

    class Closing(Acting):
        params = (("trading", None),)

    with Trading(FLAT, guards=dict(cancel_all_signal=signal.SIGUSR1)) as trading:
        strategy = trading.run(Closing, acts={4: kill}, trading=trading)
        assert strategy.broker._pulled.outcome.cancelled


@pytest.mark.parametrize("chosen", ["SIGUSR", 999])
def test_a_signal_that_there_is_not_is_named(chosen):
    class Broker(bt.brokers.IBBroker):
        StoreCls = staticmethod(lambda **kwargs: None)

    with pytest.raises(ParameterError, match="signal"):
        Broker(cancel_all_signal=chosen)


def test_off_the_main_thread_a_signal_cannot_be_waited_for():
    failures = []

    def run():
        try:
            trading.run(Acting)
        except ParameterError as failure:
            failures.append(str(failure))

    with Trading(FLAT, guards=dict(cancel_all_signal=signal.SIGINT)) as trading:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert "main thread" in failures[0]


def test_resume_waits_for_the_end():
    def act(strategy):
        with strategy.p.trading.desk.lock:  # so that it cannot come to its end
            pulled = strategy.broker.cancel_all()
            with pytest.raises(OrderError, match="has not come to its end"):
                strategy.broker.resume()
        pulled.wait(10.0)
        strategy.broker.resume()

    class Closing(Acting):
        params = (("trading", None),)

    with Trading(FLAT) as trading:
        trading.run(Closing, acts={3: act}, trading=trading)


# -- previews


def test_a_preview_tells_margin_and_commission_and_changes_nothing():
    def look(strategy):
        trading = strategy.p.trading
        before = (trading.sim.orders(), trading.sim.cash(), len(trading.store.notifications))
        strategy.preview = strategy.broker.preview(
            data=strategy.data, size=10, exectype=Limit, price=100.0
        )
        after = (trading.sim.orders(), trading.sim.cash(), len(trading.store.notifications))
        assert after == before

    class Looking(Acting):
        params = (("trading", None),)

    with Trading(FLAT) as trading:
        strategy = trading.run(Looking, acts={3: look}, trading=trading)
        preview = strategy.preview
        assert (preview.amount, preview.commission, preview.currency) == (1000.0, 1.0, "USD")
        assert preview.total == 1001.0 and preview.acceptable
        assert preview.initial_margin.change == preview.maintenance_margin.after == 250.0
        assert (preview.position.current, preview.position.after) == (0.0, 10.0)
        assert preview.equity.after == 99_999.0
        assert strategy.told == []


def test_a_preview_of_what_the_account_cannot_pay_says_so():
    class Looking(Acting):
        def next(self):
            if len(self) == 3:
                self.preview = self.broker.preview(data=self.data, size=-100_000)

    with Trading(FLAT) as trading:
        preview = trading.run(Looking).preview
        assert not preview.acceptable and "Cash needed" in preview.error
        assert preview.commission is None and preview.initial_margin is None
