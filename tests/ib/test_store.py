"""The store itself, by the names that scripts call: each against the simulator."""

import datetime
import queue
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import backtrader as bt
from backtrader.brokers.iborder_ibind import IBOrder
from backtrader.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ContractError,
    MissingDependencyError,
    ParameterError,
    SettingsError,
)
from backtrader.ibsim import Simulator
from backtrader.ibsim.samples import sample_tapes
from backtrader.stores.ibstore import IBStore, RTVolume
from backtrader.stores.ibstore_ibind import IBStore as alias

from .conftest import eventually
from .trading import QUICK

AAPL = 265598
QUICKLY = {"first_pause": 0.05, "longest_pause": 0.2, "pacing": False, "order_timing": QUICK}


def store_class():
    """A class of stores with its own single object."""
    made = type(IBStore)("IBStore", (IBStore,), {"__module__": __name__})
    made._singleton = None
    return made


def settings_of(simulator):
    settings = {"url": simulator.rest_url, "cacert": str(simulator.certificate), **QUICKLY}
    if simulator.sessions.oauth:
        settings["oauth_config"] = simulator.oauth_settings
    return settings


@pytest.fixture(params=["gateway", "oauth"])
def simulator(request):
    tapes = sample_tapes(seed=3)
    with Simulator(tapes, oauth=request.param == "oauth", pacing=False) as simulator:
        yield simulator
        assert simulator.failures() == []


@pytest.fixture
def store(simulator):
    store = store_class()(**settings_of(simulator))
    store.start()
    yield store
    store.stop()


def drained(answers, timeout_s=10.0):
    """What a queue holds up to its end: None, or a bar without a date."""
    found = []
    while (item := answers.get(timeout=timeout_s)) is not None:
        if getattr(item, "date", item) is None:
            break
        found.append(item)
    return found


# the object


def test_there_is_one_store():
    made = store_class()
    first = made(host="127.0.0.1", port=5000)
    assert made() is first and made(port=1) is first


def test_the_other_module_has_the_same_class():
    assert alias is IBStore


def test_a_misspelt_parameter_is_named():
    with pytest.raises(TypeError, match="did you mean 'clientId'"):
        store_class()(clientID=1)


def test_feeds_and_brokers_come_from_the_class_and_the_object():
    assert IBStore.DataCls is bt.feeds.IBData and IBStore.BrokerCls is bt.brokers.IBBroker


