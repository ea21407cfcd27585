"""Squares and roots by array are those of Python's ``**``, bit for bit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader._kernels import powers

ordinary = st.floats(-1e9, 1e9)
wild = st.floats(-1e150, 1e150)
odd = st.sampled_from([0.0, -0.0, 1.0, 2.0, 0.5, 5e-324, 1e-200, math.nan])


@given(st.lists(st.one_of(ordinary, wild, odd), min_size=1))
def test_squares(values):
    np.testing.assert_array_equal(powers.squares(np.array(values)), [v**2 for v in values])


@given(st.lists(st.one_of(ordinary, wild, odd).map(abs), min_size=1))
def test_roots(values):
    np.testing.assert_array_equal(powers.roots(np.array(values)), [v**0.5 for v in values])


@pytest.mark.parametrize("scale", [1e-3, 1.0, 100.0, 4000.0])
def test_many_prices(scale):
    values = np.random.default_rng(3).random(50_000) * scale
    plain = values.tolist()
    np.testing.assert_array_equal(powers.squares(values), [v**2 for v in plain])
    np.testing.assert_array_equal(powers.roots(values), [v**0.5 for v in plain])


def test_a_square_that_is_too_large():
    with pytest.raises(OverflowError):
        powers.squares(np.array([1.0, 1e200]))
