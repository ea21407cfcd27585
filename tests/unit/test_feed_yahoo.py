"""Files of Yahoo Finance and Quandl; the expected values were read off the original package."""

import datetime
import io
import math
import random
import struct

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backtrader._kernels.rounding import rounded
from backtrader.errors import DataError
from backtrader.feeds import QuandlCSV, YahooFinanceCSV, YahooFinanceCSVData, YahooLegacyCSV
from backtrader.utils import num2date

HEADER = "Date,Open,High,Low,Close,Adj Close,Volume\n"
ROW = "2003-01-02,4.31,4.50,4.30,4.45,2.225,29190723\n"
LATER = "2003-01-03,4.48,4.49,4.33,4.37,4.37,19266565\n"
NAMES = ("open", "high", "low", "close", "volume", "adjclose")


def made(cls, text, **kwargs):
    feed = cls(dataname=io.StringIO(text), name="x", **kwargs)
    feed._start()
    return feed


def loaded(cls, text, **kwargs):
    feed = made(cls, text, **kwargs)
    feed.preload()
    return feed


def first_bar(text=HEADER + ROW, **kwargs):
    feed = loaded(YahooFinanceCSVData, text, **kwargs)
    return [getattr(feed.lines, name).array[0] for name in NAMES]


def bits(feed):
    return [[struct.pack("d", value) for value in line.array] for line in feed.lines]


class YahooByRows(YahooFinanceCSVData):
    """Overrides the row hook, so that columns cannot be used."""

    def _loadline(self, linetokens):
        return super()._loadline(linetokens)


class QuandlByRows(QuandlCSV):
    """The same for Quandl."""

    def _loadline(self, linetokens):
        return super()._loadline(linetokens)


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({}, [2.15, 2.25, 2.15, 2.23, 58381446.0, 2.225]),
        ({"adjclose": False}, [4.31, 4.5, 4.3, 4.45, 29190723.0, 2.225]),
        ({"adjvolume": False}, [2.15, 2.25, 2.15, 2.23, 29190723.0, 2.225]),
        ({"round": False}, [2.155, 2.25, 2.15, 2.225, 58381446.0, 2.225]),
        ({"decimals": 0}, [2.0, 2.0, 2.0, 2.0, 58381446.0, 2.225]),
        ({"roundvolume": -2}, [2.15, 2.25, 2.15, 2.23, 58381400.0, 2.225]),
        ({"swapcloses": True}, [8.62, 9.0, 8.6, 4.45, 14595362.0, 4.45]),
        (
            {"swapcloses": True, "adjclose": False},
            [4.31, 4.5, 4.3, 2.23, 29190723.0, 4.45],
        ),
    ],
)
def test_adjusting(kwargs, expected):
    assert first_bar(**kwargs) == expected


def test_bars_end_with_the_session():
    feed = loaded(YahooFinanceCSVData, HEADER + ROW, sessionend=datetime.time(17, 30))
    assert num2date(feed.lines.datetime.array[0]) == datetime.datetime(2003, 1, 2, 17, 30)


@pytest.mark.parametrize("last", ["", "\n"])
def test_newest_first(last):
    text = HEADER + LATER + ROW.rstrip("\n") + last
    feed = loaded(YahooFinanceCSVData, text, reverse=True)
    assert [num2date(when).day for when in feed.lines.datetime.array] == [2, 3]


@pytest.mark.parametrize("cls", [YahooFinanceCSVData, YahooByRows])
@pytest.mark.parametrize("column", range(1, 7))
def test_line_with_null_is_no_bar(cls, column):
    fields = ["2003-01-03", "4", "5", "3", "4", "4", "100"]
    fields[column] = "null"
    assert loaded(cls, HEADER + ROW + ",".join(fields) + "\n").buflen() == 1


@pytest.mark.parametrize("volume", ["", "-", ",7"])
def test_volume_that_is_none_counts_as_nothing(volume):
    text = HEADER + f"2003-01-03,4,5,3,4,4,{volume}\n"
    assert loaded(YahooFinanceCSVData, text).lines.volume.array[0] == 0.0


def test_legacy_files_have_the_volume_before_the_adjusted_close():
    text = "Date,Open,High,Low,Close,Volume,Adj Close\n2003-01-02,4.31,4.5,4.3,4.45,100,2.225\n"
    feed = loaded(YahooLegacyCSV, text)
    assert feed.lines.close.array[0] == 2.23
    assert feed.lines.volume.array[0] == 200.0
    assert bits(loaded(YahooLegacyCSV, HEADER + ROW)) == bits(
        loaded(YahooFinanceCSVData, HEADER + ROW)
    )


