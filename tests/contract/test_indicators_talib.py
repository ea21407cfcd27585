"""TA-Lib's functions as indicators."""

import builtins
import sys

import pytest

import backtrader as bt
from backtrader import talib as wrapped
from backtrader.errors import MissingDependencyError, ParameterError

from .test_indicators import watch


def test_without_the_library_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.split(".")[0] == "talib":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.delitem(sys.modules, "talib", raising=False)
    monkeypatch.delitem(vars(wrapped), "SMA", raising=False)
    with pytest.raises(MissingDependencyError, match="pip install TA-Lib"):
        wrapped.SMA  # noqa: B018


@pytest.fixture
def library():
    return pytest.importorskip("talib")


def test_every_function_is_there(library):
    for name in library.get_functions():
        cls = getattr(wrapped, name)
        assert issubclass(cls, bt.Indicator) and cls.__name__ == name
        assert cls.lines._getlines()


@pytest.mark.parametrize("mode", ["batch", "step"])
def test_a_mean_is_that_of_our_own(library, mode):
    theirs = watch(lambda s: wrapped.SMA(s.data, timeperiod=9), mode)
    ours = watch(lambda s: bt.ind.SMA(s.data, period=9), mode)
    assert theirs.indicator._minperiod == 9
    for one, other in zip(theirs.seen[8:], ours.seen[8:], strict=True):
        assert one[0] == pytest.approx(other[0], rel=1e-9)


def test_candles_have_a_mark_to_plot(library):
    def make(strategy):
        data = strategy.data
        return wrapped.CDLDOJI(data.open, data.high, data.low, data.close)

    strategy = watch(make)
    found = [row for row in strategy.seen if row[0]]
    assert found and all(row[1] > 0.0 for row in found)


def test_prices_that_are_missing_are_named(library):
    with pytest.raises(ParameterError, match="STOCH: takes 3 lines .high, low, close., .* given 1"):
        watch(lambda s: wrapped.STOCH(s.data))
