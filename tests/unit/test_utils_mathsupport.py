"""Mean, squared deviations and standard deviation; expected numbers were printed by upstream."""

import pytest

from backtrader.mathsupport import average, standarddev, variance

VALUES = [1.0, 2.5, 4.25, 7]


@pytest.mark.parametrize(("bessel", "expected"), [(False, 3.6875), (True, 4.916666666666667)])
def test_average(bessel, expected):
    assert average(VALUES, bessel) == expected


def test_average_sums_exactly():
    assert average([0.1] * 10) == 0.1


def test_average_of_nothing():
    with pytest.raises(ZeroDivisionError):
        average([])


def test_bessel_average_of_one():
    with pytest.raises(ZeroDivisionError):
        average([5.0], bessel=True)


def test_variance_is_a_list_of_squares():
    assert variance(VALUES) == [7.22265625, 1.41015625, 0.31640625, 10.97265625]


@pytest.mark.parametrize(
    ("mean", "expected"), [(3.0, [4.0, 0.25, 1.5625, 16.0]), (0, [1.0, 6.25, 18.0625, 49.0])]
)
def test_variance_around_a_given_mean(mean, expected):
    assert variance(VALUES, mean) == expected


@pytest.mark.parametrize(
    ("mean", "bessel", "expected"),
    [
        (None, False, 2.2316963839196404),
        (None, True, 2.576941016011038),
        (3.0, False, 2.3351927115336757),
        (3.0, True, 2.6964482812272395),
        (0, False, 4.310234912391667),
    ],
)
def test_standarddev(mean, bessel, expected):
    assert standarddev(VALUES, mean, bessel) == expected