@pytest.mark.parametrize("reverse", [False, True])
def test_error_names_the_line_of_the_file(reverse):
    bad = "2003-01-03,4,x,3,4,4,100\n"
    text = HEADER + ROW + bad + LATER
    with pytest.raises(DataError) as caught:
        loaded(YahooFinanceCSVData, text, reverse=reverse)
    assert caught.value.line_number == 3
    assert caught.value.text == bad.rstrip("\n")


@pytest.mark.parametrize("closes", [(4, 0), (0, 4), (0, 0)])
@pytest.mark.parametrize("cls", [YahooFinanceCSVData, YahooByRows])
def test_close_of_nothing_is_an_error_where_prices_are_to_be_adjusted(cls, closes):
    text = HEADER + "2003-01-03,4,5,3,{},{},100\n".format(*closes)
    with pytest.raises(DataError, match="close of 0"):
        loaded(cls, text)
    assert loaded(cls, text, adjclose=False).lines.close.array[0] == closes[0]


@pytest.mark.parametrize("seed", range(12))
def test_columns_equal_rows(seed):
    source = random.Random(seed)
    day = datetime.date(1999, 1, 1)
    yahoo, quandl = [HEADER], ["Date\n"]
    for _ in range(200):
        day += datetime.timedelta(days=source.randint(1, 4))
        decimals = source.choice((1, 2, 3, 6))
        fields = [f"{source.uniform(0.5, 700):.{decimals}f}" for _ in range(12)]
        volume = source.choice(["1000", "null", "", "1e6"]) if seed % 2 else "123456"
        yahoo.append(",".join((str(day), *fields[:5], volume)) + "\n")
        quandl.append(",".join((str(day), *fields)) + "\n")
    kwargs = {
        "round": source.random() < 0.7,
        "decimals": source.choice((0, 1, 2, 3)),
        "adjclose": source.random() < 0.7,
    }
    for cls, by_rows, lines in (
        (YahooFinanceCSVData, YahooByRows, yahoo),
        (QuandlCSV, QuandlByRows, quandl),
    ):
        text = "".join(lines)
        assert bits(loaded(cls, text, **kwargs)) == bits(loaded(by_rows, text, **kwargs))


@example([0.5, 1.5, 2.5, -0.5, 39.355, 39.345, 1e300, math.inf, math.nan], 2)
@given(
    st.lists(
        st.one_of(
            st.floats(allow_nan=False),
            st.integers(-(10**7), 10**7).map(lambda x: x / 1000),
        ),
        min_size=1,
    ),
    st.integers(-3, 16),
)
def test_rounding_a_column_is_rounding_each_value(values, decimals):
    expected = [struct.pack("d", round(value, decimals)) for value in values]
    with np.errstate(all="ignore"):
        result = rounded(np.array(values), decimals)
    assert [struct.pack("d", value) for value in result.tolist()] == expected


QUANDL = (
    "Date,Open,High,Low,Close,Volume,Ex-Dividend,Split Ratio,"
    "Adj. Open,Adj. High,Adj. Low,Adj. Close,Adj. Volume\n"
    "2003-01-02,4.31,4.50,4.30,4.45,1000.5,0,1,2.155,2.25,2.15,2.225,2001.567\n"
)


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({}, [2.155, 2.25, 2.15, 2.225, 2001.567]),
        ({"adjclose": False}, [4.31, 4.5, 4.3, 4.45, 1000.5]),
        ({"round": True}, [2.15, 2.25, 2.15, 2.23, 2001.57]),
        ({"round": True, "decimals": 1}, [2.2, 2.2, 2.1, 2.2, 2001.6]),
    ],
)
def test_quandl(kwargs, expected):
    feed = loaded(QuandlCSV, QUANDL, **kwargs)
    assert [getattr(feed.lines, name).array[0] for name in NAMES[:5]] == expected


def test_quandl_without_adjusted_prices():
    row = "2003-01-02,4,5,3,4,100\n"
    assert loaded(QuandlCSV, "Date\n" + row, adjclose=False).lines.volume.array[0] == 100.0
    with pytest.raises(DataError, match="too few fields"):
        loaded(QuandlCSV, "Date\n" + row)


def test_factory_reads_below_its_folder(tmp_path):
    (tmp_path / "one.csv").write_text(HEADER + ROW)
    factory = YahooFinanceCSV(basepath=f"{tmp_path}/", sessionend=datetime.time(18))
    feed = factory.getdata("one.csv")
    feed._start()
    feed.preload()
    assert num2date(feed.lines.datetime.array[0]).hour == 18
    assert factory.datas == [feed]
