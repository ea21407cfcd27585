"""Fillers: how much of an order a bar executes."""

import types

import pytest

import backtrader as bt
from backtrader.fillers import BarPointPerc, FixedBarPerc, FixedSize


def order(remaining):
    data = types.SimpleNamespace(high=[17.0], low=[10.0], volume=[1000.0])
    return types.SimpleNamespace(data=data, executed=types.SimpleNamespace(remsize=remaining))


@pytest.mark.parametrize(
    ("filler", "remaining", "size"),
    [
        (FixedSize(), -100, 100),
        (FixedSize(), 5000, 1000.0),
        (FixedSize(size=20), -100, 20),
        (FixedSize(size=0), 100, 100),
        (FixedBarPerc(), 100, 100),
        (FixedBarPerc(perc=3.3), -100, 33.0),
        (FixedBarPerc(perc=0.05), 100, 0.0),
        (BarPointPerc(), 5000, 1000.0),
        (BarPointPerc(minmov=0.5), 100, 66.0),
        (BarPointPerc(minmov=2, perc=30.0), 100, 75.0),
    ],
)
def test_size_that_is_filled(filler, remaining, size):
    assert filler(order(remaining), 12.0, 0) == size


def test_scripts_find_them_by_all_their_names() -> None:
    assert bt.broker.fillers is bt.broker.filler is bt.fillers is bt.filler
