"""Frames, tables, Parquet files and rows as feeds."""

import datetime
import sys

import pytest

from backtrader import Cerebro
from backtrader.errors import DataError, FeedMissingError, MissingDependencyError
from backtrader.feeds import BlazeData, PandasData
from backtrader.utils import num2date

pandas = pytest.importorskip("pandas")

START = datetime.datetime(2020, 1, 1, 9, 30)
MOMENTS = [START + datetime.timedelta(days=day) for day in range(3)]
CLOSES = [1.5, 2.5, 3.5]


@pytest.fixture
def frame():
    columns = {"Open": [1, 2, 3], "High": [2, 3, 4], "Low": [0.5, 1, 2], "Close": CLOSES}
    return pandas.DataFrame(
        {**columns, "Volume": [10, 20, 30]}, index=pandas.DatetimeIndex(MOMENTS)
    )


def loaded(source, **kwargs):
    feed = source if hasattr(source, "preload") else PandasData(dataname=source, **kwargs)
    feed._start()
    feed.preload()
    assert list(feed.lines.close.array) == CLOSES
    return [num2date(when) for when in feed.lines.datetime.array]


def test_zones_are_taken_to_utc(frame):
    expected = [moment + datetime.timedelta(hours=5) for moment in MOMENTS]
    assert loaded(frame.tz_localize("US/Eastern")) == expected


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_units_of_time(frame, unit):
    assert loaded(frame.set_axis(frame.index.astype(f"datetime64[{unit}]"))) == MOMENTS


def test_index_that_only_numbers_the_rows(frame):
    assert loaded(frame.rename_axis("DateTime").reset_index()) == MOMENTS
    with pytest.raises(DataError, match="parameter datetime"):
        loaded(frame.reset_index())


@pytest.mark.parametrize("kwargs", [{}, {"runonce": False}, {"preload": False}])
def test_cerebro_takes_a_frame_as_it_is(frame, kwargs):
    cerebro = Cerebro(**kwargs)
    feed = cerebro.adddata(frame, name="prices")
    cerebro.run()
    assert isinstance(feed, PandasData)
    assert cerebro.datasbyname["prices"] is feed
    assert (len(feed), feed.close[0]) == (3, 3.5)


def test_anything_that_makes_a_frame_of_itself(frame):
    class Table:
        def to_pandas(self):
            return frame

    assert loaded(Table()) == MOMENTS
    assert isinstance(Cerebro().adddata(Table()), PandasData)


def test_arrow_tables_and_parquet_files(frame, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    assert loaded(pyarrow.Table.from_pandas(frame)) == MOMENTS
    named = frame.rename_axis("datetime").reset_index()
    assert loaded(pyarrow.Table.from_pandas(named, preserve_index=False)) == MOMENTS
    frame.to_parquet(tmp_path / "bars.parquet")
    assert loaded(tmp_path / "bars.parquet") == MOMENTS
    assert loaded(frame.convert_dtypes(dtype_backend="pyarrow")) == MOMENTS
    zoned = named.assign(datetime=named["datetime"].dt.tz_localize("UTC"))
    zoned["datetime"] = zoned["datetime"].astype("timestamp[us, tz=US/Eastern][pyarrow]")
    assert loaded(zoned, datetime="datetime") == MOMENTS
    with pytest.raises(FeedMissingError):
        loaded(tmp_path / "none.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match="no Parquet file"):
        loaded(tmp_path / "broken.parquet")


def test_parquet_without_what_reads_it(monkeypatch, tmp_path):
    for name in ("pyarrow", "fastparquet"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "bars.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingDependencyError, match="pip install pyarrow"):
        loaded(tmp_path / "bars.parquet")


def test_what_is_no_table():
    with pytest.raises(DataError, match="int"):
        loaded(42)


ROWS = [(moment, 1, 2, 0.5, close, 10, 0) for moment, close in zip(MOMENTS, CLOSES, strict=True)]


@pytest.mark.parametrize("source", [ROWS, tuple(ROWS)])
def test_rows_again_and_again(source):
    feed = BlazeData(dataname=source)
    assert loaded(feed) == MOMENTS
    feed.reset()
    assert loaded(feed) == MOMENTS


def test_rows_of_a_generator_and_places():
    rows = ((close, moment.date()) for moment, *_, close, _, _ in ROWS)
    places = {name: -1 for name in ("open", "high", "low", "volume", "openinterest")}
    feed = BlazeData(dataname=rows, datetime=1, close=0, **places)
    assert loaded(feed) == [moment.replace(hour=0, minute=0) for moment in MOMENTS]
    assert feed.lines.open.array[0] != feed.lines.open.array[0]


@pytest.mark.parametrize(
    "row",
    [
        (START, 1, 2, 0.5, None, 10, 0),
        (START, 1, 2, 0.5, "1.5", 10, 0),
        ("2020-01-02", 1, 2, 0.5, 1.5, 10, 0),
        (START, 1, 2, 0.5, 1.5, 10),
    ],
)
def test_broken_row_is_named(row):
    feed = BlazeData(dataname=[*ROWS, row], name="rows")
    with pytest.raises(DataError) as caught:
        loaded(feed)
    assert (caught.value.path, caught.value.line_number) == ("rows", 4)
    assert caught.value.text == repr(row)
