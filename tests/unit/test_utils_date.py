"""Dates as numbers. Expected numbers and digests were printed by upstream 1.9.78.123."""

import copy
import datetime
import hashlib
import pickle
import random
import zoneinfo

import pytest

from backtrader.errors import TimeZoneError
from backtrader.utils import date as dates
from backtrader.utils import dateintern

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")

# moment, date2num in hexadecimal, num2date of it, time2num of its time of day
KNOWN = [
    ("0001-01-01T00:00:00", "0x1.0000000000000p+0", "0001-01-01T00:00:00", "0x0.0p+0"),
    (
        "0001-02-17T14:28:58.265000",
        "0x1.84d3deb7595e6p+5",
        "0001-02-17T14:28:58.265000",
        "0x1.34f7add657980p-1",
    ),
    ("1970-01-01T00:00:00", "0x1.5f27600000000p+19", "1970-01-01T00:00:00", "0x0.0p+0"),
    ("1999-12-31T23:59:59", "0x1.6480ffffe7ba3p+19", "1999-12-31T23:59:59", "0x1.fffe7ba375f32p-1"),
    ("2005-01-03T09:05:00", "0x1.6565ac1c71c72p+19", "2005-01-03T09:05:00", "0x1.838e38e38e38ep-2"),
    (
        "2006-01-02T23:59:59.999990",
        "0x1.65933ffffffffp+19",
        "2006-01-02T23:59:59.999989",
        "0x1.ffffffff017bcp-1",
    ),
    ("2010-02-03T16:53:50", "0x1.664dd68795cebp+19", "2010-02-03T16:53:50", "0x1.68795ceb24079p-1"),
    (
        "2016-07-01T12:34:56.789000",
        "0x1.677250c6ce815p+19",
        "2016-07-01T12:34:56.788999",
        "0x1.0c6ce81517c73p-1",
    ),
    ("2020-02-29T17:30:00", "0x1.6819975555555p+19", "2020-02-29T17:30:00", "0x1.7555555555556p-1"),
    (
        "2024-03-10T07:00:00.000001",
        "0x1.68d1695555555p+19",
        "2024-03-10T07:00:00",
        "0x1.2aaaaaaadd91fp-2",
    ),
]


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def digest_of(text_of, seed: int) -> str:
    """Return the SHA-256 of a function's texts over 20,000 moments, half of them of this era."""
    source = random.Random(seed)
    seen = hashlib.sha256()
    for _ in range(20000):
        if source.random() < 0.5:
            days = int(715000 + 30000 * source.random())
        else:
            days = 1 + int(3652058 * source.random())
        microseconds = int(86400000000 * source.random())
        if source.random() < 0.4:
            microseconds -= microseconds % 1000000
        at = datetime.datetime.min + datetime.timedelta(days - 1, 0, microseconds)
        seen.update(text_of(at).encode())
    return seen.hexdigest()


class FixedOffset(datetime.tzinfo):
    """Be one hour ahead of UTC, without ``localize``, with room for it."""

    def utcoffset(self, dt):
        return datetime.timedelta(hours=1)

    def dst(self, dt):
        return datetime.timedelta(0)

    def tzname(self, dt):
        return "ONE"


@pytest.mark.parametrize(("text", "number", "_back", "_time"), KNOWN)
def test_date2num(text, number, _back, _time):
    assert dates.date2num(moment(text)).hex() == number


@pytest.mark.parametrize(("_text", "number", "back", "_time"), KNOWN)
def test_num2date(_text, number, back, _time):
    assert dates.num2date(float.fromhex(number)).isoformat() == back


@pytest.mark.parametrize(("text", "_number", "_back", "fraction"), KNOWN)
def test_time2num(text, _number, _back, fraction):
    assert dates.time2num(moment(text).time()).hex() == fraction


def test_date2num_of_many():
    digest = digest_of(lambda at: dates.date2num(at).hex(), 11)
    assert digest == "2d77f39dad5172d4c47facc02f58efa6c4fe6b5a285672d6bd523bf8a1d00bc8"


def test_num2date_of_many():
    digest = digest_of(lambda at: dates.num2date(dates.date2num(at)).isoformat(), 12)
    assert digest == "a74330e220e79867b2f5c07db564969ad235ebda3a5e59c98784c28e3d3d90f0"


def test_time2num_of_many():
    digest = digest_of(lambda at: dates.time2num(at.time()).hex(), 13)
    assert digest == "fe58922e4e7e50d7b783959d33e770b2d22283daa91417db965e8819b7c91bcd"


def test_date2num_of_a_date_is_its_ordinal():
    assert dates.date2num(datetime.date(2016, 7, 1)) == 736146.0


def test_num2dt():
    assert dates.num2dt(736146.75) == datetime.date(2016, 7, 1)


def test_num2time():
    assert dates.num2time(736146.75) == datetime.time(18, 0)


def test_num2dt_in_a_zone():
    assert dates.num2dt(736146.0, NEW_YORK) == datetime.date(2016, 6, 30)


def test_num2time_in_a_zone_is_naive():
    assert dates.num2time(736146.0, NEW_YORK, naive=False) == datetime.time(20, 0)


