"""History and live data through IBData, ibind and the simulator."""

from __future__ import annotations

import datetime
import logging
import random
import statistics
import time

import pytest

import backtrader as bt
from backtrader import TimeFrame
from backtrader.ibsim import Simulator, Tape
from backtrader.ibsim.records import Instrument
from backtrader.stores._ib.contracts import parse_name
from backtrader.stores._ib.history import HistoricalBar, Signal
from backtrader.stores._ib.ticks import RealTimeBar, RTVolume

from .conftest import eventually
from .data_store import UTC, Live, bars_of, feed_class, make_store

AAPL = "AAPL-STK-SMART-USD"
START = datetime.datetime(2026, 9, 1, 14, 0, tzinfo=UTC)  # a Tuesday, in the regular session
LIVE_FROM = START + datetime.timedelta(minutes=90)
MINUTE = datetime.timedelta(minutes=1)


def make_ticks(count=1200, every_s=7.5, first=100.0):
    """Ticks that never lie on a minute: (moment, price, size)."""
    step = datetime.timedelta(seconds=every_s)
    early = datetime.timedelta(seconds=0.1)
    return [
        (START + early + step * n, first + (n * 37 % 100) / 10.0, float(1 + n % 5))
        for n in range(count)
    ]


TICKS = make_ticks()


@pytest.fixture
def simulate():
    """Start a simulator with the ticks of AAPL, or tapes of the test's own."""
    running = []

    def start(tapes=None, **settings):
        tapes = tapes or [Tape("AAPL", TICKS, history_until=LIVE_FROM)]
        simulator = Simulator(tapes, pacing=False, **settings).start()
        running.append(simulator)
        return simulator

    logging.getLogger("backtrader").setLevel(logging.ERROR)
    yield start
    logging.getLogger("backtrader").setLevel(logging.NOTSET)
    failures = [failure for simulator in running for failure in simulator.failures()]
    for simulator in running:
        simulator.stop()
    assert failures == []


def minutes(compression=1, **kwargs):
    return dict(timeframe=TimeFrame.Minutes, compression=compression, tz="UTC", **kwargs)


def resampled(feed, size, replay=False):
    def add(cerebro):
        how = cerebro.replaydata if replay else cerebro.resampledata
        how(feed, timeframe=TimeFrame.Minutes, compression=size)

    return add


def check_bars(live, size, least, ticks=TICKS):
    """The bars of the run are those of the ticks: none is wrong, missing or there twice."""
    truth = bars_of(ticks, size)
    ends = [bar[0] for bar in live.bars]
    assert len(ends) >= least
    assert ends == sorted(set(ends))
    expected = {end: bar for end, bar in truth.items() if ends[0] <= end <= ends[-1]}
    assert {bar[0]: bar[1:] for bar in live.bars} == expected


# history


@pytest.mark.parametrize("size", [1, 4, 5, 20, 60])
@pytest.mark.parametrize("preload", [True, False])
def test_history_ends(simulate, size, preload):
    feed = feed_class(simulate())(
        dataname=AAPL,
        historical=True,
        fromdate=START.replace(tzinfo=None),
        todate=datetime.datetime(2026, 9, 1, 15),
        **minutes(size),
    )
    live = Live(feed, preload=preload, runonce=preload)
    live.thread.start()
    live.join()
    truth = bars_of(TICKS, size)
    length = datetime.timedelta(minutes=size)
    found = {bar[0] + length: bar[1:] for bar in live.bars}
    assert len(live.bars) == 60 // size
    assert found == {end: truth[end] for end in found}
    assert live.statuses == []


def test_history_of_days_carries_the_end_of_the_session(simulate):
    feed = feed_class(simulate())(
        dataname=AAPL,
        historical=True,
        timeframe=TimeFrame.Days,
        fromdate=datetime.datetime(2026, 8, 1),
    )
    live = Live(feed)
    live.thread.start()
    live.join()
    day = bars_of(TICKS[:740], 24 * 60)
    assert len(live.bars) == 1
    moment, *values = live.bars[0]
    # in the time zone of the exchange, as upstream has it
    assert abs(moment - datetime.datetime(2026, 9, 1, 23, 59, 59, 999990)) < MINUTE / 1e6
    assert values[:3] == list(next(iter(day.values())))[:3]


