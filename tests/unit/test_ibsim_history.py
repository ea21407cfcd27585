"""The simulator's history: bars made of trades, windows, and the answer that carries them."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.ibsim.history import (
    BAR_SIZES,
    HistoryRequest,
    Period,
    default_bar,
    find_bars,
    parse_period,
)
from backtrader.ibsim.hours import DAY_MS, hours_of
from backtrader.ibsim.market import Series
from backtrader.ibsim.prices import Tape, epoch_ms
from backtrader.ibsim.records import BrokerageSession, Call, Instrument, Subscriber
from backtrader.ibsim.world import World

HISTORY = "iserver/marketdata/history"
MINUTE = 60_000
STOCK = Instrument(1, "X")
FUTURE = Instrument(2, "F", "FUT", time_zone="America/Chicago")
COIN = Instrument(3, "C", "CRYPTO", time_zone="America/New_York")
SHAPE = {
    "serverId": str,
    "symbol": str,
    "text": str,
    "priceFactor": int,
    "startTime": str,
    "high": str,
    "low": str,
    "timePeriod": str,
    "barLength": int,
    "mdAvailability": str,
    "mktDataDelay": int,
    "outsideRth": bool,
    "tradingDayDuration": int,
    "volumeFactor": int,
    "priceDisplayRule": int,
    "priceDisplayValue": str,
    "negativeCapable": bool,
    "messageVersion": int,
    "data": list,
    "points": int,
    "travelTime": int,
}


def new_york(*parts):
    return epoch_ms(datetime(*parts, tzinfo=ZoneInfo("America/New_York")))


def series_of(trades, instrument=STOCK):
    """Return a series of (time, price, size)."""
    series = Series(hours_of(instrument))
    for time_ms, price, size in sorted(trades, key=lambda trade: trade[0]):
        series.append(time_ms, price, size, price - 1, price + 1)
    return series


def request(period, bar, until_ms, **rest):
    return HistoryRequest(parse_period(period), bar, until_ms, **rest)


def answer(world, **params):
    session = BrokerageSession("token", "DU1234567", warm={"accounts"})
    route = next(route for route in world.routes if route.pattern == HISTORY)
    texts = {name: str(value) for name, value in params.items()}
    return route.handler(world, session, Call("GET", HISTORY, {}, texts, None))


# Weeks around the change of the clocks on 2026-03-08, at odd moments.
SPAN_START = epoch_ms(datetime(2026, 3, 4))
MOMENTS = st.integers(SPAN_START, SPAN_START + 9 * DAY_MS)
TRADES = st.lists(
    st.tuples(MOMENTS, st.integers(1, 500).map(float), st.integers(0, 900).map(float)),
    min_size=1,
    max_size=60,
)
AFTER = SPAN_START + 10 * DAY_MS
INSTRUMENTS = st.sampled_from([STOCK, FUTURE, COIN])
SIZES = st.sampled_from(list(BAR_SIZES))


@given(TRADES, SIZES, INSTRUMENTS)
def test_bars_keep_volume_extremes_first_and_last(trades, size, instrument):
    series = series_of(trades, instrument)
    bars = find_bars(series, request("1y", size, AFTER, extended=True))
    prices = list(series.prices)
    assert sum(bar.volume for bar in bars) == sum(series.sizes)
    assert max(bar.high for bar in bars) == max(prices)
    assert min(bar.low for bar in bars) == min(prices)
    assert (bars[0].open, bars[-1].close) == (prices[0], prices[-1])
    times = [bar.time_ms for bar in bars]
    assert times == sorted(set(times))
    assert all(bar.low <= min(bar.open, bar.close) <= bar.high for bar in bars)


@given(TRADES, SIZES, INSTRUMENTS, st.sampled_from(["5d", "1w", "1m"]), st.booleans())
def test_windows_stitched_equal_the_whole(trades, size, instrument, period, extended):
    if BAR_SIZES[size] > {"5d": 1, "1w": 7, "1m": 31}[period] * DAY_MS:
        return
    series = series_of(trades, instrument)
    whole = find_bars(series, request("1y", size, AFTER, extended=extended))
    stitched, end = [], AFTER
    while end > SPAN_START - 31 * DAY_MS:
        part = find_bars(series, request(period, size, AFTER, start_ms=end, extended=extended))
        stitched[:0] = part
        assert not part or part[0].time_ms < end
        end = part[0].time_ms if part else end - DAY_MS
    assert stitched == whole


@given(TRADES, INSTRUMENTS)
def test_windows_of_hours_stitched_equal_the_whole(trades, instrument):
    series = series_of(trades, instrument)
    whole = find_bars(series, request("1y", "5min", AFTER, extended=True))
    ends = range(AFTER, SPAN_START - DAY_MS, -8 * 60 * MINUTE)
    windows = [request("8h", "5min", AFTER, start_ms=end, extended=True) for end in ends]
    stitched = [bar for window in reversed(windows) for bar in find_bars(series, window)]
    assert stitched == whole


@given(TRADES, SIZES, INSTRUMENTS, st.booleans())
def test_windows_forward_equal_the_whole(trades, size, instrument, extended):
    series = series_of(trades, instrument)
    whole = find_bars(series, request("1y", size, AFTER, extended=extended))
    stitched, begin = [], SPAN_START - 7 * DAY_MS
    asked = {"forward": True, "extended": extended}
    while part := find_bars(series, request("40d", size, AFTER, start_ms=begin, **asked)):
        assert part[0].time_ms >= begin
        stitched += part
        begin = part[-1].time_ms + MINUTE
    assert stitched == whole


def test_a_day_that_only_began_before_its_opening_does_not_hide_the_day_before():
    opening = new_york(2026, 4, 1, 9, 30)
    series = series_of([(opening + MINUTE, 10.0, 1), (opening + DAY_MS - 60 * MINUTE, 11.0, 1)])
    asked = request("1d", "1d", opening + 2 * DAY_MS, start_ms=opening + DAY_MS, extended=True)
    assert [bar.time_ms for bar in find_bars(series, asked)] == [opening]


@given(TRADES)
def test_the_regular_session_has_only_what_is_traded_in_it(trades):
    series = series_of(trades)
    inside = [n for n, time in enumerate(series.times) if series.hours.is_regular(time)]
    bars = find_bars(series, request("1y", "5min", AFTER))
    assert sum(bar.volume for bar in bars) == sum(series.sizes[n] for n in inside)


def test_bars_of_an_hour_begin_with_the_session():
    opening = new_york(2026, 4, 1, 9, 30)
    series = series_of([(opening + n * 10 * MINUTE, 10.0, 1) for n in range(-3, 8)])
    until = opening + DAY_MS
    regular = find_bars(series, request("1d", "1h", until))
    assert [bar.time_ms for bar in regular] == [opening, opening + 30 * MINUTE]
    extended = find_bars(series, request("1d", "1h", until, extended=True))
    assert [bar.time_ms for bar in extended] == [opening - 30 * MINUTE, opening + 30 * MINUTE]


@pytest.mark.parametrize("month", [1, 7])
def test_bars_of_a_day_carry_the_opening_in_winter_and_summer(month):
    series = series_of([(new_york(2026, month, 7, 12), 10.0, 1)])
    (bar,) = find_bars(series, request("1w", "1d", new_york(2026, month, 8)))
    assert bar.time_ms == new_york(2026, month, 7, 9, 30)


def test_an_evening_of_futures_belongs_to_the_next_day():
    chicago = ZoneInfo("America/Chicago")
    evening = epoch_ms(datetime(2026, 4, 1, 18, tzinfo=chicago))
    series = series_of([(evening, 10.0, 1), (evening + 16 * 60 * MINUTE, 11.0, 1)], FUTURE)
    (bar,) = find_bars(series, request("1w", "1d", evening + 2 * DAY_MS, extended=True))
    assert (bar.open, bar.close) == (10.0, 11.0)
    assert bar.time_ms == epoch_ms(datetime(2026, 4, 2, 8, 30, tzinfo=chicago))


def test_weeks_begin_on_monday_and_months_on_their_first_in_utc():
    series = series_of([(new_york(2026, 4, 1, 12), 10.0, 1)])
    until = new_york(2026, 4, 20)
    assert find_bars(series, request("1m", "1w", until))[0].time_ms == new_york(2026, 3, 30, 9, 30)
    assert find_bars(series, request("1m", "1m", until))[0].time_ms == epoch_ms(
        datetime(2026, 4, 1)
    )
    assert find_bars(series, request("2w", "1m", until)) == []  # April began before the window did


def test_the_unfinished_bar_is_there():
    series = series_of([(new_york(2026, 4, 1, 12), 10.0, 1)])
    bars = find_bars(series, request("1d", "8h", new_york(2026, 4, 1, 12) + 1))
    assert [bar.close for bar in bars] == [10.0]


def test_days_are_counted_where_there_was_trade():
    days = [new_york(2026, 4, day, 12) for day in (1, 2, 6, 7)]  # Easter is no day of trade
    series = series_of([(day, 10.0, 1) for day in days])
    bars = find_bars(series, request("3d", "1d", new_york(2026, 4, 8)))
    assert len(bars) == 3
    assert bars[0].time_ms == new_york(2026, 4, 2, 9, 30)


def test_at_most_a_thousand_bars_and_the_oldest_are_cut():
    begin = new_york(2026, 4, 1, 9, 30)
    days = [begin + day * DAY_MS for day in range(3)]
    series = series_of([(day + n * MINUTE, 10.0, 1) for day in days for n in range(390)])
    bars = find_bars(series, request("1w", "1min", begin + 4 * DAY_MS))
    assert len(bars) == 1000
    assert bars[-1].time_ms == days[-1] + 389 * MINUTE


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("trades", (10.0, 12.0, 10.0, 12.0, 5.0)),
        ("midpoint", (10.0, 12.0, 10.0, 12.0, 0.0)),
        ("bid_ask", (9.0, 13.0, 9.0, 13.0, 0.0)),
    ],
)
def test_what_bars_are_made_of(source, values):
    begin = new_york(2026, 4, 1, 12)
    series = series_of([(begin, 10.0, 2), (begin + 1, 12.0, 3)])
    (bar,) = find_bars(series, request("1d", "1min", begin + 2, source=source))
    assert bar[1:] == values


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("30min", Period(30, "min")),
        ("1d", Period(1, "d")),
        ("15y", Period(15, "y")),
        ("31min", None),
        ("0d", None),
        ("1D", None),
        ("d", None),
        ("16y", None),
    ],
)
def test_periods(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize(
    ("period", "bar"),
    [("8h", "1min"), ("1d", "1min"), ("1w", "15min"), ("1m", "30min"), ("2y", "1d"), ("15y", "1w")],
)
def test_bars_that_are_not_asked_for(period, bar):
    assert default_bar(parse_period(period)) == bar


@pytest.fixture
def world():
    begin = datetime(2026, 4, 1, 14, 0)
    trades = [(begin + timedelta(seconds=30 * n), 250 + n % 7 / 100, 30) for n in range(240)]
    return World(Tape("AAPL", trades, history_until=begin + timedelta(hours=1)))


def test_the_answer_has_the_shape_of_the_service(world):
    body = answer(world, conid=265598, period="1d", bar="10min", outsideRth=False).body
    assert {name: type(value) for name, value in body.items()} == SHAPE
    assert body["points"] == len(body["data"]) - 1 == 5
    assert (body["barLength"], body["timePeriod"], body["volumeFactor"]) == (600, "1d", 100)
    assert body["startTime"] == "20260401-14:00:00"
    first = body["data"][0]
    assert set(first) == set("ochlvt")
    assert first["t"] == epoch_ms(datetime(2026, 4, 1, 14, tzinfo=timezone.utc))
    assert first["v"] * body["volumeFactor"] == 20 * 30
    assert body["high"] == "25006/6/0"


def test_history_goes_on_with_the_replay(world):
    before = answer(world, conid=265598, period="1d", bar="1min").body["data"]
    world.step()
    after = answer(world, conid=265598, period="1d", bar="1min").body["data"]
    assert (len(before), len(after)) == (60, 61)
    assert after[:60] == before


def test_the_window_ends_at_start_time_or_begins_there(world):
    ends = answer(world, conid=265598, period="10min", bar="1min", startTime="20260401-14:30:00")
    assert ends.body["startTime"] == "20260401-14:20:00"
    assert len(ends.body["data"]) == 10
    begins = answer(
        world,
        conid=265598,
        period="10min",
        bar="1min",
        startTime="20260401-14:30:00",
        direction=1,
    )
    assert begins.body["startTime"] == "20260401-14:30:00"
    assert len(begins.body["data"]) == 10


def test_volumes_are_divided_by_the_factor():
    tape = Tape("AAPL", [(datetime(2026, 4, 1, 14), 250.0, 30)])
    world = World(tape, volume_factor=40)
    world.step()
    body = answer(world, conid=265598, period="1d", bar="1min").body
    assert (body["volumeFactor"], body["data"][0]["v"]) == (40, 0.75)


def test_an_unknown_period_is_a_week(world):
    assert answer(world, conid=265598, period="1fortnight", bar="1h").body["timePeriod"] == "1w"


@pytest.mark.parametrize(
    ("params", "status", "body"),
    [
        ({"conid": 272093, "period": "1d", "bar": "1min"}, 500, {"error": "No data."}),
        ({"conid": 5, "period": "1d", "bar": "1min"}, 500, {"error": "No data."}),
        ({"conid": 265598, "period": "1d", "bar": "7min"}, 400, None),
        ({"conid": 265598, "period": "1d", "bar": "1min", "startTime": "yesterday"}, 400, None),
        ({"conid": 265598, "period": "1d", "bar": "1min", "source": "rumours"}, 400, None),
        ({"period": "1d", "bar": "1min"}, 400, None),
    ],
)
def test_refusals(world, params, status, body):
    found = answer(world, **params)
    assert found.status == status
    assert body is None or found.body == body


def test_history_needs_the_accounts_first(world):
    route = next(route for route in world.routes if route.pattern == HISTORY)
    params = {"conid": "265598", "period": "1d", "bar": "1min"}
    session = BrokerageSession("token", "DU1234567")
    assert route.handler(world, session, Call("GET", HISTORY, {}, params, None)).status == 400


class Listener(Subscriber):
    def __init__(self):
        self.frames = []

    def send(self, frame):
        self.frames.append(frame)


def test_the_websocket_answers_once_with_the_same(world):
    listener, topic = Listener(), world.topics["smh"]
    topic.subscribe(listener, "265598", {"period": "1d", "bar": "10min", "source": "trades"})
    world.step()
    (frame,) = listener.frames
    assert set(frame) == {"topic", *SHAPE}
    assert frame["topic"] == "smh+265598"
    topic.unsubscribe(listener, frame["serverId"], {})
    topic.unsubscribe(listener, frame["serverId"], {})
    assert listener.frames[1:] == [{"message": f"Unsubscribed {frame['serverId']}"}]


def test_a_connection_has_at_most_five_histories_open(world):
    listener, topic = Listener(), world.topics["smh"]
    for _ in range(6):
        topic.subscribe(listener, "265598", {"period": "1d", "bar": "10min"})
    assert len(listener.frames) == 5
    topic.drop(listener)
    topic.subscribe(listener, "265598", {"period": "1d", "bar": "10min"})
    topic.subscribe(listener, "272093", {"period": "1d", "bar": "10min"})
    topic.subscribe(listener, "265598", {"bar": "nonsense"})
    assert len(listener.frames) == 7
    assert listener.frames[-1] == {"topic": "smh+272093", "error": "No data."}
