"""Feeds of OANDA against the stand-in: history, quotes, and breaks of the stream."""

import datetime
import threading
import time

import pytest

import backtrader as bt

from .conftest import eventually
from .stand_in import price_at, utc

START = 1_767_600_000  # a Monday, 08:00 UTC


class Watcher(bt.Strategy):
    """Notes bars and states; `script` acts between them: one generator step a bar or state."""

    params = (("script", None), ("until", 0))

    def __init__(self):
        self.bars = []
        self.states = []
        self.said = []

    def next(self):
        data = self.data
        bar = (bt.num2date(data.datetime[0]), data.open[0], data.high[0], data.low[0])
        self.bars.append((*bar, data.close[0], data.volume[0]))
        self.look()

    def notify_data(self, data, status, *args, **kwargs):
        self.states.append(data._getstatusname(status))
        self.look()

    def notify_store(self, msg, *args, **kwargs):
        self.said.append(msg)

    def look(self):
        if self.p.script is not None:
            self.p.script(self)


def run(data, script=None, resample=None, seconds=30):
    cerebro = bt.Cerebro(stdstats=False)
    if resample is None:
        cerebro.adddata(data)
    else:
        cerebro.resampledata(data, timeframe=resample[0], compression=resample[1])
    cerebro.addstrategy(Watcher, script=script)
    alarm = threading.Timer(seconds, cerebro.runstop)
    alarm.start()
    try:
        return cerebro.run()[0]
    finally:
        alarm.cancel()


def quote_soon(server, price):
    """Send a quote as soon as somebody listens."""

    def act():
        eventually(server.listening)
        server.quote(price)

    threading.Thread(target=act, daemon=True).start()


def minutes(**kwargs):
    return bt.feeds.OandaData(
        dataname="EUR_USD", timeframe=bt.TimeFrame.Minutes, compression=1, **kwargs
    )


def test_history_alone_has_each_candle_once(server, store):
    server.now = START
    begin, end = utc(START - 36000), utc(START - 60)
    found = run(minutes(historical=True, fromdate=begin, todate=end)).bars
    assert [bar[0] for bar in found] == [begin + datetime.timedelta(minutes=n) for n in range(600)]
    assert found[0][1:] == pytest.approx((1.0999, 1.1018, 1.0999, 1.1018, 60))


def test_long_history_comes_page_after_page(server, store):
    server.now = START
    begin = START - 60 * 12000
    found = run(minutes(historical=True, fromdate=utc(begin), todate=utc(START - 60))).bars
    assert [bar[0] for bar in found] == [utc(begin + 60 * n) for n in range(12000)]
    assert len(server.asked("/candles")) == 3


def test_history_that_is_not_answered_is_asked_for_again(server, store):
    server.now, server.fail_history = START, 2
    dates = {"fromdate": utc(START - 600), "todate": utc(START - 60)}
    assert len(run(minutes(historical=True, **dates)).bars) == 10


@pytest.mark.parametrize(
    ("kwargs", "shift"),
    [({}, -0.0001), ({"useask": True}, 0.0001), ({"bidask": False}, 0.0)],
)
def test_the_side_of_the_quotes_is_a_choice(server, store, kwargs, shift):
    server.now = START
    dates = {"fromdate": utc(START - 60), "todate": utc(START - 60)}
    bar = run(minutes(historical=True, **dates, **kwargs)).bars[0]
    assert bar[1] == pytest.approx(price_at(START - 60) + shift)


def test_an_unknown_instrument_is_told(server, store):
    data = bt.feeds.OandaData(dataname="NO_SUCH", timeframe=bt.TimeFrame.Minutes)
    assert run(data).states == ["NOTSUBSCRIBED"]


def test_a_size_that_oanda_has_not_is_told(server, store):
    data = bt.feeds.OandaData(dataname="EUR_USD", timeframe=bt.TimeFrame.Minutes, compression=7)
    assert run(data).states == ["NOTSUPPORTED_TIMEFRAME"]


def test_history_is_followed_by_quotes(server, store):
    server.now = START + 30

    def script(watcher):
        if len(watcher.bars) == 3 and not watcher.sent:
            watcher.sent = True
            server.quote(1.2)
            server.quote(1.3)
        if len(watcher.bars) == 5:
            watcher.env.runstop()

    Watcher.sent = False
    found = run(minutes(fromdate=utc(START - 120)), script)
    assert found.states == ["DELAYED", "LIVE"]
    assert [bar[0] for bar in found.bars[:3]] == [utc(START - 120), utc(START - 60), utc(START)]
    assert [bar[4] for bar in found.bars[3:]] == [1.2, 1.3]
    assert [bar[5] for bar in found.bars[3:]] == [0.0, 0.0]


def test_without_backfill_the_first_quote_is_the_first_bar(server, store):
    def script(watcher):
        watcher.env.runstop()

    quote_soon(server, 1.25)
    found = run(minutes(backfill_start=False), lambda w: w.bars and script(w))
    assert (found.states, [bar[4] for bar in found.bars]) == (["LIVE"], [1.25])
    assert not server.asked("/candles")


def test_a_quote_reaches_next_without_delay(server, store):
    delays = []

    def script(watcher):
        if watcher.bars:
            sent = watcher.bars[-1][0]
            delays.append((utc(server.now) - sent).total_seconds())
            if len(delays) == 20:
                watcher.env.runstop()
            else:
                server.quote(1.1)

    quote_soon(server, 1.1)
    run(minutes(backfill_start=False, qcheck=5.0), script)
    assert sorted(delays)[10] < 0.1


