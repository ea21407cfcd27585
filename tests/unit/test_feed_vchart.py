"""Files of Visual Chart: text, and binary ones made here."""

import datetime
import io
import struct

import pytest

from backtrader import stores
from backtrader.dataseries import TimeFrame
from backtrader.errors import DataError, FeedMissingError
from backtrader.feeds import VChartCSVData, VChartData, VChartFeed, VChartFile
from backtrader.utils import num2date


def date(year, month, day):
    return year * 500 + month * 32 + day


def daily(*days):
    """Records of daily bars; the close is the day."""
    return b"".join(
        struct.pack("<IffffII", date(2003, 1, day), 1, 40, 0.5, day, 10 * day, day) for day in days
    )


def intraday(*minutes):
    """Records of intraday bars of one day; the close is the minute."""
    return b"".join(
        struct.pack("<IIffffII", date(2003, 1, 2), 60 * m + 5, 1, 40, 0.5, m, 10, 3)
        for m in minutes
    )


def loaded(feed):
    feed._start()
    feed.preload()
    return feed


def closes(feed):
    moments = (f"{num2date(when):%d %H:%M:%S}" for when in feed.lines.datetime.array)
    return list(zip(moments, feed.lines.close.array, strict=True))


DAILY = [("02 00:00:00", 2.0), ("03 00:00:00", 3.0)]
INTRADAY = [("02 09:30:05", 570.0), ("02 09:31:05", 571.0)]


def test_extension_tells_what_is_in_the_file(tmp_path):
    (tmp_path / "a.fd").write_bytes(daily(2, 3))
    (tmp_path / "a.min").write_bytes(intraday(570, 571))
    feed = loaded(VChartData(dataname=str(tmp_path / "a.fd"), timeframe=TimeFrame.Minutes))
    assert closes(feed) == DAILY
    assert feed.p.timeframe == TimeFrame.Days
    feed = loaded(VChartData(dataname=str(tmp_path / "a.min")))
    assert closes(feed) == INTRADAY
    assert feed.p.timeframe == TimeFrame.Minutes


@pytest.mark.parametrize(
    ("timeframe", "expected"), [(TimeFrame.Days, DAILY), (TimeFrame.Minutes, INTRADAY)]
)
def test_time_frame_tells_which_file_it_is(tmp_path, timeframe, expected):
    (tmp_path / "a.fd").write_bytes(daily(2, 3))
    (tmp_path / "a.min").write_bytes(intraday(570, 571))
    assert closes(loaded(VChartData(dataname=str(tmp_path / "a"), timeframe=timeframe))) == expected
    raw = (tmp_path / ("a.fd" if expected is DAILY else "a.min")).read_bytes()
    assert closes(loaded(VChartData(dataname=io.BytesIO(raw), timeframe=timeframe))) == expected


def test_one_at_a_time_is_the_same():
    feed = VChartData(dataname=io.BytesIO(daily(2, 3)))
    feed._start()
    feed._feeder = None
    while feed.load():
        pass
    assert closes(feed) == DAILY


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (daily(2)[:-1], "record 1 is cut short"),
        (daily(2, 3)[:-5], "record 2 is cut short"),
        (daily(2, 3, 0), "record 3 has no date"),
        (daily(2) + bytes(28), "record 2 has no date: Y 0, m 0, d 0"),
    ],
)
def test_broken_record_is_named(tmp_path, raw, message):
    path = tmp_path / "a.fd"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=message) as caught:
        loaded(VChartData(dataname=str(path)))
    assert caught.value.path == str(path)


def test_missing_file_and_empty_file(tmp_path):
    with pytest.raises(FeedMissingError):
        VChartData(dataname=str(tmp_path / "a.fd"))._start()
    (tmp_path / "a.fd").write_bytes(b"")
    assert loaded(VChartData(dataname=str(tmp_path / "a.fd"))).buflen() == 0


def test_factory_finds_codes_in_the_folders_of_visual_chart(tmp_path):
    folder = tmp_path / "RealServer" / "Data" / "01" / "0ES"
    folder.mkdir(parents=True)
    (folder / "010ES.fd").write_bytes(daily(2, 3))
    assert closes(loaded(VChartFeed(basepath=str(tmp_path)).getdata("010ES"))) == DAILY


@pytest.fixture
def store(tmp_path):
    stores.VChartFile._singleton = None
    (tmp_path / "0015").mkdir()
    (tmp_path / "0015" / "010015ES.fd").write_bytes(daily(2, 3))
    (tmp_path / "0015" / "010015ES.min").write_bytes(intraday(570, 571))
    yield stores.VChartFile(path=str(tmp_path))
    stores.VChartFile._singleton = None


def test_store_knows_the_folder(store):
    feed = loaded(store.getdata(dataname="015ES", sessionend=datetime.time(17, 30)))
    assert closes(feed) == [("02 17:30:00", 2.0), ("03 17:30:00", 3.0)]
    feed = loaded(VChartFile(dataname="015ES", timeframe=TimeFrame.Minutes))
    assert closes(feed) == INTRADAY
    with pytest.raises(FeedMissingError):
        store.getdata(dataname="016ES")._start()


def test_without_a_folder_the_error_says_what_to_do():
    stores.VChartFile._singleton = None
    try:
        if stores.VChartFile().get_datapath():
            pytest.skip("Visual Chart is installed")
        with pytest.raises(DataError, match="path="):
            VChartFile(dataname="015ES")._start()
    finally:
        stores.VChartFile._singleton = None


def text(*rows):
    return io.StringIO("".join(row + "\n" for row in rows))


def csv(*rows):
    return VChartCSVData(dataname=text(*rows), headers=False, name="x")


def test_text_of_days_and_minutes():
    feed = loaded(csv("S,D,20030102,0,1,40,0.5,2,20,7", "S,D,20030103,0,1,40,0.5,3,30,7"))
    assert closes(feed) == [("02 23:59:59", 2.0), ("03 23:59:59", 3.0)]
    assert feed._timeframe == TimeFrame.Days
    feed = loaded(csv("S,I,20030102,93005,1,40,0.5,570,20,7", "S,I,20030102,093105,1,2,1,571,2,7"))
    assert closes(feed) == INTRADAY
    assert feed._timeframe == TimeFrame.Minutes


def test_text_of_mixed_kinds_is_read_line_by_line():
    feed = loaded(csv("S,W,20030102,,1,40,0.5,2,20,7", "S,I,20030103,900,1,40,0.5,3,30,7"))
    assert closes(feed) == [("02 23:59:59", 2.0), ("03 00:09:00", 3.0)]


@pytest.mark.parametrize(
    "row",
    [
        "S,X,20030102,0,1,2,0.5,1.5,10,3",
        "S,D,20030102,0,1,2,0.5,1.5,10",
        "S,D,20031302,0,1,2,0.5,1.5,10,3",
        "S,I,20030102,250000,1,2,0.5,1.5,10,3",
        "S,D",
    ],
)
def test_broken_line_is_named(row):
    with pytest.raises(DataError) as caught:
        loaded(csv("S,D,20030102,0,1,40,0.5,2,20,7", row))
    assert (caught.value.line_number, caught.value.text) == (2, row)
