"""Text with separated fields, read a column at a time.

Every function here either returns exactly what reading field by field does (``str.split``,
``float``, ``datetime.strptime``), or None where it cannot promise that; the caller then reads field
by field.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .dates import add_times, day_numbers

_MONTH_LENGTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_TIME_LIMITS = {"H": 23, "M": 59, "S": 59}


DateParts = dict[str, NDArray[np.int64]]
"""The parts of dates by directive letter, arrays of shape ``(n,)``."""

# A whole number of so many digits is exact as a float64, and so is any sum of its parts.
_EXACT_DIGITS = 15
_POINT = 254  # "." less "0", as a uint8


class Table(NamedTuple):
    """Lines of text of equally many fields.

    Attributes
    ----------
    raw
        The text, UTF-8.
    characters : uint8 ``(len(raw),)``
        The same as numbers.
    starts, ends : int64 ``(rows, columns)``
        Where each field starts in `raw`, and where the character after it stands.
    """

    raw: bytes
    characters: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


class DateFields(NamedTuple):
    """Dates and times taken apart, arrays of shape ``(n,)``."""

    days: NDArray[np.int64]
    hour: NDArray[np.int64]
    minute: NDArray[np.int64]
    second: NDArray[np.int64]
    microsecond: NDArray[np.int64]

    def numbers(self) -> NDArray[np.float64]:
        """Return them as `date2num` does."""
        return add_times(*self)


class DateLayout(NamedTuple):
    """Where the parts of a date of fixed width stand.

    Attributes
    ----------
    fields
        (directive letter, first character, width) of each part.
    literals
        (character, position) of each character in between.
    width
        Characters up to the microseconds, or in all.
    fraction
        Whether microseconds follow at the end, of one to six digits.
    """

    fields: tuple[tuple[str, int, int], ...]
    literals: tuple[tuple[str, int], ...]
    width: int
    fraction: bool


def date_layout(dtformat: str) -> DateLayout | None:
    """Return the layout of dates in the form `dtformat` (see `datetime.strptime`) if it is a fixed
    one.
    """
    fields: list[tuple[str, int, int]] = []
    literals: list[tuple[str, int]] = []
    position = index = 0
    fraction = False
    while index < len(dtformat):
        character = dtformat[index]
        directive = dtformat[index + 1 : index + 2]
        if character != "%":
            if not character.isascii() or dtformat[index : index + 2].isspace():
                return None
            literals.append((character, position))
            position += 1
            index += 1
            continue
        if directive == "f" and index + 2 == len(dtformat):
            fraction = True
        elif directive in _WIDTHS and all(directive != known[0] for known in fields):
            fields.append((directive, position, _WIDTHS[directive]))
            position += _WIDTHS[directive]
        else:
            return None
        index += 2
    return DateLayout(tuple(fields), tuple(literals), position, fraction)


def split_table(raw: bytes, separator: str) -> Table | None:
    """Return where the fields stand in lines of text; None where the lines differ in the number of
    fields.

    Parameters
    ----------
    raw
        Lines, each with a newline at its end.
    separator
        What stands between fields: one ASCII character.
    """
    characters = np.frombuffer(raw, np.uint8)
    newlines = characters == 10
    ends = np.flatnonzero(newlines | (characters == ord(separator)))
    rows = int(np.count_nonzero(newlines))
    columns, odd = divmod(len(ends), rows)
    if odd or not newlines[ends[columns - 1 :: columns]].all():
        return None
    starts = np.empty_like(ends)
    starts[0] = 0
    starts[1:] = ends[:-1] + 1
    return Table(raw, characters, starts.reshape(rows, columns), ends.reshape(rows, columns))


def field_texts(table: Table, column: int) -> list[str]:
    """Return the text of one field of each line."""
    raw = table.raw
    starts, ends = table.starts[:, column].tolist(), table.ends[:, column].tolist()
    return [raw[start:end].decode() for start, end in zip(starts, ends, strict=True)]


def numbers(table: Table, column: int, null: float | None) -> NDArray[np.float64]:
    """Return one field of each line as a number, `null` where it is empty (None: that is an error).

    Raises
    ------
    ValueError
        One is not a number.
    """
    for read in (_even_decimals, _plain_decimals):
        values = read(table, column)
        if values is not None:
            return values
    texts = field_texts(table, column)
    if null is None:
        return np.array([float(text) for text in texts])
    return np.array([float(text) if text else null for text in texts], np.float64)


def _even_decimals(table: Table, column: int) -> NDArray[np.float64] | None:
    """The numbers, if all have as many decimals as the first, and few enough digits to be exact."""
    ends = table.ends[:, column]
    widths = ends - table.starts[:, column]
    narrowest, widest = int(widths.min()), int(widths.max())
    point = table.raw[int(table.starts[0, column]) : int(ends[0])][::-1].find(b".")
    if widest > _EXACT_DIGITS or narrowest <= max(point, 0) or point == 0:
        return None
    # From the right, a place of all rows at a time. Every sum is a whole number below 10 ** 15:
    # exact.
    total = np.zeros(len(ends))
    worst = np.uint8(0)
    unit = 1.0
    for place in range(widest):
        digits = table.characters[np.maximum(ends - (place + 1), 0)] - np.uint8(48)
        if place == point:
            if (digits != _POINT).any():
                return None
            continue
        if place >= narrowest:
            digits[widths <= place] = 0
        worst = max(worst, digits.max())
        total += digits * unit
        unit *= 10.0
    if worst > 9:
        return None
    # One division of two exact numbers rounds once, as reading the text does.
    return total if point < 0 else total / 10.0**point


def _plain_decimals(table: Table, column: int) -> NDArray[np.float64] | None:
    """The numbers, if they are digits with at most one point among them, and few enough to be
    exact.
    """
    ends = table.ends[:, column]
    widths = ends - table.starts[:, column]
    if widths.max() > _EXACT_DIGITS or not widths.min():
        return None
    total = np.zeros(len(ends))
    unit, scale = np.ones_like(total), np.ones_like(total)
    points = np.zeros(len(ends), np.int64)
    for place in range(int(widths.max())):
        digits = table.characters[np.maximum(ends - (place + 1), 0)] - np.uint8(48)
        digits[widths <= place] = 0
        is_point = digits == _POINT
        digits[is_point] = 0
        if digits.max() > 9:
            return None
        points += is_point
        scale[is_point] = unit[is_point]
        total += digits * unit
        unit[~is_point] *= 10.0
    if (points > 1).any() or (points >= widths).any():
        return None
    return total / scale


def fixed_fields(table: Table, column: int, layout: DateLayout) -> DateParts | None:
    """Return the parts of the dates in one field of each line; None where they are not of the
    layout.
    """
    starts = table.starts[:, column]
    widths = table.ends[:, column] - starts
    width = int(widths[0])
    digits = width - layout.width
    if not (1 <= digits <= 6 if layout.fraction else digits == 0) or (widths != width).any():
        return None
    characters = table.characters[starts[:, None] + np.arange(width)]
    for character, position in layout.literals:
        if (characters[:, position] != ord(character)).any():
            return None
    places = {letter: (first, size) for letter, first, size in layout.fields}
    if layout.fraction:
        places["f"] = (layout.width, digits)
    parts: DateParts = {}
    for letter, (first, size) in places.items():
        value = _whole_numbers(characters[:, first : first + size])
        if value is None:
            return None
        parts[letter] = value * 10 ** (6 - digits) if letter == "f" else value
    return parts


def _whole_numbers(characters: NDArray[np.uint8]) -> NDArray[np.int64] | None:
    """The whole numbers that rows of ASCII characters are; None where one is no digit."""
    digits = characters - np.uint8(48)  # what is below "0" wraps around to a large number
    if (digits > 9).any():
        return None
    value: NDArray[np.int64] = digits[:, 0].astype(np.int64)
    for column in range(1, digits.shape[1]):
        value = value * 10 + digits[:, column]
    return value


def dates(parts: DateParts) -> DateFields | None:
    """Return the dates that `parts` make up; None where there is no year, or one is not a date."""
    if "Y" not in parts:
        return None
    year = parts["Y"]
    one, zero = np.ones_like(year), np.zeros_like(year)
    month, day = parts.get("m", one), parts.get("d", one)
    if year.min() < 1 or month.min() < 1 or month.max() > 12 or day.min() < 1:
        return None
    leap = (month == 2) & (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    if (day > _MONTH_LENGTHS[month] + leap).any():
        return None
    if any(letter in parts and parts[letter].max() > _TIME_LIMITS[letter] for letter in "HMS"):
        return None
    hour, minute, second, microsecond = (parts.get(letter, zero) for letter in "HMSf")
    return DateFields(day_numbers(year, month, day), hour, minute, second, microsecond)


def timestamps(seconds: NDArray[np.float64]) -> DateFields | None:
    """Return what counts of seconds since 1970 stand for, rounded half to even to microseconds.

    None where one is outside the years 1971 to 9999, or NaN.
    """
    if not ((seconds >= 31536000.0) & (seconds < 253402300799.0)).all():
        return None
    whole = np.floor(seconds)
    microsecond = np.rint((seconds - whole) * 1e6).astype(np.int64)
    whole_seconds = whole.astype(np.int64) + microsecond // 1_000_000
    days, of_day = np.divmod(whole_seconds, 86400)
    return DateFields(
        days + 719163, of_day // 3600, of_day // 60 % 60, of_day % 60, microsecond % 1_000_000
    )