def test_without_ibind_it_says_what_to_install():
    script = textwrap.dedent(
        """
        import sys
        sys.modules["ibind"] = None
        import importlib.util
        find = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *a: None if name == "ibind" else find(name, *a)
        import backtrader as bt
        try:
            bt.stores.IBStore(port=7497)
        except ImportError as error:
            print(error)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert 'pip install "backtrader[ib]"' in done.stdout, done.stderr


def test_that_error_is_one_of_ours():
    assert issubclass(MissingDependencyError, ImportError)


# the connection


def test_it_connects_once_and_ends_twice(store):
    assert store.connected() and store.reconnect()
    store.stop()
    assert not store.connected()
    store.stop()


def test_it_can_be_started_again(store):
    store.stop()
    store.start()
    assert store.connected()


def test_nobody_there_is_an_error_and_no_hang():
    store = store_class()(host="127.0.0.1", port=1, timeout=0.3, reconnect=2)
    began = time.monotonic()
    with pytest.raises(ConnectionFailedError):
        store.start()
    assert time.monotonic() - began < 5.0
    assert not store.connected()


def test_wrong_credentials_are_an_error(simulator):
    if not simulator.sessions.oauth:
        pytest.skip("a gateway takes no credentials")
    config = {**simulator.oauth_settings, "access_token": "0123456789"}
    store = store_class()(**{**settings_of(simulator), "oauth_config": config})
    with pytest.raises(AuthenticationError) as caught:
        store.start()
    assert "0123456789" not in str(caught.value)


def test_missing_oauth_settings_are_named_all_at_once(monkeypatch):
    store = store_class()(use_oauth=True, consumer_key="TESTCONS")
    with pytest.raises(SettingsError) as caught:
        store.start()
    for name in ("access_token", "access_token_secret", "dh_prime", "signature_key_fp"):
        assert name in str(caught.value)


def test_a_store_can_be_switched_to_oauth():
    with Simulator(sample_tapes(), oauth=True, pacing=False) as simulator:
        settings = settings_of(simulator)
        config = settings.pop("oauth_config")
        store = store_class()(**settings)
        assert store.enable_oauth_authentication(config)
        assert store.oauth_init()
        assert store.connected()
        store.stop()


def test_an_order_number_is_never_used_twice(store):
    numbers = [store.nextOrderId() for _ in range(100)]
    other = store_class()(**{"port": 5000})
    assert len({*numbers}) == 100 and numbers == sorted(numbers)
    assert other is not store


def test_the_clock_of_the_server(store):
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    assert abs(store.reqCurrentTime() - now) < datetime.timedelta(seconds=5)
    assert abs(store.timeoffset()) < datetime.timedelta(seconds=5)


def test_each_answer_tells_the_clock_of_the_server(store, simulator):
    simulator.desk.clock_ahead_s = 300.0
    store._connection.get("iserver/accounts")
    assert abs(store.timeoffset() - datetime.timedelta(minutes=5)) < datetime.timedelta(seconds=5)


def test_the_clock_of_the_computer_is_right_if_the_user_says_so(simulator):
    store = store_class()(**settings_of(simulator), timeoffset=False)
    simulator.desk.clock_ahead_s = 60.0
    store.start()
    assert store.timeoffset() == datetime.timedelta()
    store.stop()


def test_messages_are_printed_with_debug(simulator, capsys):
    store = store_class()(**settings_of(simulator), _debug=True)
    store.logmsg("one", 2)
    assert capsys.readouterr().out == "one 2\n"


# queues


def test_queues_are_numbered_and_forgotten(store):
    number, answers = store.getTickerQueue()
    other, same = store.reuseQueue(number)
    assert other > number >= store.REQIDBASE and same is answers
    assert store.validQueue(answers)
    store.cancelQueue(answers, sendnone=True)
    assert not store.validQueue(answers) and answers.get_nowait() is None
    assert store.getTickerQueue(start=True).get_nowait() is None
    assert store.nextTickerId() > other


@pytest.mark.parametrize(
    ("handler", "fields", "expected"),
    [
        ("realtimeBar", {"reqId": 0}, "message"),
        ("historicalData", {"reqId": 0, "date": "20260302"}, "message"),
        ("historicalData", {"reqId": 0, "date": "finished-20260302"}, None),
        ("contractDetails", {"reqId": 0}, "message"),
        ("contractDetailsEnd", {"reqId": 0}, None),
    ],
)
def test_messages_of_tws_go_into_the_queue_of_their_request(store, handler, fields, expected):
    number, answers = store.getTickerQueue()
    message = type("Message", (), {**fields, "reqId": number})()
    getattr(store, handler)(message)
    assert answers.get_nowait() is (message if expected else None)


def test_ticks_of_tws_go_into_the_queue_of_their_request(store):
    number, answers = store.getTickerQueue()
    text = "210.5;3;1772461800000;100;210.1;true"
    store.tickString(type("Tick", (), {"tickerId": number, "tickType": 48, "value": text})())
    store.tickPrice(type("Tick", (), {"tickerId": number, "field": 1, "price": 1.25})())
    first, second = answers.get_nowait(), answers.get_nowait()
    assert isinstance(first, RTVolume)
    assert (first.price, first.size, second.price) == (210.5, 3, 1.25)


# contracts


def test_contracts_are_made_and_resolved(store):
    contract = store.makecontract("AAPL", "STK", "SMART", "USD")
    (message,) = store.getContractDetails(contract, maxcount=1)
    assert message.contractDetails.m_summary.m_conId == AAPL
    assert store.resolve_symbol_to_conid("AAPL") == AAPL
    assert store.resolve_symbol("AAPL-STK-SMART-USD").m_currency == "USD"
    assert store.get_cached_contract_details("AAPL").m_minTick == 0.01
    assert store.get_cached_contract_details("NOSUCHTHING") is None
    (message,) = drained(store.reqContractDetails(contract))
    assert message.contractDetails.m_summary.m_conId == AAPL
    store.clear_caches()
    assert store.resolve_symbol_to_conid("AAPL") == AAPL


def test_an_unknown_symbol_is_an_error_and_a_notification(store):
    with pytest.raises(ContractError):
        store.resolve_symbol("NOSUCHTHING")
    contract = store.makecontract("NOSUCHTHING", "STK", "SMART", "USD")
    assert store.getContractDetails(contract) is None
    told = [str(note[0]) for note in store.get_notifications()]
    assert any("NOSUCHTHING" in text for text in told), told


# data


def test_history_comes_into_a_queue(store):
    contract = store.resolve_symbol("AAPL")
    end = datetime.datetime(2026, 2, 27, 21, 0)
    bars = drained(
        store.reqHistoricalDataEx(
            contract, end, end - datetime.timedelta(hours=2), bt.TimeFrame.Minutes, 1
        )
    )
    assert 115 <= len(bars) <= 121
    bars = drained(store.reqHistoricalData(contract, end, "1 D", "30 mins"))
    assert bars and all(bar.high >= bar.low for bar in bars)
    cancelled = store.reqHistoricalData(contract, end, "1 W", "1 min")
    store.cancelHistoricalData(cancelled)
    drained(cancelled)


def test_history_of_several_symbols(store):
    found = store.get_historical_data_parallel(["AAPL", "MSFT"], period="1d", bar_size="1h")
    assert set(found) == {"AAPL", "MSFT"}
    assert all(bar["high"] >= bar["close"] >= bar["low"] for bar in found["AAPL"])
    moments = [bar["datetime"] for bar in found["MSFT"]]
    assert moments == sorted(set(moments))


def test_ticks_and_bars_come_into_queues(store, simulator):
    contract = store.resolve_symbol("AAPL")
    ticks, bars = store.reqMktData(contract), store.reqRealTimeBars(contract)
    assert isinstance(ticks, queue.Queue)
    eventually(lambda: simulator.step(1) and not ticks.empty(), 10.0, "a tick")
    eventually(lambda: simulator.step(1) and not bars.empty(), 10.0, "a bar")
    store.cancelMktData(ticks)
    store.cancelRealTimeBars(bars)
    assert not store.validQueue(ticks)


def test_a_snapshot_by_name_and_by_number(store):
    named = store.get_market_data_snapshot("AAPL")
    assert named["conid"] == AAPL and float(named["bid"]) < float(named["ask"])
    assert set(store.get_market_data_snapshot(conid=AAPL, fields=["84"])) == {"conid", "bid"}


def test_durations(store):
    assert store.tfcomp_to_size(bt.TimeFrame.Minutes, 5) == "5 mins"
    assert store.getmaxduration(bt.TimeFrame.Days, 1) in store.getdurations(bt.TimeFrame.Days, 1)
    begin = datetime.datetime(2026, 3, 2)
    end = store.dt_plus_duration(begin, "1 D")
    assert end == begin + datetime.timedelta(days=1)
    assert store.calcduration(begin, end) in store.calcdurations(begin, end)
    assert store.histduration(begin, end)


# the account


def test_cash_value_and_positions(store):
    store.reqAccountUpdates()
    store.reqPositions()
    assert store.get_acc_cash() == 100_000.0 and store.get_acc_value() == 100_000.0
    assert store.get_acc_values()["NetLiquidation"]
    assert store.getposition(store.resolve_symbol("AAPL")).size == 0
    assert store.get_positions() == [] and store.get_position(store.resolve_symbol("AAPL")) is None
    assert store.get_account_info()["currency"] == "USD"
    assert float(store.get_account_summary()["netliquidation"]["amount"]) == 100_000.0
    assert "nav" in store.get_account_performance()
    store.reqAccountUpdates(subscribe=False)


def test_a_read_that_fails_raises(simulator):
    store = store_class()(**settings_of(simulator), patience=0.5)
    store.start()
    simulator.stop()
    with pytest.raises(bt.errors.StoreError):
        store.get_account_info()
    store.stop()
    simulator.start()


def test_a_read_in_a_session_opened_anew_is_not_the_empty_one_of_a_cold_session(store, simulator):
    if not simulator.sessions.oauth:
        pytest.skip("at a gateway a human has to log in again")
    for _ in range(5):
        simulator.lose_session()
        assert store.get_account_info()["currency"] == "USD"
        assert store.get_account_summary()["accountcode"]["value"] == simulator.account_id


def test_history_up_to_now_goes_by_the_clock_of_the_server(store):
    contract = store.resolve_symbol("AAPL")
    bars = drained(store.reqHistoricalData(contract, None, "5 D", "30 mins"))
    assert len(bars) > 20


# orders


def test_an_order_is_placed_changed_and_cancelled(store, simulator):
    simulator.step(5)
    contract = store.resolve_symbol("AAPL")
    number = store.nextOrderId()
    order = IBOrder("BUY", 10, "LMT", 150.0, "DAY")
    store.set_questions({"o163": True})
    store.placeOrder(number, contract, order)
    eventually(lambda: [o for o in simulator.orders() if o.status.value == "Submitted"])
    assert len(store.get_live_orders()) == 1
    order.m_lmtPrice = 151.0
    store.replaceOrder(number, order)
    eventually(lambda: simulator.orders()[0].ticket.price == 151.0)
    store.cancelOrder(number)
    eventually(lambda: simulator.orders()[0].status.value == "Cancelled")


def test_an_order_request_is_submitted_and_its_answer_returned(store, simulator):
    simulator.step(5)
    request = IBOrder("BUY", 1, "MKT").to_ibind_order(AAPL)
    answer = store.submit_order_with_confirmation(simulator.account_id, request)
    assert answer["order_id"] and answer["status"] not in (None, "", "Rejected"), answer
    far = IBOrder("BUY", 1, "LMT", 10.0, "DAY").to_ibind_order(AAPL)
    refused = store.submit_order_with_confirmation(simulator.account_id, far, auto_confirm=False)
    assert refused["status"] == "Rejected" and "3%" in refused["text"]
    simulator.step(3)
    eventually(lambda: simulator.executions())
    assert store.get_transaction_history(days=7)["transactions"] is not None


# what is told


def test_channels_are_told_as_notifications(store, simulator):
    assert store.enable_websocket_channels(["orders", "session"]) == ["orders", "session"]
    with pytest.raises(ParameterError, match="did you mean 'trades'"):
        store.enable_websocket_channels(["trade"])
    simulator.step(5)
    store.placeOrder(store.nextOrderId(), store.resolve_symbol("AAPL"), IBOrder("BUY", 1, "MKT"))
    eventually(lambda: "orders" in [note[0] for note in store.get_notifications()])


def test_figures_about_the_connection(store):
    store.get_account_info()
    figures = store.get_performance_metrics()
    assert figures["connected"] is True
    assert figures["requests"] > 0 and figures["outages"] == 0


def test_loss_and_return_are_told(store, simulator):
    simulator.drop_sockets()
    told = []

    def restored():
        told.extend(str(note[0]) for note in store.get_notifications())
        return any("restored" in text for text in told)

    eventually(restored, 15.0, "the return")
    assert any("lost" in text for text in told)


# a run


def test_an_interruption_ends_within_two_seconds(tmp_path):
    script = tmp_path / "live.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys
            import backtrader as bt
            from backtrader.ibsim import Simulator
            from backtrader.ibsim.samples import sample_tapes

            class Says(bt.Strategy):
                def notify_data(self, data, status, *args, **kwargs):
                    print(data._getstatusname(status), flush=True)

            with Simulator(sample_tapes(), speed=60) as sim:
                store = bt.stores.IBStore(url=sim.rest_url, cacert=str(sim.certificate))
                cerebro = bt.Cerebro()
                cerebro.adddata(store.getdata(dataname="AAPL", timeframe=bt.TimeFrame.Minutes))
                cerebro.setbroker(store.getbroker())
                cerebro.addstrategy(Says)
                try:
                    cerebro.run()
                except KeyboardInterrupt:
                    import threading
                    left = [t.name for t in threading.enumerate()]
                    print("left", sorted(left), flush=True)
                    sys.exit(7)
            """
        )
    )
    # a busy machine is allowed to be late, but not every time
    assert any(interrupted(script) < 2.0 for _attempt in range(3))


