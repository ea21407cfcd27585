"""Each kind of instrument: from its name to its contract, history, stream, and an order."""

import contextlib
import datetime
import math
import threading
import time

import pytest

import backtrader as bt
from backtrader import TimeFrame
from backtrader.errors import ContractError, DataError
from backtrader.feeds.iboptions import IBOptionData
from backtrader.ibsim import Simulator, Tape
from backtrader.ibsim.greeks import option_price
from backtrader.ibsim.listings import default_catalogue
from backtrader.stores._ib.contracts import parse_name

from .data_store import UTC, Live, feed_class, make_store
from .survival import own_classes

START = datetime.datetime(2026, 9, 1, 14, 0, tzinfo=UTC)  # a Tuesday, in the regular session
MINUTE = datetime.timedelta(minutes=1)
HISTORY = 30
CATALOGUE = default_catalogue(START.date())
PATIENCE_S = 30.0

# what the tape is of, first price, name, type of the contract
KINDS = {
    "stock": ("MSFT", 400.0, "MSFT-STK-SMART-USD", "STK"),
    "fund": ("SPY", 600.0, "SPY-STK-ARCA-USD", "STK"),
    "future": ("ESZ6", 6400.0, "ES-FUT-CME-USD-202612", "FUT"),
    "continuous future": ("ESU6", 6300.0, "ES-CONTFUT-CME-USD", "FUT"),
    "option": ("AAPL  260918C00210000", 8.0, "AAPL-OPT-SMART-USD-20260918-210-CALL", "OPT"),
    "option on a future": ("ES 260918 C6300", 50.0, "ES-FOP-CME-USD-202609-6300-C", "FOP"),
    "currency": ("EUR.USD", 1.16, "EUR.USD-CASH-IDEALPRO", "CASH"),
    "CFD": (620000001, 210.0, "AAPL-CFD-SMART-USD", "CFD"),
    "crypto": ("BTC", 64000.0, "BTC-CRYPTO-PAXOS-USD", "CRYPTO"),
    "bond": (630000001, 98.5, "630000001", "BOND"),
}


def tape(instrument, price, count=120, every=MINUTE):
    instrument = CATALOGUE.resolve(instrument)
    step = instrument.increment
    ticks = [
        (START + every * n, round(price + step * (n * 7 % 11), 5), float(1 + n % 3))
        for n in range(count)
    ]
    return Tape(instrument, ticks, history_until=START + MINUTE * HISTORY)


class Buyer(bt.Strategy):
    """Buys a unit of each feed once it is live."""

    def __init__(self):
        self.bought, self.bars = {}, {}

    def next(self):
        for data in self.datas:
            if len(data) > self.bars.get(data._name, 0):
                self.bars[data._name] = len(data)
                if len(data) > HISTORY and data._name not in self.bought:
                    self.bought[data._name] = self.buy(data, size=1)


class Round:
    """One run with all kinds at once, and what was seen of each."""

    def __init__(self):
        store, feed, broker = own_classes()
        tapes = [tape(what, price) for what, price, _, _ in KINDS.values()]
        with Simulator(tapes, catalogue=CATALOGUE, pacing=False, cash=1e7) as self.simulator:
            self.store = store(
                url=self.simulator.rest_url, cacert=str(self.simulator.certificate), pacing=False
            )
            cerebro = bt.Cerebro(stdstats=False)
            cerebro.setbroker(broker())
            self.feeds = {}
            for kind, (_, _, name, _) in KINDS.items():
                self.feeds[kind] = feed(
                    dataname=name,
                    name=kind,
                    timeframe=TimeFrame.Minutes,
                    fromdate=START.replace(tzinfo=None),
                    what="TRADES",
                    tz="UTC",
                )
                cerebro.adddata(self.feeds[kind])
            cerebro.addstrategy(Buyer)
            self.run(cerebro)
            self.positions = self.simulator.positions()
            assert self.simulator.failures() == []

    def run(self, cerebro):
        thread = threading.Thread(target=lambda: setattr(self, "strats", cerebro.run()))
        thread.start()
        try:
            self.until(lambda: all(feed._phase.name == "LIVE" for feed in self.feeds.values()))
            end = time.monotonic() + PATIENCE_S
            while len(self.simulator.positions()) < len(KINDS) and time.monotonic() < end:
                self.simulator.step(len(KINDS))
                time.sleep(0.1)
        finally:
            cerebro.runstop()
            thread.join(PATIENCE_S)

    @staticmethod
    def until(condition):
        end = time.monotonic() + PATIENCE_S
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)