@pytest.mark.parametrize("number", [0, 0.5, -1, 3652060.0, float("nan")])
def test_num2date_refuses_what_is_no_date(number):
    with pytest.raises(ValueError):
        dates.num2date(number)


def test_num2date_rounds_the_last_microseconds_up():
    assert dates.num2date(735964.9999999999) == moment("2016-01-01T23:59:59.999989")
    assert dates.num2date(735964.99999999995) == moment("2016-01-02T00:00:00")


def test_num2date_with_a_zone_is_naive_wall_clock_time():
    number = dates.date2num(moment("2016-07-01T12:30:00"))
    assert dates.num2date(number, tz=NEW_YORK) == moment("2016-07-01T08:30:00")


def test_num2date_with_a_zone_can_be_aware():
    number = dates.date2num(moment("2016-07-01T12:30:00"))
    at = dates.num2date(number, tz=NEW_YORK, naive=False)
    assert (at.tzinfo, at.hour) == (NEW_YORK, 8)


def test_num2date_without_a_zone_is_naive_in_any_case():
    assert dates.num2date(736146.5, naive=False).tzinfo is None


def test_carry_into_a_leap_of_the_clock():
    number = dates.date2num(moment("2016-03-13T06:59:59.999995"))
    assert dates.num2date(number, tz=NEW_YORK) == moment("2016-03-13T02:00:00")


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        (NEW_YORK, 4),
        (datetime.timezone(datetime.timedelta(hours=5, minutes=30)), -5.5),
        (dates.UTC, 0),
    ],
)
def test_date2num_of_an_aware_moment_is_utc(zone, hours):
    naive = moment("2016-07-01T12:30:00")
    expected = dates.date2num(naive + datetime.timedelta(hours=hours))
    assert dates.date2num(naive.replace(tzinfo=zone)) == expected


def test_date2num_takes_a_zone_with_localize():
    class Zone:
        def localize(self, dt):
            return dt.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-2)))

    at = moment("2016-07-01T12:30:00")
    assert dates.date2num(at, tz=Zone()) == dates.date2num(at.replace(hour=14))


def test_date2num_takes_a_zone_without_localize():
    at = moment("2016-07-01T12:30:00")
    assert dates.date2num(at, tz=NEW_YORK) == dates.date2num(at.replace(hour=16))


def test_localizer_gives_a_zone_the_method():
    zone = FixedOffset()
    assert dates.Localizer(zone) is zone
    assert zone.localize(moment("2016-07-01")) == moment("2016-07-01T00:00:00+01:00")


def test_localizer_of_none_is_none():
    assert dates.Localizer(None) is None


def test_localizer_refuses_what_is_no_zone():
    with pytest.raises(TimeZoneError, match="5 is not a time zone"):
        dates.Localizer(5)


@pytest.mark.parametrize(
    ("text", "offset_hours"),
    [
        ("2016-11-06T00:30:00", -4),
        ("2016-11-06T01:30:00", -5),  # shown twice: standard time
        ("2016-03-13T02:30:00", -5),  # leapt over: standard time
        ("2016-03-13T03:30:00", -4),
    ],
)
def test_localize_at_changes_of_the_clock(text, offset_hours):
    zone = dates.tzparse(NEW_YORK)
    assert zone.localize(moment(text)).utcoffset() == datetime.timedelta(hours=offset_hours)


def test_wrapped_zone_converts_as_the_zone():
    number = dates.date2num(moment("2016-11-06T05:30:00"))
    assert dates.num2date(number, dates.tzparse(NEW_YORK)) == moment("2016-11-06T01:30:00")


def test_wrapped_zone_pickles():
    zone = pickle.loads(pickle.dumps(dates.tzparse(NEW_YORK)))
    assert zone.localize(moment("2016-07-01")).utcoffset() == datetime.timedelta(hours=-4)


def test_tzparse_of_none_is_none():
    assert dates.tzparse(None) is None


@pytest.mark.parametrize(
    ("name", "hours"), [("America/New_York", -5), ("CST", -6), ("Asia/Tokyo", 9)]
)
def test_tzparse_of_a_name(name, hours):
    zone = dates.tzparse(name)
    assert zone.localize(moment("2016-01-04")).utcoffset() == datetime.timedelta(hours=hours)


@pytest.mark.parametrize("builtin", [TimeZoneError, AttributeError, ValueError])
def test_tzparse_refuses_an_unknown_name(builtin):
    with pytest.raises(builtin, match="unknown time zone 'No/Where'"):
        dates.tzparse("No/Where")


@pytest.mark.parametrize("zone", [dates.UTC, dates.TZLocal])
def test_the_two_zones_stay_themselves(zone):
    assert pickle.loads(pickle.dumps(zone)) is zone
    assert copy.deepcopy(zone) is zone


def test_local_zone_uses_the_offsets_of_the_system():
    offsets = {dates.TZLocal.utcoffset(datetime.datetime(2016, month, 1)) for month in (1, 7)}
    assert offsets <= {dateintern.STDOFFSET, dateintern.DSTOFFSET}


def test_local_zone_round_trip():
    at = moment("2016-01-15T12:00:00")
    number = dates.date2num(at, tz=dates.TZLocal)
    assert dates.num2date(number, tz=dates.TZLocal) == at
