"""The harness itself: an altered result is caught and its place named."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from . import recording
from .compare import first_difference
from .encode import Plain
from .verdict import difference

Change = Callable[[Plain], None]


def _filled(result: Plain) -> Plain:
    return next(
        event
        for event in result["watched"]["events"]
        if event["call"] == "notify_order" and event["status"] == "Completed"
    )


def _move_price(result: Plain) -> None:
    _filled(result)["executed"]["price"] *= 1 + 1e-8


def _change_size(result: Plain) -> None:
    _filled(result)["executed"]["size"] += 1


def _change_status(result: Plain) -> None:
    _filled(result)["status"] = "Accepted"


def _swap_callbacks(result: Plain) -> None:
    events = result["watched"]["events"]
    place = events.index(_filled(result))
    events[place - 1], events[place] = events[place], events[place - 1]


def _drop_callback(result: Plain) -> None:
    del result["watched"]["events"][-1]


def _move_line(result: Plain) -> None:
    result["plain"]["results"][0]["indicators"][0]["lines"]["sma"][50] += 1e-6


def _unset_line(result: Plain) -> None:
    result["plain"]["results"][0]["indicators"][0]["lines"]["sma"][50] = float("nan")


def _change_period(result: Plain) -> None:
    result["plain"]["results"][0]["indicators"][0]["period"] += 1


def _make_number_whole(result: Plain) -> None:
    result["plain"]["books"]["cash"] = int(result["plain"]["books"]["cash"])


def _print_more(result: Plain) -> None:
    result["plain"]["printed"] += "."


def _raise(result: Plain) -> None:
    result["plain"] = {"raises": ["TypeError"], "printed": ""}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_move_price, "notify_order, executed, price"),
        (_change_size, "notify_order, executed, size"),
        (_change_status, "notify_order, status"),
        (_swap_callbacks, "events"),
        (_drop_callback, "events, length"),
        (_move_line, "lines, sma, 50"),
        (_unset_line, "lines, sma, 50"),
        (_change_period, "period"),
        (_make_number_whole, "books, cash"),
        (_print_more, "printed"),
        (_raise, "raises"),
    ],
)
def test_alteration_is_found(change: Change, place: str) -> None:
    recorded = recording.load("crossing")
    altered = json.loads(json.dumps(recorded["default"]))  # a copy that shares nothing
    change(altered)
    found = difference(recorded, "default", altered)
    assert found is not None
    assert place in found


def test_recording_equals_itself() -> None:
    recorded = recording.load("crossing")
    assert all(difference(recorded, mode, recorded[mode]) is None for mode in recorded)


def test_packing_keeps_what_is_compared() -> None:
    odd = {"nan": [float("nan"), float("inf"), -0.0], "long": list(range(90)), "deep": [[1.5]] * 40}
    results = {"default": odd, "runonce=False": odd}
    packed = recording.pack(results)
    assert packed == recording.pack(copy.deepcopy(results))
    assert first_difference(results, recording.unpack(packed)) is None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [(1.0, 1.0 + 1e-8), (1, 1.0), (True, 1), (float("nan"), 0.0), (0.0, 1e-9)],
)
def test_values_that_differ(expected: Plain, actual: Plain) -> None:
    assert first_difference(expected, actual) is not None


@pytest.mark.parametrize(
    ("expected", "actual"), [(1.0, 1.0 + 1e-11), (float("nan"), float("nan")), (0.0, 1e-13)]
)
def test_values_that_agree(expected: Plain, actual: Plain) -> None:
    assert first_difference(expected, actual) is None


def test_subclass_of_the_error_agrees() -> None:
    expected = {"raises": ["TypeError", "Exception"], "printed": ""}
    actual = {"raises": ["UnknownParameter", "TypeError"], "message": "better", "printed": ""}
    assert first_difference(expected, actual) is None
    assert first_difference(expected, {**actual, "raises": ["KeyError"]}) is not None


def test_ordered_dicts_agree_in_the_spelling_of_any_python() -> None:
    expected = "OrderedDict([(2005, -0.5), ('a', date(2005, 1, 2))])"
    assert first_difference(expected, "OrderedDict({2005: -0.5, 'a': date(2005, 1, 2)})") is None
    assert first_difference(expected, "OrderedDict({2005: -0.5, 'b': date(2005, 1, 2)})")
    assert (
        first_difference("OrderedDict([(1, 2),\n      (3, 4)])", "OrderedDict([(1, 2), (3, 4)])")
        is None
    )
    nested = "AutoOrderedDict([('a', AutoOrderedDict([(1, 2)])),\n    ('b', 3)])"
    assert (
        first_difference(nested, "AutoOrderedDict({'a': AutoOrderedDict({1: 2}), 'b': 3})") is None
    )