@pytest.fixture(scope="module")
def seen():
    return Round()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_found_streams_and_is_traded(seen, kind):
    what, _, _, sec_type = KINDS[kind]
    instrument = CATALOGUE.resolve(what)
    contract = seen.feeds[kind].contract
    assert (contract.m_conId, contract.m_secType) == (instrument.conid, sec_type)
    assert seen.positions.get(instrument.conid) == 1.0
    order = seen.strats[0].bought[kind]
    assert order.status == order.Completed
    assert seen.strats[0].bars[kind] > HISTORY


# what is special about some kinds


@contextlib.contextmanager
def serving(*tapes, **settings):
    with Simulator(list(tapes), catalogue=CATALOGUE, pacing=False, **settings) as simulator:
        yield simulator
        assert simulator.failures() == []


@contextlib.contextmanager
def opened(simulator):
    store = make_store(simulator)
    store.start()
    try:
        yield store
    finally:
        store.stop()


def test_a_continuous_future_says_when_it_rolls_and_goes_on_when_told_to():
    start = datetime.datetime(2026, 9, 9, 18, 0, tzinfo=UTC)  # Chicago: the day before the roll
    every = 30 * MINUTE
    tapes = [
        Tape(
            CATALOGUE.resolve(code),
            [(start + every * n, price + n, 1.0) for n in range(120)],
            history_until=start + every * 3,
        )
        for code, price in (("ESU6", 6300.0), ("ESZ6", 6400.0))
    ]
    with serving(*tapes) as simulator:
        feed = feed_class(simulator)(
            dataname="ES-CONTFUT-CME-USD-8",
            timeframe=TimeFrame.Minutes,
            compression=30,
            fromdate=start.replace(tzinfo=None),
            tz="UTC",
        )
        with Live(feed) as live:
            live.until_phase("LIVE")
            assert "until 2026-09-10, then ES FUT 20261218" in live.said[0]
            simulator.step(44)
            live.until(lambda: any("rolls:" in text for text in live.said), "the announcement")
            live.until_drained()
            told = [text for text in live.said if "rolls:" in text]
            assert len(told) == 1 and "20261218" in told[0]
            assert feed.contract.m_conId == CATALOGUE.resolve("ESU6").conid
            assert live.bars[-1][4] < 6400.0
            feed.roll()
            live.until_phase("LIVE")
            assert feed.tradecontract.m_conId == CATALOGUE.resolve("ESZ6").conid
            simulator.step(4)
            live.until(lambda: live.bars[-1][4] > 6400.0, "a tick of the next contract")
            assert "until 2026-12-10, then ES FUT 20270319" in live.said[-1]
        with pytest.raises(DataError, match="live data"):
            feed.roll()


def test_what_is_no_continuous_future_does_not_roll():
    with serving(tape("MSFT", 400.0)) as simulator:
        feed = feed_class(simulator)(dataname="MSFT-STK-SMART-USD")
        with pytest.raises(DataError, match="no contract to roll to"):
            feed.roll()


STRIKE, VOLATILITY = 210.0, 0.3


