"""Dictionaries that make what is missing, and stand-ins for standard output."""

import copy
import io
import pickle
import sys

import pytest

from backtrader.utils import (
    AutoDict,
    AutoDictList,
    AutoOrderedDict,
    DotDict,
    OrderedDefaultdict,
    Tree,
)
from backtrader.utils.flushfile import StdOutDevNull, flushfile

GROWING = [AutoDict, AutoOrderedDict]


def test_tree_grows_at_any_depth():
    tree = Tree()
    tree["a"]["b"]["c"] = 1
    assert tree == {"a": {"b": {"c": 1}}}


def test_auto_dict_list_makes_lists():
    lists = AutoDictList()
    lists["a"].append(1)
    assert lists == {"a": [1]}


def test_dot_dict_reads_keys_as_attributes():
    assert DotDict(a=1).a == 1


def test_dot_dict_without_the_key():
    with pytest.raises(KeyError, match="b"):
        _ = DotDict(a=1).b


def test_dot_dict_can_be_copied_and_pickled():
    dots = DotDict(a=[1])
    assert copy.deepcopy(dots) == dots == pickle.loads(pickle.dumps(dots))


@pytest.mark.parametrize("kind", GROWING)
def test_attributes_are_keys(kind):
    auto = kind()
    auto.won.total = 3
    assert auto == {"won": {"total": 3}}
    assert type(auto["won"]) is kind


@pytest.mark.parametrize("kind", GROWING)
def test_names_with_an_underscore_are_no_keys(kind):
    auto = kind()
    auto._note = 3
    assert auto == {}
    assert not hasattr(auto, "_missing")


@pytest.mark.parametrize("kind", GROWING)
def test_closing_stops_growth_at_every_depth(kind):
    auto = kind()
    auto.won.total = 3
    auto._close()
    assert auto._closed
    with pytest.raises(KeyError, match="lost"):
        _ = auto.lost
    with pytest.raises(KeyError, match="pnl"):
        _ = auto["won"]["pnl"]


@pytest.mark.parametrize("kind", GROWING)
def test_a_closed_one_still_takes_new_values(kind):
    auto = kind()
    auto._close()
    auto.lost = 1
    assert auto == {"lost": 1}


@pytest.mark.parametrize("kind", GROWING)
def test_opening_opens_one_level(kind):
    auto = kind()
    auto.won.total = 3
    auto._close()
    auto._open()
    assert auto.lost == {}
    assert auto.won._closed


@pytest.mark.parametrize("kind", GROWING)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda auto: pickle.loads(pickle.dumps(auto))])
def test_copies_keep_type_items_and_state(kind, copied):
    auto = kind()
    auto.won.total = 3
    auto._close()
    twin = copied(auto)
    assert (type(twin), type(twin.won), twin, twin._closed) == (kind, kind, auto, True)


def test_counting_starts_at_zero():
    auto = AutoOrderedDict()
    auto.plus += 1
    auto.minus -= 2.5
    auto.times *= 3
    auto.over /= 4
    assert auto == {"plus": 1, "minus": -2.5, "times": 0, "over": 0.0}


def test_lvalues_is_a_list():
    assert AutoOrderedDict(a=1, b=2).lvalues() == [1, 2]


def test_ordered_defaultdict_makes_values_in_order():
    made = OrderedDefaultdict(list)
    made["b"].append(1)
    made["a"].append(2)
    assert list(made.items()) == [("b", [1]), ("a", [2])]


def test_ordered_defaultdict_takes_items():
    assert OrderedDefaultdict(list, [("a", 1)], b=2) == {"a": 1, "b": 2}


def test_ordered_defaultdict_without_a_factory():
    with pytest.raises(KeyError, match="x"):
        OrderedDefaultdict()["x"]


def test_ordered_defaultdict_refuses_a_factory_that_is_none():
    with pytest.raises(TypeError, match="callable or None, not 5"):
        OrderedDefaultdict(5)


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda d: d.copy(), lambda d: pickle.loads(pickle.dumps(d))],
)
def test_ordered_defaultdict_copies_keep_the_factory(copied):
    twin = copied(OrderedDefaultdict(list, a=[1]))
    assert (type(twin), twin.default_factory, twin) == (OrderedDefaultdict, list, {"a": [1]})


def test_flushfile_flushes_after_writing():
    class Stream(io.StringIO):
        flushed = 0

        def flush(self):
            self.flushed += 1

    stream = Stream()
    flushfile(stream).write("text")
    assert (stream.getvalue(), stream.flushed) == ("text", 1)


def test_stdout_dev_null_until_stopped(capsys):
    before = sys.stdout
    silence = StdOutDevNull()
    print("lost")
    silence.stop()
    assert sys.stdout is before
    assert capsys.readouterr().out == ""
