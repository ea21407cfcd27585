"""Positions: what trades do to size and mean price."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.position import Position

sizes = st.integers(-1000, 1000)
prices = st.floats(0.01, 1e5)


@pytest.mark.parametrize(
    ("held", "price", "size", "at", "expected"),
    [
        (0, 0.0, 10, 5.0, (10, 5.0, 10, 0)),
        (10, 5.0, 10, 7.0, (20, 6.0, 10, 0)),
        (10, 5.0, -4, 7.0, (6, 5.0, 0, -4)),
        (10, 5.0, -10, 7.0, (0, 0.0, 0, -10)),
        (10, 5.0, -14, 7.0, (-4, 7.0, -4, -10)),
        (-10, 5.0, -10, 7.0, (-20, 6.0, -10, 0)),
        (-10, 5.0, 4, 7.0, (-6, 5.0, 0, 4)),
        (-10, 5.0, 15, 7.0, (5, 7.0, 5, 10)),
        (10, 5.0, 0, 7.0, (10, 5.0, 0, 0)),
    ],
)
def test_update_opens_and_closes(held, price, size, at, expected):
    position = Position(held, price)
    assert position.pseudoupdate(size, at) == expected
    assert (position.size, position.price) == (held, price if held else 0.0)
    assert position.update(size, at) == expected
    assert (position.size, position.price, position.upopened, position.upclosed) == expected
    assert position.price_orig == (price if held else 0.0)


def test_text_shows_all_that_is_known():
    position = Position()
    position.update(10, 5.0)
    assert str(position).splitlines() == [
        "--- Position Begin",
        "- Size: 10",
        "- Price: 5.0",
        "- Price orig: 0.0",
        "- Closed: 0",
        "- Opened: 10",
        "- Adjbase: None",
        "--- Position End",
    ]


@pytest.mark.parametrize(
    ("before", "size", "opened", "closed"),
    [(5, 9, 4, 0), (9, -2, -2, 9), (-2, 0, 0, -2), (0, -7, 0, 0), (-7, -5, 0, -2), (-5, -9, -4, 0)],
)
def test_set_tells_what_changed(before, size, opened, closed):
    position = Position(before, 2.0)
    assert position.set(size, 3.0) == (size, 3.0 if size else 0.0, opened, closed)


def test_fix_only_compares_the_size():
    position = Position(5, 2.0)
    assert position.fix(5, 9.0) is True
    assert position.fix(6, 9.0) is False
    assert (position.size, position.price) == (6, 9.0)


def test_truth_length_and_clone():
    position = Position(-3, 4.0)
    assert position
    assert len(position) == 3
    assert not Position()
    clone = position.clone()
    clone.update(3, 5.0)
    assert position.size == -3


@given(st.lists(st.tuples(sizes, prices), min_size=1, max_size=20))
def test_what_opens_and_closes_adds_up_to_the_trade(trades):
    position = Position()
    for size, price in trades:
        before = position.size
        after, mean, opened, closed = position.update(size, price)
        assert after == before + size == position.size
        assert opened + closed == size
        assert mean == position.price
        assert position.price > 0.0 or not position.size
