"""Sizers: how many units an order takes."""

import types

import pytest

from backtrader.position import Position
from backtrader.sizer import Sizer, SizerBase
from backtrader.sizers import (
    AllInSizer,
    AllInSizerInt,
    FixedReverser,
    FixedSize,
    FixedSizeTarget,
    PercentSizer,
    PercentSizerInt,
    SizerFix,
)

DATA = types.SimpleNamespace(close=[33.0])


def sized(sizer, held=0):
    position = Position(held, 10.0)
    broker = types.SimpleNamespace(
        getposition=lambda data: position,
        getcash=lambda: 1000.0,
        getcommissioninfo=lambda data: None,
    )
    strategy = types.SimpleNamespace(getposition=lambda data, broker: position, position=position)
    sizer.set(strategy, broker)
    return sizer.getsizing(DATA, isbuy=True)


@pytest.mark.parametrize(
    ("sizer", "held", "size"),
    [
        (FixedSize, 0, 1),
        (FixedReverser, 0, 1),
        (FixedReverser, -5, 2),
        (FixedSizeTarget, 3, 1),
        (PercentSizer, 0, 1000.0 / 33.0 * 0.2),
        (PercentSizer, -5, -5),
        (PercentSizerInt, 0, 6),
        (PercentSizerInt, 3.5, 3),
        (AllInSizer, 0, 1000.0 / 33.0),
        (AllInSizerInt, 0, 30),
    ],
)
def test_default_sizes(sizer, held, size):
    assert sized(sizer(), held) == pytest.approx(size)


def test_tranches_divide_the_stake():
    assert sized(FixedSize(stake=7, tranches=3)) == 2
    assert sized(FixedSizeTarget(stake=7, tranches=3), held=3.5) == 5.5
    assert sized(FixedSizeTarget(stake=7, tranches=3), held=6) == 7


def test_setsizing_with_tranches_looks_at_the_stake_there_was():
    sizer = FixedSize(stake=7, tranches=3)
    sizer.setsizing(99)
    assert sizer.p.stake == 2
    plain = FixedSizeTarget()
    plain.setsizing(99)
    assert plain.p.stake == 99


def test_names_of_old():
    assert SizerFix is FixedSize
    assert SizerBase is Sizer


def test_a_sizer_has_to_say_something():
    sizer = Sizer()
    with pytest.raises(NotImplementedError, match="_getsizing"):
        sized(sizer)
