"""The first difference between two results: numbers by 1e-9, everything else exactly."""

from __future__ import annotations

import ast
import math
import re

from .encode import Plain

RELATIVE = 1e-9
ABSOLUTE = 1e-12


def first_difference(expected: Plain, actual: Plain, path: tuple[str, ...] = ()) -> str | None:
    """Return where and how `actual` differs first from `expected`, or None.

    Floats agree within 1e-9 relative or 1e-12 absolute, NaN with NaN; types, texts, whole numbers,
    keys and their order agree exactly.
    """
    if type(expected) is not type(actual) and not _read_from_a_line(path, expected, actual):
        return _told(path, expected, actual)
    if isinstance(expected, dict):
        return _difference_of_dicts(expected, actual, path)
    if isinstance(expected, list):
        return _difference_of_lists(expected, actual, path)
    floats = isinstance(expected, float) or isinstance(actual, float)
    same = near(expected, actual) if floats else _equal(expected, actual)
    return None if same else _told(path, expected, actual)


def _equal(expected: Plain, actual: Plain) -> bool:
    """Whether both are equal; printed ordered dicts in the spelling of any Python."""
    if expected == actual:
        return True
    printed = isinstance(expected, str) and "OrderedDict(" in expected
    return printed and spelt_alike(expected) == spelt_alike(actual)


def spelt_alike(text: str) -> str:
    """Return `text` with its ordered dicts as before Python 3.12, each on one line."""
    found = 1
    while found:  # the inner ones first
        text, found = re.subn(r"OrderedDict\((\{[^{}]*\})\)", _as_pairs, text)
    return re.sub(r"(?<=,)\n +(?=\(|\w*OrderedDict\()", " ", text)


def _as_pairs(match: re.Match[str]) -> str:
    parsed = ast.parse(match[1], mode="eval").body
    assert isinstance(parsed, ast.Dict)
    items = zip(parsed.keys, parsed.values, strict=True)
    texts = [[ast.get_source_segment(match[1], x) for x in pair if x] for pair in items]
    return f"OrderedDict([{', '.join(f'({key}, {value})' for key, value in texts)}])"


def _read_from_a_line(path: tuple[str, ...], expected: Plain, actual: Plain) -> bool:
    """Whether both are numbers read from a line: with bounded memory upstream's hold what was put
    in.
    """
    numbers = (int, float)
    return "seen" in path and isinstance(expected, numbers) and isinstance(actual, numbers)


def near(expected: float, actual: float) -> bool:
    """Say whether two floats agree."""
    if math.isnan(expected) or math.isnan(actual):
        return math.isnan(expected) and math.isnan(actual)
    return math.isclose(expected, actual, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _difference_of_dicts(
    expected: dict[str, Plain], actual: dict[str, Plain], path: tuple[str, ...]
) -> str | None:
    if "raises" in expected and "raises" in actual:
        return _difference_of_errors(expected, actual, path)
    if "raises" in actual and "raises" not in expected:
        told = f"{actual['raises'][0]}: {actual.get('message')}"
        return _told((*path, "raises"), "no exception", told)
    for key, value in expected.items():
        if key not in actual:
            return _told((*path, key), value, "nothing")
        difference = first_difference(value, actual[key], (*path, key))
        if difference:
            return difference
    if list(expected) != list(actual):
        return _told((*path, "keys"), list(expected), list(actual))
    return None


def _difference_of_errors(
    expected: dict[str, Plain], actual: dict[str, Plain], path: tuple[str, ...]
) -> str | None:
    """Compare two failed runs: ours may raise a subclass, and words its message itself."""
    if expected["raises"][0] not in actual["raises"]:
        return _told((*path, "raises"), expected["raises"], actual["raises"])
    rest = ("events", "seen", "printed")
    return first_difference(
        {key: expected[key] for key in rest if key in expected},
        {key: actual[key] for key in rest if key in actual},
        path,
    )


def _difference_of_lists(
    expected: list[Plain], actual: list[Plain], path: tuple[str, ...]
) -> str | None:
    for place, (left, right) in enumerate(zip(expected, actual, strict=False)):
        difference = first_difference(left, right, (*path, _label(place, left)))
        if difference:
            return difference
    if len(expected) != len(actual):
        return _told((*path, "length"), len(expected), len(actual))
    return None


def _label(place: int, item: Plain) -> str:
    """Return a name for an item of a list: the bar and the callback where it is one."""
    if isinstance(item, dict) and "call" in item:
        return f"event {place}, bar {item['at']}, {item['call']}"
    if isinstance(item, dict) and ("class" in item or "name" in item):
        return f"{place} ({item.get('class') or item['name']})"
    return str(place)


def _told(path: tuple[str, ...], expected: Plain, actual: Plain) -> str:
    return f"{', '.join(path)}: {_short(expected)} != {_short(actual)}"


def _short(value: Plain) -> str:
    text = repr(value)
    return text if len(text) < 300 else text[:297] + "..."
