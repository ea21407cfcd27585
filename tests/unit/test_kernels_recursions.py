"""The kernels that go from bar to bar against single steps."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrader._kernels import candles, crossings, fractals, laguerre, parabolic, recursions

NAN = math.nan

values = st.one_of(
    st.floats(0.01, 1e6).map(lambda x: round(x, 2)), st.sampled_from([1.0, 2.0, NAN])
)
series = st.lists(values, min_size=2, max_size=60)


def same(fast, plain):
    np.testing.assert_array_equal(np.asarray(fast), np.asarray(plain, dtype=float))


def seeded(size, value):
    out = np.full(size, NAN)
    out[0] = value
    return out


@given(series, st.floats(0.0, 1.0))
def test_smooth(src, alpha):
    out = seeded(len(src), src[0])
    recursions.smooth(np.array(src), alpha, 1, len(src), out)
    plain = [src[0]]
    for value in src[1:]:
        plain.append(plain[-1] * (1.0 - alpha) + value * alpha)
    same(out, plain)


@pytest.mark.parametrize("alpha", [0.05, 1 / 14, 2 / 15, 0.2, 0.5])
@pytest.mark.parametrize("kind", ["walk", "steps", "flat", "flat from the middle on", "wide"])
def test_smooth_over_many_bars_is_that_of_one_bar_after_the_other(alpha, kind):
    random = np.random.default_rng(11)
    walk = np.round(100.0 + np.cumsum(random.normal(size=12_000)), 2)
    src = {
        "walk": walk,
        "steps": np.maximum(np.round(random.normal(size=12_000), 1), 0.0),
        "flat": np.full(12_000, 10.1),
        "flat from the middle on": np.where(np.arange(12_000) < 6000, walk, 99.7),
        "wide": random.normal(size=12_000) * 10.0 ** random.integers(-12, 12, size=12_000),
    }[kind]
    out = seeded(len(src), src[0])
    recursions.smooth(src, alpha, 1, len(src), out)
    plain = [float(src[0])]
    for value in src[1:].tolist():
        plain.append(plain[-1] * (1.0 - alpha) + value * alpha)
    same(out, plain)


@given(series)
def test_smooth_by_a_factor_for_each_bar(src):
    alphas = [0.1 * (i % 7) for i in range(len(src))]
    out = seeded(len(src), src[0])
    recursions.smooth_by(np.array(src), np.array(alphas), 1, len(src), out)
    plain = [src[0]]
    for value, alpha in zip(src[1:], alphas[1:], strict=True):
        plain.append(plain[-1] * (1.0 - alpha) + value * alpha)
    same(out, plain)


@given(series, st.floats(-1e6, 1e6))
def test_running_total(src, first):
    out = np.full(len(src), NAN)
    recursions.running_total(np.array(src), first, 0, len(src), out)
    plain, total = [], first
    for value in src:
        total += value
        plain.append(total)
    same(out, plain)


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.0, 2.0, NAN]), min_size=2, max_size=40))
def test_crossings_remember_the_side_through_equal_bars(differences):
    out = np.full(len(differences), NAN)
    crossings.crossed(np.array(differences), 1.0, -1.0, 1, len(differences), out)
    side, plain = differences[0], [NAN]
    for difference in differences[1:]:
        if side < 0.0 < difference:
            plain.append(1.0)
        else:
            plain.append(-1.0 if side > 0.0 > difference else 0.0)
        side = difference if difference else side
    same(out, plain)


def exhaustively(value, average, before, alpha, limit):
    """The error correcting average with every gain tried, as its definition has it."""
    best = min(
        range(-limit, limit + 1),
        key=lambda n: abs(
            value - (alpha * (average + n / 10.0 * (value - before)) + (1.0 - alpha) * before)
        ),
    )
    return alpha * (average + best / 10.0 * (value - before)) + (1.0 - alpha) * before


close_prices = st.floats(50.0, 150.0)


@given(close_prices, close_prices, close_prices, st.integers(1, 40), st.integers(0, 60))
@settings(max_examples=400)
def test_the_gain_found_is_the_best_of_all(value, average, before, period, limit):
    alpha = 2.0 / (1.0 + period)
    fast = recursions.corrected(value, average, before, alpha, limit)
    plain = exhaustively(value, average, before, alpha, limit)
    assert abs(value - fast) <= abs(value - plain)
    assert fast == pytest.approx(plain, rel=1e-12)


@given(st.lists(st.tuples(close_prices, st.floats(0, 5), st.floats(0, 1)), min_size=2, max_size=60))
def test_parabolic_stops_stay_on_their_side(bars):
    low = np.array([bar[0] for bar in bars])
    high = low + np.array([bar[1] for bar in bars])
    close = low + (high - low) * np.array([bar[2] for bar in bars])
    out = np.full(len(bars), NAN)
    parabolic.stops(high, low, close, 0.02, 0.2, 1, len(bars), out)
    trend = parabolic.opening(high[0], low[0], bool(close[1] < close[0]), 0.02)
    for i in range(1, len(bars)):
        bar, before = (high[i], low[i]), (high[i - 1], low[i - 1])
        shown, trend = parabolic.followed(trend, bar, before, 0.02, 0.2)
        assert shown == out[i]
        rising, stop, extreme, _ = trend
        assert stop <= min(bar[1], before[1]) if rising else stop >= max(bar[0], before[0])
        assert extreme >= high[i] if rising else extreme <= low[i]


@given(series, st.floats(0.0, 1.0))
def test_laguerre(src, gamma):
    for kernel, single in (
        (laguerre.middles, laguerre.middle),
        (laguerre.strengths, laguerre.strength),
    ):
        out = np.full(len(src), NAN)
        kernel(np.array(src), gamma, 0, len(src), out)
        stages, plain = laguerre.EMPTY, []
        for value in src:
            stages = laguerre.filtered(value, stages, gamma)
            plain.append(single(stages))
        same(out, plain)


def test_heikin_ashi_candles_by_hand():
    opened, high = np.array([10.0, 11.0]), np.array([12.0, 13.0])
    low, close = np.array([9.0, 10.0]), np.array([11.0, 12.0])
    lines = [np.full(2, NAN) for _ in range(4)]
    candles.first_heikin_ashi(opened, high, low, close, 0, *lines)
    candles.heikin_ashi(opened, high, low, close, 1, 2, *lines)
    same(lines[0], [10.5, 10.5])
    same(lines[1], [NAN, 13.0])
    same(lines[2], [NAN, 10.0])
    same(lines[3], [10.5, 11.5])


def test_of_equal_values_the_first_is_the_fractal():
    out = np.full(6, NAN)
    fractals.mark(max, np.array([1.0, 2.0, 3.0, 3.0, 1.0, 0.0]), 5, 2, 4, 6, 2.0, out)
    same(out, [NAN, NAN, 6.0, NAN, NAN, NAN])
