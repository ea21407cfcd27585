"""Users' classes that build on the indicators, in every mode."""

import math

import pytest

import backtrader as bt
from backtrader.errors import ParameterError

from .test_indicators import MODES, watch


def closes(strategy):
    return list(strategy.data.close.array)


def column(strategy, index=0):
    return [row[index] for row in strategy.seen]


def tail(values, count=50):
    return [round(value, 9) for value in values[-count:]]


class Doubled(bt.ind.SMA):
    lines = ("double",)

    def __init__(self):
        super().__init__()
        self.lines.double = self.lines.sma * 2.0


class Rising(bt.ind.EMA):
    lines = ("rising",)

    def next(self):
        self.lines.rising[0] = self.lines.ema[0] > self.lines.ema[-1]


class Middle(bt.ind.MovingAverageBase):
    """A user's average: registered with the others as soon as the class is there."""

    lines = ("middle",)

    def __init__(self):
        period = self.p.period
        top, bottom = (
            bt.ind.Highest(self.data, period=period),
            bt.ind.Lowest(self.data, period=period),
        )
        self.lines.middle = (top + bottom) / 2.0


class Spread(bt.ind.OperationN):
    lines = ("spread",)

    def func(self, window):
        return max(window) - min(window)


@pytest.mark.parametrize("mode", MODES)
def test_expressions_of_an_inherited_line(mode):
    strategy = watch(lambda s: Doubled(s.data, period=7), mode)
    assert strategy.indicator._minperiod == 7
    seen = strategy.seen[-50:]
    assert [row[1] for row in seen] == [2.0 * row[0] for row in seen]
    plain = watch(lambda s: bt.ind.SMA(s.data, period=7), mode)
    assert column(strategy)[-50:] == column(plain)[-50:]


@pytest.mark.parametrize("mode", MODES)
def test_a_next_that_reads_an_inherited_line(mode):
    strategy = watch(lambda s: Rising(s.data, period=7), mode)
    averages, rising = column(strategy), column(strategy, 1)
    expected = [float(b > a) for a, b in zip(averages, averages[1:], strict=False)]
    assert rising[-50:] == expected[-50:]


@pytest.mark.parametrize("mode", MODES)
def test_an_average_of_the_user_inside_others(mode):
    assert bt.ind.MovAv.Middle is Middle
    strategy = watch(lambda s: bt.ind.MACD(s.data, movav=bt.ind.MovAv.Middle), mode)
    apart = watch(lambda s: Middle(s.data, period=12) - Middle(s.data, period=26), mode)
    assert tail(column(strategy)) == tail(column(apart))
    assert strategy.indicator.plotlabel().startswith("MACD (12, 26, 9, ")


@pytest.mark.parametrize("mode", MODES)
def test_a_function_of_the_user_over_windows(mode):
    strategy = watch(lambda s: Spread(s.data, period=5), mode)
    high = watch(lambda s: bt.ind.Highest(s.data, period=5), mode)
    low = watch(lambda s: bt.ind.Lowest(s.data, period=5), mode)
    expected = [a - b for a, b in zip(column(high), column(low), strict=True)]
    assert column(strategy)[-50:] == expected[-50:]


@pytest.mark.parametrize("mode", MODES)
def test_a_crossing_seen_through_equal_bars(mode):
    def make(strategy):
        return bt.ind.CrossOver(strategy.data.close, strategy.data.close * 0.0 + 100.0)

    strategy = watch(make, mode)
    side, expected = 0.0, []
    for price in closes(watch(make)):
        difference = price - 100.0
        expected.append(float(side < 0 < difference) - float(side > 0 > difference))
        side = difference or side
    assert 1.0 in expected and -1.0 in expected
    assert column(strategy)[-100:] == expected[-100:]


def test_prices_that_stand_still_divide_by_zero():
    with pytest.raises(ZeroDivisionError):
        watch(lambda s: bt.ind.RSI(s.data.close * 0.0 + 10.0))
    safe = watch(lambda s: bt.ind.RSI_Safe(s.data.close * 0.0 + 10.0))
    assert column(safe)[-1] == 50.0


def test_a_plain_mixin_gives_parameters_and_lines():
    class Mixin:
        lines = ("extra",)
        params = (("shift", 3),)

    class Mixed(bt.ind.SMA, Mixin):
        pass

    assert Mixed.lines._getlines() == ("sma", "extra")
    assert dict(Mixed.params._getpairs()) == {"period": 30, "shift": 3}


def test_the_error_for_a_period_names_indicator_and_value():
    with pytest.raises(ParameterError, match=r"SMA: period is .* not 2\.5"):
        watch(lambda s: bt.ind.SMA(s.data, period=2.5))


def test_hurst_needs_two_lags():
    with pytest.raises(ParameterError, match="HurstExponent: needs two lags"):
        watch(lambda s: bt.ind.HurstExponent(s.data, period=20, lag_start=9, lag_end=10))


def test_fractals_are_marked_at_their_own_bar():
    strategy = watch(lambda s: bt.studies.Fractal(s.data))
    high, marks = strategy.data.high.array, strategy.indicator.lines.fractal_bearish.array
    bars = [bar for bar, mark in enumerate(marks) if not math.isnan(mark)]
    assert bars
    for bar in bars:
        assert marks[bar] == high[bar] * 1.015
        assert high[bar] == max(high[bar - 2 : bar + 3])
