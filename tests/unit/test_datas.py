"""The sample data are what their generator writes."""

import datetime
import importlib.util
import sys

import pytest


@pytest.fixture(scope="module")
def generator(root):
    """Return the generator as a module."""
    spec = importlib.util.spec_from_file_location("make_datas", root / "tools" / "make_datas.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    yield spec.loader.exec_module(module) or module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def written(generator, tmp_path_factory):
    """Return the folder and names of files written anew."""
    folder = tmp_path_factory.mktemp("datas")
    return folder, sorted(path.name for path in generator.write(folder))


def test_the_generator_writes_the_same_bytes(written, datas):
    folder, names = written
    assert [n for n in names if (folder / n).read_bytes() != (datas / n).read_bytes()] == []


def test_there_is_no_other_file(written, datas):
    assert sorted(path.name for path in datas.iterdir()) == written[1]


def test_the_data_stay_small(datas):
    assert sum(path.stat().st_size for path in datas.iterdir()) < 3_000_000


def rows(path):
    lines = path.read_text(encoding="ascii").splitlines()
    return [line.split(",") for line in lines[1:]]


@pytest.mark.parametrize(
    ("name", "first_price"),
    [
        ("2005-2006-day-001.txt", 1),
        ("2006-day-002.txt", 1),
        ("2006-week-001.txt", 1),
        ("2006-min-005.txt", 2),
        ("yhoo-1996-2014.txt", 1),
        ("nvda-1999-2014.txt", 1),
    ],
)
def test_high_and_low_enclose_open_and_close(datas, name, first_price):
    for row in rows(datas / name):
        first, high, low, last = map(float, row[first_price : first_price + 4])
        assert 0 < low <= min(first, last)
        assert max(first, last) <= high


@pytest.mark.parametrize(
    "name", ["2005-2006-day-001.txt", "2006-day-002.txt", "orcl-1995-2014.txt"]
)
def test_dates_ascend_on_weekdays(datas, name):
    days = [datetime.date.fromisoformat(row[0]) for row in rows(datas / name)]
    assert days == sorted(set(days))
    assert {day.weekday() for day in days} == set(range(5))


def test_the_second_index_lacks_days_of_the_first(datas):
    one, two = ({row[0] for row in rows(datas / f"2006-day-00{n}.txt")} for n in (1, 2))
    assert two < one


def test_some_bars_are_flat(datas):
    assert any(len(set(row[1:5])) == 1 for row in rows(datas / "2005-2006-day-001.txt"))


def test_splits_part_close_from_adjusted_close(datas):
    ratios = {round(float(row[4]) / float(row[5])) for row in rows(datas / "orcl-1995-2014.txt")}
    assert ratios == {1, 2, 4, 8}