def test_a_resampled_feed_joins_history_and_quotes(server, store):
    """The minute that is under way is made of candles and quotes, and nothing counts twice."""
    server.now = START + 57.5

    def script(watcher):
        if len(watcher.bars) == 3:
            watcher.env.runstop()

    def feed():
        eventually(lambda: server.listening())
        server.quote(2.0, START + 58)  # history has it
        eventually(lambda: server.now > START + 62)
        server.quote(1.5)
        eventually(lambda: server.now > START + 63)
        # the clock of the server must not be ahead of the quotes
        server.now = START + 121
        server.quote(1.6)

    threading.Thread(target=feed, daemon=True).start()
    data = minutes(fromdate=utc(START - 60))
    found = run(data, script, (bt.TimeFrame.Minutes, 1))
    times = [bar[0] for bar in found.bars]
    assert times == [utc(START), utc(START + 60), utc(START + 120)]
    for bar in found.bars[:2]:
        assert bar[1:] == pytest.approx((1.0999, 1.1018, 1.0999, 1.1018, 60))
    assert found.bars[2][1:] == (1.5, 1.5, 1.5, 1.5, 0.0)
    assert found.states == ["DELAYED", "LIVE"]


def test_days_are_made_of_days_and_what_today_has_so_far(server, store):
    day = START - START % 86400
    server.now = day + 86400 + 7265.4

    def script(watcher):
        if len(watcher.bars) == 3:
            watcher.env.runstop()
        elif watcher.bars and not watcher.sent:
            watcher.sent = True
            server.now = day + 2 * 86400 + 5
            quote_soon(server, 1.7)

    Watcher.sent = False
    data = bt.feeds.OandaData(
        dataname="EUR_USD", timeframe=bt.TimeFrame.Ticks, fromdate=utc(day - 86400)
    )
    found = run(data, script, (bt.TimeFrame.Days, 1))
    sizes = [query["granularity"] for _, _, query in server.asked("/candles")]
    assert sizes == ["D", "M1", "S5"]
    assert [bar[0].date() for bar in found.bars[:2]] == [utc(day - 86400).date(), utc(day).date()]
    assert found.bars[0][5] == 86400
    assert len(found.bars) == 3 and found.bars[2][5] == pytest.approx(7270, abs=5)


def test_days_of_live_quotes_end_with_their_sessions(server, store):
    day = START - START % 86400
    server.now = day + 43200

    def script(watcher):
        if len(watcher.bars) == 3:
            watcher.env.runstop()

    def feed():
        eventually(server.listening)
        for hour in (14, 18, 34, 38, 58, 62, 82):
            server.now = day + 3600 * hour
            server.quote(hour / 10.0)
            time.sleep(0.3)  # the clock is looked at in between

    threading.Thread(target=feed, daemon=True).start()
    data = bt.feeds.OandaData(
        dataname="EUR_USD", timeframe=bt.TimeFrame.Ticks, qcheck=0.05, backfill_start=False
    )
    found = run(data, script, (bt.TimeFrame.Days, 1)).bars
    assert [bar[0].date() for bar in found] == [utc(day + 86400 * n).date() for n in range(3)]
    assert [bar[1:5] for bar in found] == [
        (1.4, 1.8, 1.4, 1.8),
        (3.4, 3.8, 3.4, 3.8),
        (5.8, 6.2, 5.8, 6.2),
    ]


def test_a_break_is_told_and_its_gap_filled(server, store):
    server.now = START + 30

    def script(watcher):
        if len(watcher.bars) == 3 and watcher.step == 0:
            watcher.step = 1
            server.quote(1.2)
        elif len(watcher.bars) == 4 and watcher.step == 1:
            watcher.step = 2
            server.now = START + 150
            server.break_streams()
        elif len(watcher.bars) == 6 and watcher.step == 2:
            watcher.step = 3
            server.quote(1.4)
        elif len(watcher.bars) == 7:
            watcher.env.runstop()

    Watcher.step = 0
    found = run(minutes(fromdate=utc(START - 120), reconntimeout=0.1), script)
    assert found.states == ["DELAYED", "LIVE", "CONNBROKEN", "DELAYED", "LIVE"]
    times = [bar[0] for bar in found.bars]
    assert times[:3] == [utc(START - 120), utc(START - 60), utc(START)]
    assert times[4:6] == [utc(START + 60), utc(START + 120)]
    assert times == sorted(set(times))


def test_without_reconnection_the_feed_ends_with_the_stream(server, store):
    def script(watcher):
        if "LIVE" in watcher.states:
            server.break_streams()

    quote_soon(server, 1.2)
    found = run(minutes(backfill_start=False, reconnect=False), script)
    assert found.states == ["LIVE", "CONNBROKEN", "DISCONNECTED"]


def test_reconnections_are_counted(server, store):
    def script(watcher):
        if "LIVE" in watcher.states:
            server.hold_stream = True
            server.break_streams()

    quote_soon(server, 1.2)
    data = minutes(backfill_start=False, reconnections=3, reconntimeout=0.01)
    found = run(data, script)
    assert found.states == ["LIVE", "CONNBROKEN", "DISCONNECTED"]
    assert len(server.asked("/pricing/stream")) == 4


def test_another_feed_can_be_delivered_first(server, store, datas):
    server.now = START
    first = bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt"))
    data = bt.feeds.OandaData(
        dataname="EUR_USD",
        timeframe=bt.TimeFrame.Days,
        historical=True,
        backfill_from=first,
        todate=utc(START),
    )
    found = run(data)
    times = [bar[0] for bar in found.bars]
    assert times[0].year == 2006 and times == sorted(set(times))
    assert times[-1] == utc(START - START % 86400)
