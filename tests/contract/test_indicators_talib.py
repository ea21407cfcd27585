"""TA-Lib's functions as indicators."""

import builtins
import sys

import numpy as np
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


def inputs(library, name, data):
    """The lines of `data` that the function reads, in its order."""
    spare, found = [data.close, data.open], []
    for key, prices in library.abstract.Function(name).input_names.items():
        if key == "periods":
            found.append(data.close * 0.0 + 4.0)
        elif isinstance(prices, (list, tuple)):
            found += [getattr(data, price) for price in prices]
        else:
            found.append(spare.pop(0) if prices not in ("high", "low") else getattr(data, prices))
    return found


def test_every_function_gives_in_a_batch_what_talib_gives(library):
    import talib.abstract

    for name in talib.get_functions():
        strategy = watch(lambda s, name=name: getattr(wrapped, name)(*inputs(talib, name, s.data)))
        indicator = strategy.indicator
        arrays = [np.array(data.lines[0].array, dtype=float) for data in indicator.datas]
        expected = getattr(talib, name)(*arrays)
        columns = expected if isinstance(expected, tuple) else (expected,)
        for line, column in zip(indicator.lines, columns, strict=False):
            np.testing.assert_array_equal(np.array(line.array, dtype=float), column, err_msg=name)


def test_every_function_runs_bar_by_bar(library):
    import talib.abstract

    apart, names = set(), talib.get_functions()
    for name in names:
        make = lambda s, name=name: getattr(wrapped, name)(*inputs(talib, name, s.data))  # noqa: E731
        batch, steps = (watch(make, mode, count=80) for mode in ("batch", "step"))
        last = batch.indicator._minperiod - 1
        if not np.allclose(batch.seen[last:], steps.seen[last:], rtol=1e-9, equal_nan=True):
            apart.add(name)
    # sums from the start, and what looks further back than TA-Lib says: as in the parity tests
    assert {"OBV", "AD", "MACD"} <= apart
    assert len(apart) < len(names) / 5
    assert not {name for name in apart if name.startswith("CDL")}


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
