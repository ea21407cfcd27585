"""Text feeds: what is loaded, and that the fast way by columns loads what the way by rows does."""

import datetime
import gzip
import io
import random
import struct

import pytest

from backtrader._kernels import csv
from backtrader.dataseries import TimeFrame
from backtrader.feeds import BacktraderCSVData, GenericCSVData
from backtrader.utils import date2num

HEADER = "date,open,high,low,close,volume,openinterest\n"
ROWS = "2020-01-02 10:00:00,1,2,0.5,1.5,100,7\n2020-01-03 10:00:00,2,3,1.5,2.5,200,8\n"


class ByRows(GenericCSVData):
    """Overrides the row hook, so that columns cannot be used."""

    def _loadline(self, linetokens):
        return super()._loadline(linetokens)


def loaded(cls=GenericCSVData, text=HEADER + ROWS, **kwargs):
    feed = cls(dataname=io.StringIO(text), name="x", **kwargs)
    feed._start()
    feed.preload()
    return {
        name: list(line.array)
        for name, line in zip(feed.lines._getlines(), feed.lines, strict=True)
    }


def bits(columns):
    return {name: [struct.pack("d", value) for value in values] for name, values in columns.items()}


def test_values_and_times_of_minutes():
    columns = loaded(timeframe=TimeFrame.Minutes)
    assert columns["close"] == [1.5, 2.5]
    assert columns["openinterest"] == [7.0, 8.0]
    moments = [datetime.datetime(2020, 1, day, 10) for day in (2, 3)]
    assert columns["datetime"] == [date2num(moment) for moment in moments]


def test_days_move_to_the_end_of_the_session_unless_later():
    early = loaded(sessionend=datetime.time(17, 30))
    assert early["datetime"] == [date2num(datetime.datetime(2020, 1, d, 17, 30)) for d in (2, 3)]
    late = loaded(sessionend=datetime.time(9))
    assert late["datetime"] == [date2num(datetime.datetime(2020, 1, d, 10)) for d in (2, 3)]