def test_history_over_many_windows(simulate):
    step = datetime.timedelta(minutes=1)
    ticks = [(START + step * n, 100.0 + n % 7, 1.0) for n in range(4000)]
    tape = Tape("EUR.USD", ticks, history_until=START + step * 5000)
    feed = feed_class(simulate([tape]))(
        dataname="EUR.USD-CASH-IDEALPRO",
        what="MIDPOINT",
        historical=True,
        fromdate=START.replace(tzinfo=None),
        todate=(START + step * 3999).replace(tzinfo=None),
        **minutes(),
    )
    live = Live(feed)
    live.thread.start()
    live.join()
    moments = [bar[0] for bar in live.bars]
    assert moments == sorted(set(moments))
    assert moments == [(START + step * n).replace(tzinfo=None) for n in range(len(moments))]
    assert len(moments) >= 3999


@pytest.mark.parametrize("size", [2, 5, 10, 60, 240])
def test_history_of_many_days_has_all_bars(simulate, size):
    """A period of days has the trading day that it ends in, however short that is by then."""
    step = datetime.timedelta(minutes=size)
    start = datetime.datetime(2026, 8, 3, 4, tzinfo=UTC)  # midnight in New York
    count = max(14 * 1440 // size // (12 if size < 15 else 1), 200)
    ticks = [(start + step * n, 100.0 + n % 7, 1.0) for n in range(count)]
    feed = feed_class(simulate([Tape("EUR.USD", ticks, history_until=start + step * count)]))(
        dataname="EUR.USD-CASH-IDEALPRO",
        what="MIDPOINT",
        historical=True,
        fromdate=start.replace(tzinfo=None),
        todate=(start + step * (count - 1)).replace(tzinfo=None),
        **minutes(size),
    )
    live = Live(feed)
    live.thread.start()
    live.join()
    assert len(live.bars) >= count - 1
    wanted = [(start + step * n).replace(tzinfo=None) for n in range(len(live.bars))]
    assert [bar[0] for bar in live.bars] == wanted


@pytest.mark.parametrize("frame", [TimeFrame.Ticks, TimeFrame.Seconds])
def test_history_below_a_minute_is_not_supported(simulate, frame):
    feed = feed_class(simulate())(dataname=AAPL, historical=True, timeframe=frame)
    live = Live(feed, preload=False)
    live.thread.start()
    live.join()
    assert (live.statuses, live.bars) == (["NOTSUPPORTED_TIMEFRAME"], [])


def test_history_where_there_is_none(simulate):
    feed = feed_class(simulate())(
        dataname="MSFT-STK-SMART-USD",
        historical=True,
        fromdate=datetime.datetime(2026, 9, 1),
        todate=datetime.datetime(2026, 9, 2),
        **minutes(),
    )
    live = Live(feed, preload=False)
    live.thread.start()
    live.join()
    assert live.bars == []
    assert any("no history" in text for text in live.said)


# live


def test_ticks_come_as_bars_after_the_history(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes())
    with Live(feed) as live:
        live.until_phase("LIVE")
        before = len(live.bars)
        simulator.step(30)
        live.until(lambda: len(live.bars) == before + 30, "the delivery of thirty ticks")
    # those of the full minutes, by the time at which they start; that of the last tick is not full
    assert live.bars[0][0] == START.replace(tzinfo=None)
    assert before == 89
    first = next(n for n, tick in enumerate(TICKS) if tick[0] > LIVE_FROM)
    for bar, (moment, price, size) in zip(
        live.bars[before:], TICKS[first : first + 30], strict=True
    ):
        assert abs(bar[0] - moment.replace(tzinfo=None)) < datetime.timedelta(milliseconds=1)
        assert bar[1:] == (price, price, price, price, size)
    assert live.statuses == ["DELAYED", "LIVE"]


def test_without_backfilling_the_first_tick_is_the_first_bar(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(
        dataname=AAPL, backfill_start=False, timeframe=TimeFrame.Ticks, tz="UTC"
    )
    with Live(feed) as live:
        live.until_phase("LIVE")
        simulator.step(5)
        live.until(lambda: len(live.bars) == 5, "the delivery of five ticks")
    assert live.statuses == ["LIVE"]


def test_ticks_have_no_history_but_come_all_the_same(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(dataname=AAPL, timeframe=TimeFrame.Ticks, tz="UTC")
    with Live(feed) as live:
        live.until_phase("LIVE")
        simulator.step(3)
        live.until(lambda: len(live.bars) == 3, "the delivery of three ticks")
    assert live.statuses == ["DELAYED", "NOTSUPPORTED_TIMEFRAME", "LIVE"]
    assert any("no history with bars of 1 Tick" in text for text in live.said)


@pytest.mark.parametrize("size", [1, 5])
def test_resampled_ticks_join_the_history(simulate, size):
    simulator = simulate()
    feed = feed_class(simulator)(dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes())
    with Live(feed, resampled(feed, size)) as live:
        live.until_phase("JOINING")
        simulator.step(200)
        live.until_drained()
        live.until(lambda: len(live.bars) >= 110 // size, "the bars")
    check_bars(live, size, 110 // size)
    assert live.statuses == ["DELAYED", "LIVE"]


def test_replayed_ticks_join_the_history(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes())
    with Live(feed, resampled(feed, 5, replay=True)) as live:
        live.until_phase("JOINING")
        simulator.step(200)
        live.until_drained()
    truth = bars_of(TICKS, 5)
    last = {}
    for moment, *values in live.bars:
        inside = moment - datetime.timedelta(milliseconds=1)
        start = inside.replace(minute=inside.minute // 5 * 5, second=0, microsecond=0)
        last[start + 5 * MINUTE] = tuple(values)
    last.pop(max(last))  # grows still
    assert len(last) >= 20
    assert last == {end: truth[end] for end in last}
    assert len(live.bars) > len(last) + 100


def test_bars_of_five_seconds(simulate):
    ticks = make_ticks(600, every_s=1.7)
    until = START + datetime.timedelta(seconds=600)
    simulator = simulate([Tape("AAPL", ticks, history_until=until)])
    feed = feed_class(simulator)(
        dataname=AAPL,
        rtbar=True,
        backfill_start=False,
        timeframe=TimeFrame.Seconds,
        compression=5,
        tz="UTC",
    )
    with Live(feed) as live:
        live.until_phase("LIVE")
        simulator.step(60)
        live.until(lambda: len(live.bars) >= 19, "nineteen bars")
    for moment, first, high, low, close, volume in live.bars[1:19]:
        inside = [
            (price, size)
            for at, price, size in ticks
            if moment <= at.replace(tzinfo=None) < moment + datetime.timedelta(seconds=5)
        ]
        prices = [price for price, _ in inside]
        sizes = sum(size for _, size in inside)
        assert (first, high, low, close) == (prices[0], max(prices), min(prices), prices[-1])
        assert volume == sizes


def test_bars_below_five_seconds_are_ticks(simulate):
    feed = feed_class(simulate())(dataname=AAPL, rtbar=True, timeframe=TimeFrame.Ticks)
    assert not feed._uses_bars()
    feed = feed_class(simulate())(dataname=AAPL, rtbar=True, timeframe=TimeFrame.Minutes)
    assert feed._uses_bars()


# losses


def test_gap_is_filled_without_a_missing_or_doubled_bar(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes())
    with Live(feed, resampled(feed, 1)) as live:
        live.until_phase("JOINING")
        for _ in range(2):
            simulator.step(60)
            live.until_drained()
            simulator.drop_sockets()
            simulator.step(33)
            live.until_phase("JOINING")
        simulator.step(60)
        live.until_drained()
    check_bars(live, 1, 110)
    again = ["CONNBROKEN", "DELAYED", "LIVE"]
    assert live.statuses == ["DELAYED", "LIVE", *again, *again]


def test_bar_that_ended_with_the_session_does_not_come_again(simulate):
    """Made of ticks it has the last moment of the day as its time, in history the midnight."""
    evening = [(moment + datetime.timedelta(hours=8), *rest) for moment, *rest in TICKS[:960]]
    morning = [(moment + datetime.timedelta(hours=18), *rest) for moment, *rest in TICKS[:400]]
    last = datetime.datetime(2026, 9, 1, 23, 59, 59, tzinfo=UTC)
    ticks = [*evening, (last, 101.0, 3.0), *morning]
    history_until = START + datetime.timedelta(hours=9)
    simulator = simulate([Tape("AAPL", ticks, history_until=history_until)])
    feed = feed_class(simulator)(
        dataname=AAPL, fromdate=evening[0][0].replace(tzinfo=None), **minutes()
    )
    with Live(feed, resampled(feed, 1)) as live:
        live.until_phase("JOINING")
        simulator.step(481)
        live.until(lambda: len(live.bars) == 120, "the end of the day, by the clock")
        simulator.drop_sockets()
        simulator.step(40)
        live.until_phase("JOINING")
        simulator.step(60)
        live.until_drained()
    ends = [bar[0] for bar in live.bars]
    assert ends[119] == datetime.datetime(2026, 9, 1, 23, 59, 59, 999989)
    live.bars[119] = (datetime.datetime(2026, 9, 2), *live.bars[119][1:])
    check_bars(live, 1, 125, ticks)
    assert len(ends) == len(set(ends)) and ends[120] == datetime.datetime(2026, 9, 2, 8, 1)


def test_gap_is_left_where_nobody_wants_it_filled(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(dataname=AAPL, backfill_start=False, backfill=False, **minutes())
    with Live(feed) as live:
        live.until_phase("LIVE")
        simulator.step(5)
        live.until(lambda: len(live.bars) == 5, "five ticks")
        simulator.drop_sockets()
        live.until_phase("BROKEN")
        simulator.step(40)
        live.until_phase("LIVE")
        simulator.step(5)
        live.until(lambda: len(live.bars) == 10, "five ticks more")
    assert live.statuses == ["LIVE", "CONNBROKEN", "LIVE"]


def test_stream_that_is_asked_for_anew_as_it_runs_loses_nothing(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes())
    with Live(feed, resampled(feed, 1)) as live:
        live.until_phase("JOINING")
        simulator.step(60)
        live.until_drained()
        feed.ib.startdatas()
        simulator.step(10)
        live.until(lambda: len(live.bars) == 98, "the bar that ended meanwhile")
    check_bars(live, 1, 98)


@pytest.mark.parametrize("phase", ["JOINING", "LIVE", "BROKEN"])
def test_stream_that_was_given_up_for_a_while_leaves_no_gap(simulate, phase):
    simulator = simulate()
    feed = feed_class(simulator)(
        dataname=AAPL, fromdate=START.replace(tzinfo=None), qcheck=0.02, **minutes()
    )
    with Live(feed, resampled(feed, 1)) as live:
        live.until_phase("JOINING")
        if phase != "JOINING":
            simulator.step(60)
            live.until_drained()
        if phase == "BROKEN":
            simulator.drop_sockets()
            live.until_phase("BROKEN")
        feed.ib.stopdatas()
        simulator.step(40)
        time.sleep(0.2)  # it looks what there is, some times
        assert feed._phase.name == phase
        feed.ib.startdatas()
        live.until(lambda: "CONNBROKEN" in live.statuses, "the break")
        live.until_phase("JOINING")
        simulator.step(60)
        live.until_phase("LIVE")
        live.until(lambda: len(live.bars) >= (109 if phase == "LIVE" else 102), "all bars")
    check_bars(live, 1, 102)
    assert live.statuses.count("CONNBROKEN") == 1


def test_stream_that_is_asked_for_while_the_connection_is_lost_says_so(simulate):
    simulator = simulate()
    store = make_store(simulator)
    store.start()
    contract = store.getContractDetails(parse_name(AAPL), maxcount=1)[0].contractDetails.m_summary
    first = store.reqMktData(contract)
    simulator.drop_sockets()
    assert first.get(timeout=5.0) is Signal.LOST
    second = store.reqMktData(contract)
    store.cancelMktData(first)
    assert second.get(timeout=5.0) is Signal.LOST
    assert second.get(timeout=5.0) is Signal.RESTORED
    store.stop()


def test_feed_of_history_has_no_use_for_a_stream(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(
        dataname=AAPL, historical=True, fromdate=START.replace(tzinfo=None), **minutes()
    )
    live = Live(feed)
    live.thread.start()
    live.until(lambda: feed._phase.name in ("HISTORICAL", "OVER"), "history")
    feed.ib.startdatas()
    assert feed.qlive is None
    live.join()


def test_stream_that_ended_silently_is_noticed_and_filled(simulate):
    simulator = simulate()
    feed = feed_class(simulator, silence_s=0.4)(
        dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes()
    )
    with Live(feed, resampled(feed, 1)) as live:
        live.until_phase("JOINING")
        simulator.step(60)
        live.until_drained()
        simulator.expire_streams()
        simulator.step(40)
        live.until(lambda: "CONNBROKEN" in live.statuses, "CONNBROKEN")
        live.until_phase("JOINING")
        simulator.step(60)
        live.until_drained()
    check_bars(live, 1, 100)
    assert live.statuses == ["DELAYED", "LIVE", "CONNBROKEN", "DELAYED", "LIVE"]
    assert any("had ended" in text for text in live.said)


class _BarsOfEach(bt.Strategy):
    """Notes the bars of each feed."""

    def __init__(self):
        self.bars = {data._name: [] for data in self.datas}

    def prenext(self):
        self.next()

    def next(self):
        for data in self.datas:
            if len(data) > len(self.bars[data._name]):
                values = (data.open[0], data.high[0], data.low[0], data.close[0], data.volume[0])
                self.bars[data._name].append((data.datetime.datetime(), *values))


def test_bar_of_a_stream_that_ended_silently_is_not_ended_by_another_feed(simulate):
    """By its own clock the minute is not over: what is missing may still come with history."""
    ticks = {name: make_ticks(first=first) for name, first in (("AAPL", 100.0), ("MSFT", 300.0))}
    simulator = simulate(
        [Tape(name, each, history_until=LIVE_FROM) for name, each in ticks.items()]
    )
    made = feed_class(simulator, silence_s=1.0)
    feeds = {
        name: made(
            dataname=f"{name}-STK-SMART-USD", fromdate=START.replace(tzinfo=None), **minutes()
        )
        for name in ticks
    }

    def add(cerebro):
        cerebro.addstrategy(_BarsOfEach)
        for name, feed in feeds.items():
            cerebro.resampledata(feed, name=name, timeframe=TimeFrame.Minutes, compression=1)

    with Live(feeds["AAPL"], add) as live:
        live.until(lambda: feeds["MSFT"]._phase.name == "JOINING", "MSFT")
        live.until_phase("JOINING")
        simulator.step(120)
        live.until_drained()
        simulator.step(4)
        simulator.call(lambda world: world.streams.close(265598))
        for _ in range(30):
            simulator.step(2)
            time.sleep(0.01)
        live.until(lambda: "CONNBROKEN" in live.statuses, "CONNBROKEN")
        live.until_phase("JOINING")
        simulator.step(120)
        live.until_drained()
        live.until(lambda: not feeds["MSFT"].haslivedata(), "MSFT")
    watch = live.cerebro.runstrats[0][0]
    for name, bars in watch.bars.items():
        truth = bars_of(ticks[name], 1)
        assert {bar[0]: bar[1:] for bar in bars} == {bar[0]: truth[bar[0]] for bar in bars}, name
        ends = [bar[0] for bar in bars]
        assert ends == [end for end in sorted(truth) if end <= ends[-1]]


def test_late_bar_of_another_feed_ends_no_bar(simulate):
    """One with the time of the end of a session, over which this feed's stream was lost."""
    ticks = [(moment + datetime.timedelta(hours=8), *rest) for moment, *rest in make_ticks(960)]
    ticks += [(moment + datetime.timedelta(hours=10), *rest) for moment, *rest in ticks[:200]]
    evening = datetime.datetime(2026, 9, 1, 23, 59, 24, tzinfo=UTC)
    morning = datetime.datetime(2026, 9, 2, 8, 7, 20, tzinfo=UTC)
    quiet = [(evening, 50.0, 1.0), (morning, 51.0, 1.0)]
    until = evening - 5 * MINUTE
    simulator = simulate(
        [Tape("AAPL", ticks, history_until=until), Tape("MSFT", quiet, history_until=until)]
    )
    kind = feed_class(simulator)
    begin = ticks[0][0].replace(tzinfo=None)
    feed = kind(dataname=AAPL, fromdate=begin, **minutes())
    other = kind(dataname="MSFT-STK-SMART-USD", backfill_start=False, **minutes())

    def add(cerebro):
        cerebro.addstrategy(_BarsOfEach)
        for name, each in (("AAPL", feed), ("MSFT", other)):
            cerebro.resampledata(each, name=name, timeframe=TimeFrame.Minutes, compression=1)

    with Live(feed, add) as live:
        live.until_phase("JOINING")
        simulator.step(40)
        live.until_drained()
        feed.canceldata()
        simulator.step(26)
        feed.reqdata()
        live.until(lambda: "CONNBROKEN" in live.statuses, "the break")
        live.until_phase("JOINING")
        time.sleep(0.1)  # a stream that begins says all twice
        while simulator.call(lambda world: world.market.peek_ms()) < morning.timestamp() * 1000:
            simulator.step()
        live.until_drained()
        simulator.step()
        live.until(lambda: len(other) == 1, "the bar of the evening")
        simulator.step(20)
        live.until(lambda: len(feed) >= 129, "a later bar")
    bars = live.cerebro.runstrats[0][0].bars
    assert bars["MSFT"][0][0] == datetime.datetime(2026, 9, 1, 23, 59, 59, 999989)
    truth = bars_of(ticks, 1)
    assert {bar[0]: bar[1:] for bar in bars["AAPL"]} == {
        end: truth[end] for end in sorted(truth)[: len(bars["AAPL"])]
    }


def test_silence_without_a_trade_is_no_loss(simulate):
    simulator = simulate()
    feed = feed_class(simulator, silence_s=0.2)(dataname=AAPL, backfill_start=False, **minutes())
    with Live(feed) as live:
        live.until_phase("LIVE")
        simulator.step(1)
        live.until(lambda: len(live.bars) == 1, "a tick")
        asked = len(simulator.requests())
        time.sleep(1.0)  # several times the silence that is suspicious
        assert len(simulator.requests()) == asked
        (stream,) = feed.ib._desk.live._streams.values()

        def answered():
            # a trade before the answer would be taken for the first one after a loss
            return stream.renewed_s == 0.0 and time.monotonic() - stream.heard_s < 0.1

        live.until(answered, "the answer of the stream")
        simulator.step(1)
        live.until(lambda: len(live.bars) == 2, "another tick")
    assert live.statuses == ["LIVE"]


def test_stream_outlives_a_quarter_of_an_hour(simulate):
    # the server ends streams after fifteen minutes of its own time
    simulator = simulate(smd_life_ms=900_000)
    feed = feed_class(simulator, silence_s=0.3)(
        dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes()
    )
    with Live(feed, resampled(feed, 1)) as live:
        live.until_phase("JOINING")
        delivered = 0
        while delivered < 330:  # forty minutes
            delivered += simulator.step(30)
            live.until(
                lambda: (
                    feed._phase.name in ("LIVE", "JOINING")
                    and not feed._held
                    or feed._phase.name == "JOINING"
                ),
                "the next phase",
            )
            time.sleep(0.02)
        live.until(lambda: live.statuses.count("CONNBROKEN") >= 1, "the end of a stream")
        simulator.step(60)
        live.until_drained()
    check_bars(live, 1, 100)


@pytest.mark.parametrize("seed", range(3))
def test_losses_at_any_moment(simulate, seed):
    chance = random.Random(seed)
    size = (1, 2, 5)[seed]
    ticks = make_ticks(3000)
    simulator = simulate([Tape("AAPL", ticks, history_until=LIVE_FROM)])
    feed = feed_class(simulator, silence_s=0.5)(
        dataname=AAPL, fromdate=START.replace(tzinfo=None), **minutes()
    )
    with Live(feed, resampled(feed, size)) as live:
        live.until(lambda: feed._phase.name != "OFF" and feed.qlive is not None, "the stream")
        for _ in range(25):
            simulator.step(chance.randint(1, 40))
            time.sleep(chance.random() * 0.1)  # the moments are to be any
            happens = chance.random()
            if happens < 0.15:
                simulator.drop_sockets(clean=happens < 0.05)
            elif happens < 0.2:
                simulator.expire_streams()

        def settled():
            simulator.step(2)
            return feed._phase.name == "LIVE" and time.monotonic() > quiet

        quiet = time.monotonic() + 1.5  # a stream that ended is noticed by then
        live.until(settled, "the end of all losses")
        live.until_drained()
    check_bars(live, size, 60 // size, ticks)


# contracts


def ended(simulator, name, **kwargs):
    live = Live(feed_class(simulator)(dataname=name, **kwargs))
    live.thread.start()
    live.join()
    return live


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("NOSUCH-STK-SMART-USD", "no such contract"),
        ("TWIN", "ambiguous"),
        ("ES-FUT-CME-USD", "ambiguous"),
        ("1", "no such contract"),
    ],
)
def test_name_of_no_contract_or_of_several(simulate, name, text):
    live = ended(simulate(), name, **minutes())
    assert live.statuses == ["DISCONNECTED"]
    assert any(text in said for said in live.said)
    assert live.bars == []


def test_no_permission_for_market_data(simulate):
    closed = Instrument(777, "SHUT", market_data="N")
    simulator = simulate([Tape(closed, TICKS, history_until=LIVE_FROM)])
    live = ended(simulator, "SHUT-STK-SMART-USD", **minutes())
    # recorded from upstream
    assert live.statuses == ["DELAYED", "NOTSUBSCRIBED"]


def test_delayed_data_is_never_called_live(simulate):
    late = Instrument(778, "LATE", market_data="DPB")
    simulator = simulate([Tape(late, TICKS, history_until=LIVE_FROM)])
    feed = feed_class(simulator)(dataname="LATE-STK-SMART-USD", backfill_start=False, **minutes())
    with Live(feed) as live:
        live.until_phase("LIVE")
        simulator.step(3)
        live.until(lambda: len(live.bars) == 3, "three ticks")
    assert live.statuses == ["DELAYED"]


@pytest.mark.parametrize(
    ("tape", "name", "kind"),
    [
        ("EUR.USD", "EUR.USD-CASH-IDEALPRO", "CASH"),
        (601202609, "ES-FUT-CME-USD-202609-50", "FUT"),
        (610000021, "AAPL-OPT-SMART-USD-20260918-200-CALL", "OPT"),
        ("SPX", "SPX-IND-CBOE-USD", "IND"),
        (265598, "265598", "STK"),
        (265598, 265598, "STK"),
    ],
)
def test_kinds_of_contracts(simulate, tape, name, kind):
    until = LIVE_FROM
    simulator = simulate([Tape("AAPL", TICKS, history_until=until)])
    if tape != 265598:
        simulator = simulate([Tape("AAPL", TICKS, until), Tape(tape, TICKS, until)])
    feed = feed_class(simulator)(
        dataname=name, fromdate=START.replace(tzinfo=None), useRTH=False, **minutes()
    )
    with Live(feed) as live:
        live.until_phase("LIVE")
        before = len(live.bars)
        simulator.step(20)
        live.until(lambda: len(live.bars) > before, "a tick")
    assert before == 89
    assert feed.contract.m_secType == kind
    assert live.statuses == ["DELAYED", "LIVE"]


def test_contract_that_is_traded_may_be_another(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(
        dataname=AAPL, tradename="ES-FUT-CME-USD-202609", backfill_start=False, **minutes()
    )
    with Live(feed) as live:
        live.until_phase("LIVE")
    assert (feed.contract.m_conId, feed.tradecontract.m_secType) == (265598, "FUT")


def test_another_feed_comes_first(simulate):
    simulator = simulate()
    feed_of = feed_class(simulator)
    source = _Rows(dataname=[datetime.datetime(2026, 8, 31, 12, n) for n in range(5)])
    feed = feed_of(
        dataname=AAPL, backfill_from=source, fromdate=datetime.datetime(2026, 8, 31), **minutes()
    )
    with Live(feed) as live:
        live.until_phase("LIVE")
        live.until(lambda: len(live.bars) >= 94, "the bars of both")
    assert [bar[0].minute for bar in live.bars[:5]] == [0, 1, 2, 3, 4]
    assert live.bars[5][0] == START.replace(tzinfo=None)


class _Rows(bt.feed.DataBase):
    """Delivers a bar for each moment in `dataname`."""

    def start(self):
        super().start()
        self.rows = iter(self.p.dataname)

    def _load(self):
        moment = next(self.rows, None)
        if moment is None:
            return False
        lines = self.lines
        lines.datetime[0] = bt.date2num(moment)
        lines.open[0] = lines.high[0] = lines.low[0] = lines.close[0] = 1.0
        lines.volume[0] = lines.openinterest[0] = 0.0
        return True


# the calls of the store


@pytest.fixture
def desk(simulate):
    simulator = simulate()
    store = make_store(simulator)
    store.start()
    yield simulator, store._desk
    store.stop()


def contract(desk, name=AAPL):
    from backtrader.stores._ib.contracts import parse_name

    return desk.contracts.resolve(parse_name(name))


def read(answers):
    """All messages up to the last."""
    found = []
    while True:
        message = answers.get(timeout=30.0)
        if not isinstance(message, HistoricalBar) or message.date is None:
            return found, message
        found.append(message)


def test_history_as_tws_is_asked_for_it(desk):
    _, desk = desk
    answers = desk.req_historical(
        contract(desk), LIVE_FROM.replace(tzinfo=None), "3600 S", "5 mins"
    )
    bars, last = read(answers)
    assert len(bars) == 12
    assert bars[0].date == datetime.datetime(2026, 9, 1, 14, 30)
    assert isinstance(last, HistoricalBar) and last.date is None


def test_history_that_is_cancelled_ends(desk):
    _, desk = desk
    begin = datetime.datetime(2026, 1, 1)
    answers = desk.req_historical_ex(
        contract(desk), LIVE_FROM.replace(tzinfo=None), begin, TimeFrame.Minutes, 1
    )
    desk.cancel_historical(answers)
    assert not desk.tickers.valid(answers)
    while answers.get(timeout=30.0) is not None:
        pass


def test_history_of_nothing_is_said(desk):
    _, desk = desk
    end = datetime.datetime(2026, 1, 1)
    answers = desk.req_historical(contract(desk), end, "1 D", "1 min")
    assert read(answers) == ([], Signal.NO_DATA)


def test_two_queues_share_a_stream(desk):
    simulator, desk = desk
    ticks = desk.live.subscribe(contract(desk))
    bars = desk.live.subscribe_bars(contract(desk), 5)
    end = time.monotonic() + 20.0
    while desk.live.server_time(bars) is None:
        assert time.monotonic() < end
        time.sleep(0.005)
    simulator.step(4)
    sizes = [ticks.get(timeout=20.0).size for _ in range(4)]
    assert isinstance(bars.get(timeout=20.0), RealTimeBar)
    assert len(sizes) == 4
    desk.live.unsubscribe(ticks)
    desk.live.unsubscribe(bars)
    assert not desk.tickers.valid(ticks)


def test_details_of_a_contract(desk):
    _, desk = desk
    found = desk.get_contract_details(contract(desk), maxcount=1)[0].contractDetails
    assert found.m_minTick == 0.01
    assert found.m_timeZoneId == "America/New_York"
    assert found.is_open(START.timestamp(), regular=True) is True
    assert "20260901:0930-1600" in found.m_liquidHours
    answers = desk.req_contract_details(contract(desk))
    assert answers.get_nowait().contractDetails.m_summary.m_conId == 265598
    assert answers.get_nowait() is None


def test_tick_reaches_the_strategy_at_once(simulate):
    simulator = simulate()
    feed = feed_class(simulator)(
        dataname=AAPL, backfill_start=False, timeframe=TimeFrame.Ticks, qcheck=5.0
    )
    latencies = []
    with Live(feed) as live:
        live.until_phase("LIVE")
        for _ in range(50):
            started = time.perf_counter()
            simulator.step()
            latencies.append(live.came.get(timeout=20.0) - started)
    # far below qcheck: the wake-up, and not the clock, brings it; it takes about 2 ms
    assert statistics.median(latencies) < 0.1


def test_a_frame_that_comes_again_does_not_say_that_a_lost_stream_is_back(desk):
    simulator, desk = desk
    live, found = desk.live, contract(desk)
    ticks = live.subscribe(found)
    eventually(lambda: live.server_time(ticks), 10.0, "the first frame")
    frames = []
    live._connection.on("tick", lambda *frame: frames.append(frame))
    simulator.step(2)
    assert isinstance(ticks.get(timeout=10.0), RTVolume)
    eventually(lambda: frames, 10.0, "the frame of a trade")
    conid, updated_ms, fields = frames[-1]
    live._on_lost("for a moment")
    live._down = False  # it is back; what it begins with is on its way still
    live._on_frame(conid, updated_ms, fields)
    found = [ticks.get_nowait() for _ in range(ticks.qsize())]
    assert found[-1:] == [Signal.LOST] and Signal.RESTORED not in found
    live._on_ready()
    eventually(lambda: ticks.qsize(), 10.0, "the stream")
    assert ticks.get() is Signal.RESTORED
