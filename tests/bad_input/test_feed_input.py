"""Broken text feeds: each is a clear error, and nothing half-loaded is left to trade on."""

import io
import logging

import pytest

from backtrader.errors import DataError, FeedMissingError
from backtrader.feeds import BacktraderCSVData, GenericCSVData

HEADER = "date,open,high,low,close,volume,openinterest\n"
GOOD = "2020-01-02 10:00:00,1,2,0.5,1.5,100,7\n"
LATER = "2020-01-03 10:00:00,2,3,1.5,2.5,200,8\n"

BROKEN = {
    "too few fields": "2020-01-03 10:00:00,1,2\n",
    "no number": "2020-01-03 10:00:00,x,2,0.5,1.5,100,7\n",
    "no date": "2020-13-03 10:00:00,1,2,0.5,1.5,100,7\n",
    "31 February": "2020-02-31 10:00:00,1,2,0.5,1.5,100,7\n",
    "NUL byte": "2020-01-03 10:00:00,1,2,0.5,1.\x005,100,7\n",
    "blank line": "\n",
}


def made(text, cls=GenericCSVData, **kwargs):
    feed = cls(dataname=io.StringIO(text), name="x", **kwargs)
    feed._start()
    return feed


@pytest.mark.parametrize("kind", BROKEN)
def test_row_is_named_and_nothing_is_loaded(tmp_path, kind):
    path = tmp_path / "broken.csv"
    path.write_text(HEADER + GOOD + BROKEN[kind] + LATER)
    feed = GenericCSVData(dataname=path)
    feed._start()
    with pytest.raises(DataError) as caught:
        feed.preload()
    assert caught.value.path == str(path)
    assert caught.value.line_number == 3
    assert caught.value.text == BROKEN[kind].rstrip("\n")
    assert feed.buflen() == 0


@pytest.mark.parametrize("kind", BROKEN)
def test_one_at_a_time_the_rows_before_come_first(kind):
    feed = made(HEADER + GOOD + BROKEN[kind])
    assert feed.load()
    with pytest.raises(DataError) as caught:
        feed.load()
    assert caught.value.line_number == 3


@pytest.mark.parametrize("row", ["2020-01-03,1,2,3,4,5\n", "2020-1-3,1,2,3,4,5,6\n", "\n"])
def test_own_format(row):
    feed = made(HEADER + "2020-01-02,1,2,3,4,5,6\n" + row, BacktraderCSVData)
    with pytest.raises(DataError) as caught:
        feed.preload()
    assert caught.value.line_number == 3


def test_missing_file():
    with pytest.raises(FeedMissingError) as caught:
        GenericCSVData(dataname="/nowhere/x.csv")._start()
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.filename == "/nowhere/x.csv"


@pytest.mark.parametrize("headers", [True, False])
def test_empty_file(headers):
    feed = GenericCSVData(dataname=io.StringIO(""), name="x", headers=headers)
    with pytest.raises(DataError, match="empty"):
        feed._start()
        feed.preload()


def test_not_utf8(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes((HEADER + GOOD).encode() + b"\xe9,\n")
    feed = GenericCSVData(dataname=str(path))
    with pytest.raises(DataError) as caught:
        feed._start()
        feed.preload()
    assert caught.value.line_number == 3


@pytest.mark.parametrize("preload", [True, False])
def test_out_of_order_is_said_once(caplog, preload):
    feed = made(HEADER + LATER + GOOD + LATER + GOOD)
    with caplog.at_level(logging.WARNING, "backtrader"):
        if preload:
            feed.preload()
        else:
            while feed.load():
                pass
    assert feed.buflen() == 4
    assert len(caplog.records) == 1


def test_rubbish_after_the_last_wanted_day_is_not_read(tmp_path):
    import datetime

    feed = made(
        HEADER + GOOD + LATER + "rubbish\n",
        todate=datetime.datetime(2020, 1, 2, 23, 59, 59, 999999),
    )
    feed.preload()
    assert list(feed.lines.close.array) == [1.5]