LAYOUTS = {
    "plain": {},
    "fraction": {"dtformat": "%Y-%m-%d %H:%M:%S.%f"},
    "compact": {"dtformat": "%Y%m%d%H%M%S"},
    "slow": {"dtformat": "%d-%b-%y %I:%M:%S %p"},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("timeframe", [TimeFrame.Minutes, TimeFrame.Days])
def test_columns_equal_rows(layout, timeframe):
    source = random.Random(layout)
    start = datetime.datetime(1999, 12, 30)
    dtformat = LAYOUTS[layout].get("dtformat", "%Y-%m-%d %H:%M:%S")
    lines = [HEADER]
    for _ in range(300):
        start += datetime.timedelta(seconds=source.randint(1, 90000))
        prices = ",".join(f"{source.uniform(0, 1000):.{source.randint(0, 6)}f}" for _ in range(4))
        lines.append(
            f"{start.strftime(dtformat)},{prices},{source.choice(['', '1e3', '12', '-4'])},0\n"
        )
    text = "".join(lines)
    kwargs = {**LAYOUTS[layout], "timeframe": timeframe, "nullvalue": 0.0}
    fast = loaded(text=text, **kwargs)
    assert len(fast["close"]) == 300
    assert bits(fast) == bits(loaded(ByRows, text, **kwargs))


@pytest.mark.parametrize("dtformat", [1, 2])
def test_seconds_since_1970(dtformat):
    text = "h\n1577959200,1,2,0.5,1.5,100,7\n"
    columns = loaded(text=text, dtformat=dtformat, timeframe=TimeFrame.Minutes)
    assert columns["datetime"] == [date2num(datetime.datetime(2020, 1, 2, 10))]


def test_fraction_of_a_second_since_1970_equals_rows():
    stamps = [1577959200.9999996, 1577959200.1234565, 1577959200.1234575, 31536000.5]
    text = "h\n" + "".join(f"{stamp!r},1,2,0.5,1.5,100,7\n" for stamp in stamps)
    kwargs = {"text": text, "dtformat": 2, "timeframe": TimeFrame.Ticks}
    assert bits(loaded(**kwargs)) == bits(loaded(ByRows, **kwargs))


def test_function_for_dates():
    text = "h\n20200102,1,2,0.5,1.5,100,7\n"
    columns = loaded(
        text=text,
        dtformat=lambda field: datetime.datetime.strptime(field, "%Y%m%d"),
        timeframe=TimeFrame.Minutes,
    )
    assert columns["datetime"] == [date2num(datetime.datetime(2020, 1, 2))]


def test_time_in_a_column_of_its_own():
    text = "h\n2020-01-02,10:11:12,1,2,0.5,1.5,100,7\n"
    order = ("time", "open", "high", "low", "close", "volume", "openinterest")
    columns = loaded(
        text=text,
        dtformat="%Y-%m-%d",
        timeframe=TimeFrame.Minutes,
        **{name: index for index, name in enumerate(order, 1)},
    )
    assert columns["datetime"] == [date2num(datetime.datetime(2020, 1, 2, 10, 11, 12))]
    assert columns["open"] == [1.0]


def test_missing_columns_hold_the_null_value():
    columns = loaded(openinterest=-1, volume=None, nullvalue=3.0)
    assert columns["volume"] == columns["openinterest"] == [3.0, 3.0]


def test_further_line():
    class WithRatio(GenericCSVData):
        lines = ("ratio",)
        params = (("ratio", 7),)

    columns = loaded(WithRatio, HEADER + "2020-01-02 10:00:00,1,2,0.5,1.5,100,7,9.5\n")
    assert columns["ratio"] == [9.5]


def test_overridden_loadline_is_asked():
    class Doubled(GenericCSVData):
        def _loadline(self, linetokens):
            taken = super()._loadline(linetokens)
            self.lines.close[0] *= 2
            return taken

    assert loaded(Doubled)["close"] == [3.0, 5.0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_gzip_and_byte_order_mark(tmp_path, end):
    plain = loaded()
    path = tmp_path / "x.csv"
    path.write_bytes(gzip.compress(("\ufeff" + HEADER + ROWS).replace("\n", end).encode()))
    feed = GenericCSVData(dataname=str(path))
    feed._start()
    feed.preload()
    assert list(feed.lines.close.array) == plain["close"]
    assert feed._name == "x"


def test_bytes_from_memory():
    feed = GenericCSVData(dataname=io.BytesIO((HEADER + ROWS).encode()), name="x")
    feed._start()
    feed.preload()
    assert list(feed.lines.close.array) == [1.5, 2.5]


def test_dates_from_and_to():
    assert loaded(fromdate=datetime.datetime(2020, 1, 3))["close"] == [2.5]
    assert loaded(todate=datetime.date(2020, 1, 2))["close"] == [1.5]


def test_stream_that_cannot_be_read_ahead_goes_row_by_row():
    class Pipe(io.StringIO):
        def seekable(self):
            return False

    feed = GenericCSVData(dataname=Pipe(HEADER + ROWS), name="x")
    feed._start()
    assert feed._feeder is None
    assert feed.load() and feed.load() and not feed.load()
    assert list(feed.lines.close.array) == [1.5, 2.5]


def test_one_at_a_time_delivers_the_same():
    feed = GenericCSVData(dataname=io.StringIO(HEADER + ROWS), name="x")
    feed._start()
    closes = []
    while feed.load():
        closes.append(feed.lines.close[0])
    assert closes == [1.5, 2.5]


@pytest.mark.parametrize("name", ["2006-day-001.txt", "2006-min-005.txt"])
def test_sample_data_by_columns_and_rows(datas, name):
    class Rows(BacktraderCSVData):
        def _loadline(self, linetokens):
            return super()._loadline(linetokens)

    text = (datas / name).read_text()
    fast = loaded(BacktraderCSVData, text)
    assert len(fast["close"]) == text.count("\n") - 1
    assert bits(fast) == bits(loaded(Rows, text))


def test_number_kernel_equals_float():
    source = random.Random(5)
    odd = [
        "0",
        ".5",
        "5.",
        "1e3",
        "-1",
        "-0.0",
        "+3",
        "1_0",
        " 1",
        "nan",
        "inf",
        "9" * 15,
        "9" * 16,
    ]
    for _ in range(2000):
        texts = [
            source.choice(odd)
            if source.random() < 0.1
            else f"{source.uniform(0, 10 ** source.randint(-3, 8)):.{source.randint(0, 6)}f}"
            for _ in range(source.randint(1, 5))
        ]
        raw = "".join(f"a,{text}\n" for text in texts).encode()
        table = csv.split_table(raw, ",")
        assert table is not None
        got = csv.numbers(table, 1, None).tolist()
        assert [struct.pack("d", x) for x in got] == [struct.pack("d", float(x)) for x in texts]


@pytest.mark.parametrize("text", [".", "1.2.3", "x", "", "1\x00", "١.5x"])
def test_number_kernel_refuses(text):
    table = csv.split_table(f"a,{text}\n".encode(), ",")
    assert table is not None
    with pytest.raises(ValueError):
        csv.numbers(table, 1, None)


def test_lines_out_of_step_are_no_table():
    assert csv.split_table(b"a,b\nc\nd,e,f\n", ",") is None
