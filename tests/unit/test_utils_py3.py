"""Names that old extensions import."""

import sys

import pytest

from backtrader.utils import py3


@pytest.mark.parametrize(("a", "b", "expected"), [(1, 2, -1), (2, 1, 1), (1, 1, 0), ("a", "b", -1)])
def test_cmp(a, b, expected):
    assert py3.cmp(a, b) == expected


def test_cmp_with_nan_is_zero():
    assert py3.cmp(float("nan"), 1.0) == 0


def test_bytes_encodes():
    assert py3.bytes("é") == b"\xc3\xa9"


def test_bstr_is_str():
    assert py3.bstr(5) == "5"


@pytest.mark.parametrize(
    ("name", "expected"), [("keys", ["a"]), ("values", [1]), ("items", [("a", 1)])]
)
def test_views_come_as_lists_and_iterators(name, expected):
    assert getattr(py3, name)({"a": 1}) == expected
    assert list(getattr(py3, "iter" + name)({"a": 1})) == expected


def test_numbers_of_the_machine():
    assert (sys.maxsize, -sys.maxsize - 1) == (py3.MAXINT, py3.MININT)
    assert (sys.float_info.max, sys.float_info.min) == (py3.MAXFLOAT, py3.MINFLOAT)


def test_every_public_name_exists():
    assert [name for name in py3.__all__ if not hasattr(py3, name)] == []


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases):
        return {"prepared_for": (name, bases)}


class Base:
    pass


class Made(py3.with_metaclass(Meta, Base)):
    value = 1


def test_with_metaclass_makes_the_class_with_it():
    assert type(Made) is Meta
    assert Made.value == 1


def test_with_metaclass_leaves_no_trace_in_the_bases():
    assert Made.__mro__ == (Made, Base, object)


def test_with_metaclass_prepares_the_body():
    assert Made.prepared_for == ("Made", (Base,))


def test_with_metaclass_without_bases():
    class Alone(py3.with_metaclass(Meta)):
        pass

    assert (type(Alone), Alone.__mro__) == (Meta, (Alone, object))
