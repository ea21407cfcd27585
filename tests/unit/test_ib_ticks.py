"""Ticks out of frames, and short bars out of ticks."""

from __future__ import annotations

import datetime

import pytest

from backtrader.stores._ib.ticks import RealTimeBars, RTVolume, TickMaker, number

NOON_MS = 1_788_264_000_000
NOON = datetime.datetime(2026, 9, 1, 12)
TEXT = "701.28;1;1348075471534;67854;701.46918464;true"


# recorded from upstream
def test_trade_as_tws_tells_it():
    tick = RTVolume(TEXT)
    assert vars(tick) == {
        "price": 701.28,
        "size": 1,
        "datetime": datetime.datetime(2012, 9, 19, 17, 24, 31, 534000),
        "volume": 67854,
        "vwap": 701.46918464,
        "single": True,
    }
    later = RTVolume(TEXT, tmoffset=datetime.timedelta(seconds=5))
    assert later.datetime - tick.datetime == datetime.timedelta(seconds=5)
    assert RTVolume(TEXT, price=3.5).price == 3.5


# recorded from upstream
def test_quote_alone_is_now_and_of_no_size():
    before = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    tick = RTVolume(price=3.5)
    assert (tick.price, tick.size, tick.volume, tick.vwap, tick.single) == (3.5, 0, 0, 0.0, False)
    assert before <= tick.datetime <= before + datetime.timedelta(seconds=10)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("271.67", 271.67),
        ("1,200", 1200.0),
        ("C271", None),
        ("H1", None),
        ("", None),
        ("N/A", None),
    ],
)
def test_number_in_a_field(text, value):
    assert number(text) == value


def frames(*rows, what="TRADES"):
    """The (price, size) of the ticks that frames make, one second after the other."""
    maker = TickMaker(what)
    ticks = [maker.take(NOON_MS + 1000 * n, row) for n, row in enumerate(rows)]
    return [None if tick is None else (tick.price, tick.size) for tick in ticks]


FULL = {"31": "10.0", "7059": "1", "7762": "100"}


def test_first_frame_tells_how_things_stand():
    assert frames(FULL, FULL) == [None, None]


def test_size_is_the_growth_of_the_volume_of_the_day():
    found = frames(FULL, {"31": "10.5", "7762": "103"}, {"7762": "104"}, {"7059": "2"})
    assert found == [None, (10.5, 3), (10.5, 1), (10.5, 0)]


def test_volume_that_comes_after_the_price_is_not_lost():
    assert frames(FULL, {"31": "10.5"}, {"7762": "103"}) == [None, (10.5, 0), (10.5, 3)]


def test_new_day_starts_to_count_anew():
    assert frames(FULL, {"31": "11", "7762": "5"}) == [None, (11.0, 5)]


def test_repeated_frame_makes_no_tick():
    assert frames(FULL, {"31": "10.5", "7762": "103"}, {"31": "10.5", "7762": "103"})[2] is None


def test_late_frame_has_a_price_but_no_size():
    maker = TickMaker()
    maker.take(NOON_MS, FULL)
    assert maker.take(NOON_MS + 2, {"31": "10.5", "7762": "103"}).size == 3
    late = maker.take(NOON_MS + 1, {"31": "10.4", "7762": "101"})
    assert (late.price, late.size) == (10.4, 0)
    assert late.datetime == NOON + datetime.timedelta(milliseconds=1)
    tick = maker.take(NOON_MS + 3, {"7762": "104"})
    assert (tick.price, tick.size) == (10.5, 1)


def test_late_frame_tells_what_later_ones_left_out():
    maker = TickMaker()
    maker.take(NOON_MS, FULL)
    # the price was said by the frame before, which has not come yet
    assert maker.take(NOON_MS + 2, {"7762": "103"}).price == 10.0
    assert maker.take(NOON_MS + 1, {"31": "10.5", "7762": "101"}).price == 10.5
    tick = maker.take(NOON_MS + 3, {"7762": "104"})
    assert (tick.price, tick.size) == (10.5, 1)