def interrupted(script):
    """Interrupt a live run once it trades; return how long it took to end as it should."""
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    bound = threading.Timer(60.0, process.kill)  # a process that does not end fails the test
    bound.start()
    try:
        with process:
            lines = iter(process.stdout.readline, "")
            assert "LIVE" in [next(lines).strip() for _ in range(2)]
            began = time.monotonic()
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
            assert process.wait() == 7
            taken = time.monotonic() - began
            assert "left ['MainThread', 'ibsim']" in rest
            return taken
    finally:
        bound.cancel()


def test_a_strategy_written_for_tws_trades_unchanged():
    """host, port and clientId as for TWS: the gateway is taken, on its own port."""
    with Simulator(sample_tapes(seed=5), speed=400, pacing=False) as simulator:
        made = store_class()
        store = made(
            host="localhost",
            port=7497,
            clientId=1,
            gateway_port=simulator.port,
            cacert=str(simulator.certificate),
            **QUICKLY,
        )
        told = []

        class Once(bt.Strategy):
            def __init__(self):
                self.live = False

            def notify_data(self, data, status, *args, **kwargs):
                self.live = status == data.LIVE

            def notify_order(self, order):
                told.append((order.getstatusname(), order.executed.size))

            def notify_trade(self, trade):
                told.append(("trade", trade.isclosed))
                if trade.isclosed:
                    self.env.runstop()

            def next(self):
                if self.live and not told:
                    self.buy(size=5)
                elif self.live and len(told) == 4:
                    self.close()

        cerebro = bt.Cerebro()
        feed = type("Feed", (bt.feeds.IBData,), {"_store": made})
        data = feed(dataname="AAPL-STK-SMART-USD", timeframe=bt.TimeFrame.Seconds)
        cerebro.resampledata(data, timeframe=bt.TimeFrame.Seconds, compression=5)
        broker = type("Broker", (bt.brokers.IBBroker,), {"StoreCls": made})
        cerebro.setbroker(broker())
        cerebro.addstrategy(Once)
        watchdog = threading.Timer(30.0, cerebro.runstop)
        watchdog.start()
        cerebro.run()
        watchdog.cancel()
        watchdog.join()
        assert told == [
            ("Submitted", 0),
            ("Accepted", 0),
            ("Completed", 5),
            ("trade", False),
            ("Submitted", 0),
            ("Accepted", 0),
            ("Completed", -5),
            ("trade", True),
        ]
        assert store is made()
