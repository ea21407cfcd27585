"""The kernels over windows against their plain definitions, on random values with gaps."""

import functools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrader._kernels import exact, hurst, regression, windows

NAN = math.nan

prices = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 2))
wild = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)
gappy = st.one_of(prices, st.just(NAN))


def series(values):
    return st.lists(values, min_size=1, max_size=60)


def same(fast, plain):
    np.testing.assert_array_equal(np.asarray(fast), np.asarray(plain, dtype=float))


def plain_windows(values, period):
    return [values[i - period + 1 : i + 1] for i in range(period - 1, len(values))]


def run(kernel, values, period):
    """The results of `kernel` for all bars that have a full window."""
    out = np.full(len(values), NAN)
    kernel(np.array(values), period, period - 1, len(values), out)
    assert np.isnan(out[: period - 1]).all()
    return out[period - 1 :]


@st.composite
def windowed(draw, values):
    drawn = draw(series(values))
    return drawn, draw(st.integers(1, len(drawn)))


def sums_of(values, weights, write=None):
    """The sums of all windows; of `weights` 1.0 as sums without them where `write` is not given."""
    out = np.full(max(len(values) - len(weights) + 1, 0), NAN)
    if write is None:
        exact.window_sums(np.array(values), len(weights), out)
    else:
        write(np.array(values), weights, out)
    return out


def test_no_window_has_no_sum():
    assert len(sums_of([1.0, 2.0], [1.0] * 3)) == 0


@given(windowed(st.one_of(prices, wild)))
@settings(deadline=None)
def test_sums_are_those_of_fsum_to_the_last_bit(case):
    values, period = case
    plain = [math.fsum(window) for window in plain_windows(values, period)]
    same(sums_of(values, [1.0] * period), plain)


@given(windowed(gappy))
def test_a_gap_makes_the_sums_of_its_windows_nan(case):
    values, period = case
    plain = [math.fsum(window) for window in plain_windows(values, period)]
    same(sums_of(values, [1.0] * period), plain)


@given(windowed(st.one_of(prices, wild)), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_weighted_sums_round_each_product_and_then_the_sum(case, random):
    values, period = case
    weights = [random.choice((1.0, 2.0, 0.1, -0.7, random.random())) for _ in range(period)]
    plain = [
        math.fsum(x * w for x, w in zip(window, weights, strict=True))
        for window in plain_windows(values, period)
    ]
    same(sums_of(values, weights, exact.weighted_sums), plain)


def test_sums_of_values_too_far_apart_for_integers_are_exact():
    values = [1e16, 1.0, -1e16, 1e-16, 3.0, 1e8]
    plain = [math.fsum(window) for window in plain_windows(values, 3)]
    same(sums_of(values, [1.0] * 3), plain)


def test_sums_with_an_infinity_follow_fsum():
    values = [1.0, math.inf, 2.0, 3.0]
    same(sums_of(values, [1.0] * 2), [math.inf, math.inf, 5.0])
    with pytest.raises(ValueError, match="fsum"):
        sums_of([math.inf, -math.inf], [1.0] * 2)


def test_long_series_of_prices_have_means_without_drift():
    random = np.random.default_rng(7)
    values = np.round(4000.0 + np.cumsum(random.normal(size=30000)), 2)
    out = np.full(len(values), NAN)
    windows.mean(values, 50, 49, len(values), out)
    plain = values.tolist()
    for bar in range(49, len(values), 997):
        assert out[bar] == math.fsum(plain[bar - 49 : bar + 1]) / 50


@pytest.mark.parametrize(
    ("kernel", "plain"),
    [
        (windows.highest, max),
        (windows.lowest, min),
        (windows.total, math.fsum),
        (windows.any_true, any),
        (windows.all_true, all),
        (windows.mean, lambda w: math.fsum(w) / len(w)),
        (windows.rank, lambda w: sum(x < w[-1] for x in w) / len(w)),
        (functools.partial(windows.apply, len), len),
    ],
)
@given(case=windowed(st.one_of(gappy, st.sampled_from([0.0, 1.0, 2.0]))))
@settings(max_examples=60)
def test_kernel_equals_its_definition(kernel, plain, case):
    values, period = case
    same(run(kernel, values, period), [plain(window) for window in plain_windows(values, period)])


@pytest.mark.parametrize("extreme", [max, min])
@pytest.mark.parametrize("newest", [True, False])
@given(case=windowed(st.one_of(prices, st.sampled_from([0.0, 1.0, 2.0]))))
@settings(max_examples=60, deadline=None)
def test_bars_since_an_extreme(extreme, newest, case):
    values, period = case

    def plain(window):
        ordered = window[::-1] if newest else window
        place = ordered.index(extreme(window))
        return place if newest else len(window) - 1 - place

    fast = run(functools.partial(windows.bars_since, extreme, newest), values, period)
    same(fast, [plain(window) for window in plain_windows(values, period)])


@pytest.mark.parametrize("weights", [[], [1.0], [0.5, 2.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
def test_weights_go_to_the_oldest_values(weights):
    values, period = [5.0, 7.0, 11.0, 13.0, 17.0], 3
    out = np.full(5, NAN)
    windows.weighted(np.array(values), period, weights, 0.3, 2, 5, out)
    plain = [
        0.3 * math.fsum(x * w for x, w in zip(window, weights, strict=False))
        for window in plain_windows(values, period)
    ]
    same(out[2:], plain)


def test_hurst_is_twice_the_slope_of_the_spread():
    random = np.random.default_rng(3)
    values, lags = np.cumsum(random.normal(size=120)), range(2, 20)
    out = np.full(120, NAN)
    hurst.exponents(values, 40, lags, 39, 120, out)
    for bar in (39, 80, 119):
        window = values[bar - 39 : bar + 1]
        tau = [np.sqrt(np.std(window[lag:] - window[:-lag])) for lag in lags]
        slope = np.polyfit(np.log10(list(lags)), np.log10(tau), 1)[0]
        assert out[bar] == pytest.approx(2.0 * slope, rel=1e-9)
        assert hurst.exponent(window.tolist(), lags) == out[bar]


def test_regression_is_that_of_polyfit():
    random = np.random.default_rng(3)
    x = np.cumsum(random.normal(size=50))
    y = 2.0 * x + random.normal(size=50)
    slopes, intercepts = regression.fits(y, x, 10, 9, 50)
    for index, bar in enumerate(range(9, 50)):
        window = slice(bar - 9, bar + 1)
        slope, intercept = np.polyfit(x[window], y[window], 1)
        assert slopes[index] == pytest.approx(slope, rel=1e-9)
        assert intercepts[index] == pytest.approx(intercept, rel=1e-7, abs=1e-9)


def test_regression_on_a_constant_is_the_shortest_solution():
    slope, intercept = regression.fit([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    design = np.column_stack(([1.0, 1.0, 1.0], [2.0, 2.0, 2.0]))
    expected = np.linalg.lstsq(design, np.array([1.0, 2.0, 3.0]), rcond=None)[0]
    assert (intercept, slope) == pytest.approx(tuple(expected))
