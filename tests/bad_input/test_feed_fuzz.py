"""Thousands of broken text and binary files: each is bars or a `DataError` that says where, and the
way by columns and the way by rows come to the same.
"""

import datetime
import io
import math
import struct

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backtrader.dataseries import TimeFrame
from backtrader.errors import DataError
from backtrader.feeds import (
    BacktraderCSVData,
    GenericCSVData,
    MT4CSVData,
    QuandlCSV,
    SierraChartCSVData,
    VChartCSVData,
    VChartData,
    YahooFinanceCSVData,
    YahooLegacyCSV,
)


def row(form, number, *more):
    day = datetime.datetime(2003, 1, 1) + datetime.timedelta(days=number)
    prices = (4.31 + number, 4.5 + number, 4.3 + number, 4.45 + number)
    return ",".join([form.format(day), *(f"{price:.2f}" for price in prices), *more])


# class, its further parameters, and what makes a good row of a number
FORMS = {
    "own": (BacktraderCSVData, {}, lambda n: row("{:%Y-%m-%d}", n, "100", "0")),
    "own with times": (
        BacktraderCSVData,
        {},
        lambda n: row("{:%Y-%m-%d,%H:%M:%S}", n, "100", "0"),
    ),
    "generic": (
        GenericCSVData,
        {"dtformat": "%Y-%m-%d"},
        lambda n: row("{:%Y-%m-%d}", n, "100", "0"),
    ),
    "generic seconds": (
        GenericCSVData,
        {"dtformat": 1},
        lambda n: f"{1041379200 + 86400 * n},4,5,3,4,100,0",
    ),
    "Sierra Chart": (SierraChartCSVData, {}, lambda n: row("{:%Y/%m/%d}", n, "100", "0")),
    "MT4": (MT4CSVData, {}, lambda n: row("{:%Y.%m.%d,%H:%M}", n, "100")),
    "Yahoo": (YahooFinanceCSVData, {}, lambda n: row("{:%Y-%m-%d}", n, "2.225", "100")),
    "Yahoo reversed": (
        YahooFinanceCSVData,
        {"reverse": True},
        lambda n: row("{:%Y-%m-%d}", -n, "2.225", "100"),
    ),
    "Yahoo legacy": (YahooLegacyCSV, {}, lambda n: row("{:%Y-%m-%d}", n, "2.225", "100")),
    "Quandl": (
        QuandlCSV,
        {"round": True},
        lambda n: row("{:%Y-%m-%d}", n, "100", "0", "1", "2", "3", "1", "2", "200"),
    ),
    "Visual Chart": (
        VChartCSVData,
        {},
        lambda n: row("S,D,{:%Y%m%d},0", n, "100", "0"),
    ),
}

RUBBISH = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "null",
            "nan",
            "inf",
            "-inf",
            "1e999",
            "1e308",
            "-0",
            "0",
            "1_000",
            "٣",
            "0x10",
            "+1",
            "\x00",
            "9" * 400,
            "1." + "0" * 5000,
            "2003-02-30",
            "0000-00-00",
            "9999-12-31",
            "10000-01-01",
            "99999999999999999999",
            "\ufeff",
            '"4.5"',
            "4,5",
            ";",
        ]
    ),
    st.text(max_size=8),
    st.floats().map(repr),
    st.integers().map(str),
)


@st.composite
def files(draw, good):
    """The bytes of a file of good rows with something wrong here and there."""
    lines = ["Date,Open,High,Low,Close,Volume", *(good(number) for number in range(1, 9))]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["field", "cut", "line", "twice", "swap", "gone"]))
        if kind == "field":
            fields = lines[place].split(",")
            fields[draw(st.integers(0, len(fields) - 1))] = draw(RUBBISH)
            lines[place] = ",".join(fields)
        elif kind == "cut":
            lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
        elif kind == "line":
            lines[place] = draw(RUBBISH)
        elif kind == "twice":
            lines.insert(place, lines[place])
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], lines[place]
        elif len(lines) > 1:
            del lines[place]
    ends = draw(st.lists(st.sampled_from(["\n", "\n", "\r\n", "\r"]), min_size=1, max_size=3))
    text = "".join(line + ends[number % len(ends)] for number, line in enumerate(lines))
    coded = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    raw = text.encode(coded, errors="surrogatepass" if coded.startswith("utf") else "replace")
    if draw(st.booleans()):
        raw = raw[: draw(st.integers(0, len(raw)))]
    if draw(st.integers(0, 4)) == 4:
        place = draw(st.integers(0, len(raw)))
        raw = raw[:place] + draw(st.binary(max_size=6)) + raw[place:]
    return raw


def loaded(cls, raw, by_rows=False, **kwargs):
    """The values of the bars as bytes, or the error."""
    feed = cls(dataname=io.BytesIO(raw), name="x", **kwargs)
    try:
        feed._start()
        if by_rows:
            feed._feeder = None
            while feed.load():
                pass
        else:
            feed.preload()
    except DataError as error:
        return error
    finally:
        feed.stop()
    times = feed.lines.datetime.array
    assert all(math.isfinite(when) and when >= 1.0 for when in times)
    return [[struct.pack("d", value) for value in line.array] for line in feed.lines]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@example(data=None)
@given(data=st.data())
def test_text(form, data):
    cls, kwargs, good = FORMS[form]
    raw = b"" if data is None else data.draw(files(good))
    by_columns = loaded(cls, raw, **kwargs)
    by_rows = loaded(cls, raw, by_rows=True, **kwargs)
    if isinstance(by_columns, DataError):
        assert isinstance(by_rows, DataError)
        # a block that is not UTF-8 is refused as a whole, before what is wrong in its rows is seen
        if "UTF-8" not in str(by_columns):
            assert by_columns.line_number == by_rows.line_number
            assert by_columns.text == by_rows.text
    else:
        assert by_columns == by_rows


@settings(max_examples=300, deadline=2000)
@given(raw=st.binary(max_size=200), minutes=st.booleans(), plausible=st.booleans())
def test_binary(raw, minutes, plausible):
    if plausible:
        raw = struct.pack("<I", 2003 * 500 + 32 + 2) + raw
    timeframe = TimeFrame.Minutes if minutes else TimeFrame.Days
    found = loaded(VChartData, raw, timeframe=timeframe)
    if not isinstance(found, DataError):
        assert len(found[0]) == len(raw) // (32 if minutes else 28)


def test_good_rows_are_bars():
    for cls, kwargs, good in FORMS.values():
        raw = ("header\n" + "".join(good(number) + "\n" for number in range(1, 9))).encode()
        bars = loaded(cls, raw, **kwargs)
        assert not isinstance(bars, DataError), bars
        assert len(bars[0]) == 8
