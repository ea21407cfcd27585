"""The simulator's market: tapes, their replay, quotes, and the streams that carry them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.dataseries import TimeFrame
from backtrader.errors import ParameterError
from backtrader.feeds import BacktraderCSVData
from backtrader.ibsim.market import Market
from backtrader.ibsim.prices import Tape, epoch_ms
from backtrader.ibsim.quotes import price_text
from backtrader.ibsim.records import BrokerageSession, Call, Instrument, Subscriber, Tick
from backtrader.ibsim.world import World

AAPL, MSFT = 265598, 272093
NOON = datetime(2026, 4, 1, 16, 0)  # UTC; noon in New York
SNAPSHOT = "iserver/marketdata/snapshot"
FIELDS = ["31", "84", "86", "7059", "7762"]


class Listener(Subscriber):
    def __init__(self):
        self.session = BrokerageSession("token", "DU1234567")
        self.frames = []

    def send(self, frame):
        self.frames.append(frame)


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def session():
    return BrokerageSession("token", "DU1234567", warm={"accounts"})


def ticks(*prices, start=NOON, step=timedelta(seconds=1), size=100):
    return [(start + n * step, price, size) for n, price in enumerate(prices)]


def world_of(*prices, **settings):
    return World(Tape("AAPL", ticks(*prices)), **settings)


def ask(world, session, path, method="GET", body=None, **params):
    routes = [r for r in world.routes if r.pattern == path and r.method == method]
    texts = {name: str(value) for name, value in params.items()}
    return routes[0].handler(world, session, Call(method, path, {}, texts, body))


def test_a_tape_is_put_in_order_of_time():
    tape = Tape("AAPL", [(2000, 11.0, 1), (1000, 10.0, 2)])
    market = Market([tape])
    assert [market.step().price, market.step().price, market.step()] == [10.0, 11.0, None]


def test_a_naive_time_is_utc_and_an_aware_one_is_converted():
    assert epoch_ms(datetime(1970, 1, 1, 1)) == 3_600_000
    assert epoch_ms(datetime.fromisoformat("1970-01-01T01:00:00+01:00")) == 0


def test_a_bar_becomes_its_close_at_its_time():
    bars = [(datetime(2026, 4, 1, 14, 31), 10, 13, 9, 12, 400)]
    tape = Tape.from_bars("AAPL", bars, width=timedelta(minutes=1))
    assert Market([tape]).step() == Tick(epoch_ms(datetime(2026, 4, 1, 14, 31)), AAPL, 12, 400)


def test_the_nearer_extreme_comes_first_of_four_and_all_lie_within_the_bar():
    end = datetime(2026, 4, 1, 14, 31)
    bars = [(end, 10, 13, 9, 12, 402), (end + timedelta(minutes=1), 10, 11, 7, 12, 0.5)]
    market = Market([Tape.from_bars("AAPL", bars, ticks_per_bar=4)])
    found = [market.step() for _ in range(8)]
    assert [tick.price for tick in found] == [10, 9, 13, 12, 10, 11, 7, 12]
    assert [tick.size for tick in found[:4]] == [100, 100, 100, 102]
    assert sum(tick.size for tick in found[4:]) == 0.5
    assert found[0].time_ms == epoch_ms(end) - 60_000
    assert found[3].time_ms == epoch_ms(end) - 1


def test_bars_of_days_lie_in_the_session_of_their_date():
    end = datetime(2026, 4, 1, 23, 59, 59)
    tape = Tape.from_bars("AAPL", [(end, 1, 4, 0, 2, 8)], 4, width=timedelta(days=1))
    market = Market([tape])
    first, *_, last = [market.step() for _ in range(4)]
    assert first.time_ms == epoch_ms(datetime(2026, 4, 1, 13, 30))
    assert last.time_ms == epoch_ms(datetime(2026, 4, 1, 19, 59, 59))


@pytest.mark.parametrize("kind", [3, 0])
def test_other_numbers_of_ticks_to_a_bar_are_refused(kind):
    with pytest.raises(ParameterError, match="1 or 4"):
        Tape.from_bars("AAPL", [], ticks_per_bar=kind)


def test_a_file_and_its_feed_are_the_same_tape(tmp_path):
    path = tmp_path / "bars.csv"
    path.write_text(
        "Date,Time,Open,High,Low,Close,Volume,OpenInterest\n"
        "2026-04-01,14:31:00,10,13,9,12,400,0\n"
        "2026-04-01,14:32:00,12,14,11,13,200,0\n"
    )
    kind = {"timeframe": TimeFrame.Minutes}
    feed = BacktraderCSVData(dataname=str(path), **kind)
    tapes = [Tape.from_feed("AAPL", feed, 4), Tape.from_csv("AAPL", path, 4, **kind)]
    markets = [Market([tape]) for tape in tapes]
    first, second = ([market.step() for _ in range(9)] for market in markets)
    assert first == second
    assert first[0] == Tick(epoch_ms(datetime(2026, 4, 1, 14, 30)), AAPL, 10.0, 100.0)
    assert first[-1] is None


def test_an_unknown_layout_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="layout"):
        Tape.from_csv("AAPL", tmp_path, layout="excel")


@given(st.lists(st.lists(st.integers(0, 50), max_size=12), min_size=1, max_size=4))
def test_tapes_are_merged_by_time_and_then_in_their_order(moments):
    symbols = ["AAPL", "MSFT", "IBM", "SPY"]
    tapes = [
        Tape(symbol, [(time, 1.0, 1) for time in times])
        for symbol, times in zip(symbols, moments, strict=False)
    ]
    market = Market(tapes)
    expected = sorted((time, place) for place, times in enumerate(moments) for time in times)
    order = [market.catalogue.named(symbol)[0].conid for symbol in symbols]
    found = []
    while (due := market.peek_ms()) is not None:
        tick = market.step()
        assert due == tick.time_ms == market.now_ms
        found.append((tick.time_ms, order.index(tick.conid)))
    assert found == expected


def test_what_lies_before_the_latest_border_is_history_on_all_tapes():
    tapes = [
        Tape("AAPL", ticks(1, 2, 3, 4), history_until=NOON + timedelta(seconds=2)),
        Tape("MSFT", ticks(5, 6, 7, 8)),
    ]
    market = Market(tapes)
    assert market.now_ms == epoch_ms(NOON) + 2000
    assert (market.quote(AAPL).last, market.quote(MSFT).last) == (2, 6)
    assert [market.step().price for _ in range(4)] == [3, 7, 4, 8]


def test_two_tapes_may_tell_of_one_instrument():
    old = Tape("AAPL", [(NOON - timedelta(days=1), 90.0, 5)], history_until=NOON)
    market = Market([old, Tape("AAPL", ticks(91.0))])
    market.step()
    assert (market.quote(AAPL).last, market.quote(AAPL).prior_close) == (91.0, 90.0)


def test_an_unknown_symbol_becomes_a_stock_and_an_unknown_number_is_refused():
    market = Market([Tape("ZZZZ", ticks(1.0))])
    assert market.catalogue.named("ZZZZ")[0].sec_type == "STK"
    with pytest.raises(ParameterError, match="contract id 5"):
        Market([Tape(5, [])])


def test_totals_begin_anew_with_the_trading_day():
    prices = [*ticks(10, 12, 9), *ticks(11, start=NOON + timedelta(days=1))]
    market = Market([Tape("AAPL", prices)])
    for _ in range(3):
        market.step()
    quote = market.quote(AAPL)
    assert (quote.open, quote.high, quote.low, quote.last) == (10, 12, 9, 9)
    assert (quote.volume, quote.prior_close) == (300, None)
    market.step()
    quote = market.quote(AAPL)
    assert (quote.open, quote.high, quote.volume, quote.prior_close) == (11, 11, 100, 9)


def test_the_day_of_a_future_begins_the_evening_before():
    evening = datetime(2026, 4, 1, 23, 0)  # 18:00 in Chicago
    prices = [*ticks(5000, start=evening - timedelta(hours=3)), *ticks(5001, start=evening)]
    market = Market([Tape("ESM6", prices)])
    conid = market.step().conid
    market.step()
    assert market.quote(conid).prior_close == 5000


def test_bid_and_ask_lie_half_a_tick_around_the_price_unless_given():
    market = Market([Tape("AAPL", [(1, 10.0, 1), (2, 10.0, 1, 9.5, 10.5)])])
    market.step()
    assert (market.quote(AAPL).bid, market.quote(AAPL).ask) == (9.995, 10.005)
    market.step()
    assert (market.quote(AAPL).bid, market.quote(AAPL).ask) == (9.5, 10.5)


def test_time_passes_up_to_the_next_trade_only():
    market = Market([Tape("AAPL", ticks(1, 2))])
    market.step()
    market.advance(market.now_ms + 400)
    assert market.now_ms == epoch_ms(NOON) + 400
    market.advance(market.now_ms + 10_000)
    assert market.now_ms == epoch_ms(NOON) + 1000


@pytest.mark.parametrize(
    ("price", "increment", "text"),
    [
        (270.9, 0.01, "270.90"),
        (3578.125, 0.01, "3578.125"),
        (1.10005, 0.00005, "1.10005"),
        (5000.25, 0.25, "5000.25"),
        (5, 1.0, "5"),
    ],
)
def test_prices_have_the_decimals_of_their_step_and_lose_nothing(price, increment, text):
    assert price_text(price, increment) == text


def test_the_first_frame_is_whole_and_comes_twice_then_come_changes(listener):
    world = world_of(270.0, 270.5, 270.5)
    world.step()
    world.topics["smd"].subscribe(listener, str(AAPL), {"fields": FIELDS})
    whole = {
        "topic": f"smd+{AAPL}",
        "conid": AAPL,
        "conidEx": str(AAPL),
        "_updated": epoch_ms(NOON),
        "server_id": "q0",
        "6119": "q0",
        "31": "270.00",
        "84": "269.995",
        "86": "270.005",
        "7059": "100",
        "7762": "100",
    }
    assert listener.frames == [whole, whole]
    world.step()
    third = listener.frames[2]
    assert (third["31"], third["7762"], "7059" in third) == ("270.50", "200", False)
    world.step()
    assert set(listener.frames[3]) - {"topic", "conid", "conidEx", "_updated", "server_id"} == {
        "6119",
        "7762",
    }


def test_frames_are_collected_for_an_interval(listener):
    world = World(
        Tape("AAPL", ticks(1, 2, 3, 4, step=timedelta(milliseconds=200))), smd_interval_ms=500
    )
    world.topics["smd"].subscribe(listener, str(AAPL), {"fields": ["31"]})
    while world.step():
        pass
    assert [frame.get("31") for frame in listener.frames] == [None, None, "4.00"]
    world.market.take(Tick(world.now_ms + 1, AAPL, 5.0, 1))
    assert len(listener.frames) == 3
    world.market.advance(world.now_ms + 500)
    assert listener.frames[-1]["31"] == "5.00"


def test_a_stream_ends_without_a_word_when_it_is_not_renewed(listener):
    world = World(Tape("AAPL", ticks(1, 2, 3, step=timedelta(minutes=10))), smd_life_ms=900_000)
    smd = world.topics["smd"]
    smd.subscribe(listener, str(AAPL), {"fields": ["31"]})
    world.step()
    world.step()
    smd.subscribe(listener, str(AAPL), {"fields": ["31"]})
    count = len(listener.frames)
    world.step()
    assert len(listener.frames) == count + 1
    world.market.advance(world.now_ms + 900_000)
    world.market.take(Tick(world.now_ms, AAPL, 4.0, 1))
    assert len(listener.frames) == count + 1


def test_expired_streams_are_silent(listener):
    world = world_of(1, 2)
    world.topics["smd"].subscribe(listener, str(AAPL), {"fields": ["31"]})
    world.expire_streams()
    world.step()
    assert len(listener.frames) == 2


def test_an_unknown_instrument_is_not_answered_and_odd_frames_do_no_harm(listener):
    smd = world_of(1).topics["smd"]
    smd.subscribe(listener, "5", {"fields": ["31"]})
    smd.subscribe(listener, "nonsense", {})
    smd.unsubscribe(listener, str(MSFT), {})
    smd.drop(listener)
    assert listener.frames == []


def test_a_connection_that_is_gone_gets_nothing_and_the_others_go_on(listener):
    world, other = world_of(1, 2), Listener()
    for each in (listener, other):
        world.topics["smd"].subscribe(each, str(AAPL), {"fields": ["31"]})
    world.topics["smd"].drop(listener)
    world.step()
    assert (len(listener.frames), len(other.frames)) == (2, 3)


def test_without_permission_there_are_no_prices(listener, session):
    closed = Instrument(7, "SECRET", market_data="N")
    world = World(Tape(closed, ticks(1, 2)))
    world.step()
    world.topics["smd"].subscribe(listener, "7", {"fields": ["31", "6509"]})
    world.step()
    assert [frame.get("31") for frame in listener.frames] == [None, None]
    assert listener.frames[0]["6509"] == "N"
    history = ask(world, session, "iserver/marketdata/history", conid=7, period="1d", bar="1min")
    assert history.status == 500


def test_yesterdays_price_is_marked_as_a_close(session):
    world = World(Tape("AAPL", ticks(100.0), history_until=NOON + timedelta(days=1)))
    fields = "31,70,82,83,87,7296,7741,7762"
    ask(world, session, SNAPSHOT, conids=AAPL, fields=fields)
    row = ask(world, session, SNAPSHOT, conids=AAPL, fields=fields).body[0]
    assert row["31"] == "C100.00"
    assert (row["7741"], row["7296"], row["82"], row["83"]) == ("100.00", "100.00", "0.00", 0.0)
    assert (row["87"], row["7762"], "70" in row) == ("0", "0", False)


def test_a_snapshot_needs_the_accounts_first(session):
    session.warm.clear()
    assert ask(world_of(1), session, SNAPSHOT, conids=AAPL, fields="31").status == 400


def test_the_first_snapshot_is_cold_and_the_second_has_the_fields(session):
    world = world_of(270.0, 271.0)
    world.step()
    world.step()
    assert ask(world, session, SNAPSHOT, conids=AAPL, fields="31").body == [
        {"conid": AAPL, "conidEx": str(AAPL)}
    ]
    fields = "31,55,70,71,82,83,84,85,86,87,88,6008,6070,6509,7051,7059,7184,7295,7635,7762"
    row = ask(world, session, SNAPSHOT, conids=AAPL, fields=fields).body[0]
    head = {"conid": int, "conidEx": str, "_updated": int, "server_id": str, "6119": str}
    assert {key: type(row[key]) for key in head} == head
    values = {key: row[key] for key in fields.split(",") if key in row}
    assert all(isinstance(value, str) for value in values.values())
    assert (row["31"], row["70"], row["71"], row["7762"]) == ("271.00", "271.00", "270.00", "200")
    assert (row["55"], row["6070"], row["6509"], row["7184"]) == ("AAPL", "STK", "RpB", "1")


def test_what_cannot_be_traded_has_a_row_all_the_same(session):
    row = ask(world_of(1), session, SNAPSHOT, conids="0", fields="31").body[0]
    assert (row["55"], row["31"], row["conid"]) == ("-", "N/A", 0)


@pytest.mark.parametrize(
    "params",
    [
        {"conids": "", "fields": "31"},
        {"conids": "abc", "fields": "31"},
        {"conids": ",".join("1" * 101), "fields": "31"},
        {"conids": "1", "fields": ",".join("1" * 51)},
    ],
)
def test_a_malformed_snapshot_is_refused(session, params):
    assert ask(world_of(1), session, SNAPSHOT, **params).status == 400


def test_a_rest_unsubscribe_silences_the_websocket_too(listener, session):
    world = world_of(1, 2, 3)
    world.topics["smd"].subscribe(listener, str(AAPL), {"fields": ["31"]})
    ask(world, session, SNAPSHOT, conids=AAPL, fields="7059")
    world.step()
    assert (listener.frames[-1]["31"], listener.frames[-1]["7059"]) == ("1.00", "100")
    path = "iserver/marketdata/unsubscribe"
    assert ask(world, session, path, "POST", {"conid": AAPL}).body == {"success": True}
    count = len(listener.frames)
    world.step()
    assert len(listener.frames) == count
    again = ask(world, session, path, "POST", {"conid": AAPL})
    assert (again.status, again.body) == (500, {"error": "unknown"})
    assert ask(world, session, path, "POST", None).status == 400


def test_all_streams_end_at_once(listener, session):
    world = world_of(1, 2)
    world.topics["smd"].subscribe(listener, str(AAPL), {"fields": ["31"]})
    answer = ask(world, session, "iserver/marketdata/unsubscribeall")
    assert answer.body == {"unsubscribed": True}
    world.step()
    assert len(listener.frames) == 2


def test_an_unknown_setting_is_refused():
    with pytest.raises(ParameterError, match="smd_intervall"):
        World(smd_intervall=5)


def test_the_price_is_told_before_the_fill_at_it_and_then_the_position(listener, session):
    world = world_of(270.0, 271.0)
    world.step()
    ticket = {"conid": AAPL, "side": "BUY", "orderType": "MKT", "quantity": 10, "tif": "DAY"}
    session.suppressed.update(["o354", "o10151", "o10153"])
    routes = [r for r in world.routes if r.method == "POST" and r.pattern.endswith("/orders")]
    call = Call("POST", "", {"account": world.account_id}, {}, {"orders": [ticket]})
    assert routes[0].handler(world, session, call).status == 200
    world.topics["sor"].subscribe(listener, "", {})
    world.topics["smd"].subscribe(listener, str(AAPL), {"fields": ["31"]})
    listener.frames.clear()
    world.step()
    assert [frame["topic"][:3] for frame in listener.frames][:2] == ["smd", "sor"]
    ask(world, session, SNAPSHOT, conids=AAPL, fields="73")
    row = ask(world, session, SNAPSHOT, conids=f"{AAPL},{MSFT}", fields="73,76").body[0]
    assert (row["73"], row["76"]) == ("2710.00", "10")