def test_old_frame_that_comes_again_makes_no_tick():
    maker = TickMaker()
    maker.take(NOON_MS, FULL)
    for later, volume in ((1, "101"), (2, "102")):
        maker.take(NOON_MS + later, {"31": f"10.{later}", "7762": volume})
    assert maker.take(NOON_MS + 1, {"31": "10.1", "7762": "101"}) is None


@pytest.mark.parametrize("text", ["C10.5", "H10.5", "N/A", ""])
def test_price_without_a_trade_makes_no_tick(text):
    assert frames(FULL, {"31": text}) == [None, None]


def test_quote_alone_makes_no_tick_of_trades():
    assert frames(FULL, {"84": "9.9", "86": "10.1"}) == [None, None]


def test_fractions_of_units_count():
    found = frames(FULL, {"31": "10.5", "7762": "100.5"})
    assert found[1] == (10.5, 0.5)


def test_without_a_volume_the_last_size_counts():
    assert frames({"31": "10"}, {"31": "11", "7059": "4"}, {"31": "12"}) == [
        None,
        (11.0, 4),
        (12.0, 0.0),
    ]


@pytest.mark.parametrize(
    ("what", "prices"),
    [("BID", [None, 1.2, None]), ("ASK", [None, None, 1.6]), ("MIDPOINT", [None, 1.35, 1.4])],
)
def test_quotes(what, prices):
    rows = ({"84": "1.1", "86": "1.5"}, {"84": "1.2"}, {"86": "1.6"})
    found = frames(*rows, what=what)
    assert [each and each[0] for each in found] == [p and pytest.approx(p) for p in prices]
    assert all(each is None or each[1] == 0.0 for each in found)


def test_time_is_that_of_the_server():
    maker = TickMaker()
    maker.take(NOON_MS, FULL)
    tick = maker.take(NOON_MS + 1234, {"31": "11"})
    assert tick.datetime == NOON + datetime.timedelta(milliseconds=1234)


def test_return_after_a_loss_tells_what_was_missed():
    maker = TickMaker()
    maker.take(NOON_MS, FULL)
    maker.rejoin()
    assert maker.take(NOON_MS + 1, {"31": "12", "7762": "150"}) is None
    assert maker.missed == 50
    assert maker.take(NOON_MS + 2, {"31": "13", "7762": "151"}).size == 1
    maker.rejoin()
    assert maker.take(NOON_MS + 3, {"31": "13", "7762": "151"}) is None
    assert maker.missed == 0


def made(*rows, seconds=5, flush=None):
    bars = []
    maker = RealTimeBars(seconds, bars.append)
    for second, price, size in rows:
        tick = RTVolume.made(price, size, NOON_MS + int(second * 1000), 0.0)
        maker.take(tick)
    if flush is not None:
        maker.flush(NOON + datetime.timedelta(seconds=flush))
    return [
        ((b.time - NOON).total_seconds(), b.open, b.high, b.low, b.close, b.volume) for b in bars
    ]


def test_bars_of_five_seconds():
    rows = ((1, 10.0, 1), (2, 12.0, 2), (4.9, 9.0, 3), (5, 11.0, 4), (14, 8.0, 1))
    assert made(*rows) == [(0, 10.0, 12.0, 9.0, 9.0, 6), (5, 11.0, 11.0, 11.0, 11.0, 4)]


@pytest.mark.parametrize(("flush", "count"), [(4.9, 0), (5.0, 1)])
def test_bar_is_delivered_when_its_time_is_over(flush, count):
    assert len(made((1, 10.0, 1), flush=flush)) == count


def test_average_price_is_weighted():
    bars = []
    maker = RealTimeBars(5, bars.append)
    for price, size in ((10.0, 1), (20.0, 3)):
        maker.take(RTVolume.made(price, size, NOON_MS, 0.0))
    maker.flush()
    assert (bars[0].wap, bars[0].count) == (17.5, 2)
    maker.flush()
    assert len(bars) == 1