def option_tapes(count=80):
    """An option whose price has a volatility of 30 %, on a share at its strike."""
    option = CATALOGUE.resolve("AAPL  260918C00210000")
    close = datetime.datetime(2026, 9, 18, 20, 0, tzinfo=UTC)
    trades = []
    for n in range(count):
        moment = START + datetime.timedelta(seconds=10 * n + 1)
        years = (close - moment) / datetime.timedelta(days=365)
        trades.append((moment, option_price(STRIKE, STRIKE, years, VOLATILITY, "C"), 1.0))
    until = START + datetime.timedelta(seconds=180)
    share = [(START, STRIKE, 1.0)]
    return Tape("AAPL", share), Tape(option, trades, history_until=until)


@pytest.mark.parametrize("how", ["adddata", "resampledata", "replaydata"])
def test_the_greeks_of_an_option_are_lines(how):
    ticks = how == "adddata"
    name = KINDS["option"][2]
    noted = []

    class Noting(bt.Strategy):
        def next(self):
            data = self.data
            noted.append((data.delta[0], data.vega[0], data.implied_volatility[0], data.theta[0]))

    with serving(*option_tapes()) as simulator:
        kind = type("_Feed", (IBOptionData,), {"_store": feed_class(simulator)._store})
        feed = kind(
            dataname=name if ticks else parse_name(name),
            timeframe=TimeFrame.Minutes,
            fromdate=START.replace(tzinfo=None),
            tz="UTC",
        )

        def add(cerebro):
            cerebro.addstrategy(Noting)
            larger = {} if ticks else {"timeframe": TimeFrame.Minutes, "compression": 1}
            getattr(cerebro, how)(feed, **larger)

        with Live(feed, add) as live:
            live.until_phase("LIVE" if ticks else "JOINING")
            simulator.step(40)
            live.until_drained()
            live.until(lambda: len(noted) > (5 if how == "resampledata" else 20), "bars")
    assert math.isnan(noted[0][0])  # of history there are none
    delta, vega, volatility, theta = noted[-1]
    assert sum(not math.isnan(each[0]) for each in noted) >= 3
    assert volatility == pytest.approx(VOLATILITY, abs=0.001)
    assert 0.5 < delta < 0.55 and vega > 0.1 and theta < 0.0


def test_a_chain_lists_the_options_on_a_contract():
    with serving() as simulator, opened(simulator) as store:
        months = store.option_chain("AAPL-STK-SMART-USD")
        assert {each.m_expiry for each in months} == {"202609", "202610", "202611"}
        one = store.option_chain("AAPL", "202609", right="CALL", strikes=(200, 210))
        assert [(each.m_strike, each.m_right, each.m_conId) for each in one] == [
            (200.0, "C", 0),
            (205.0, "C", 0),
            (210.0, "C", 0),
        ]
        found = store.option_chain("AAPL", "20260918", strikes=(210, 210), details=True)
        assert [each.m_right for each in found] == ["C", "P"]
        assert {(each.m_expiry, each.m_multiplier) for each in found} == {("20260918", "100")}
        assert store.resolve_symbol(one[-1]).m_conId == found[0].m_conId
        futures = store.option_chain("ES-FUT-CME-USD", right="P", strikes=(6300, 6300))
        assert [(each.m_secType, each.m_expiry) for each in futures] == [("FOP", "202609")]
        with pytest.raises(ContractError, match="no options expire in 203001: 202609; 202610"):
            store.option_chain("AAPL", "203001")
        with pytest.raises(ContractError, match="no options on it"):
            store.option_chain("MSFT-STK-SMART-USD")


def test_a_combination_is_named_by_its_legs():
    with serving() as simulator, opened(simulator) as store:
        legs = [("AAPL-STK-SMART-USD", 1), ("MSFT-STK-SMART-USD", -2)]
        assert store.combination(legs) == "28812380;;;265598/1,272093/-2"
        with pytest.raises(ContractError, match="no combinations in 'EUR'"):
            store.combination(legs, "EUR")
        with pytest.raises(ContractError, match="no whole number"):
            store.combination([("AAPL", 0.5), ("MSFT", 1)])
        with pytest.raises(ContractError, match="two legs"):
            store.combination(legs[:1])
