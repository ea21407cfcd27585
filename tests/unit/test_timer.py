"""Timers: on which bars they go off, and for which moment."""

import datetime
from types import SimpleNamespace

import pytest

import backtrader as bt
from backtrader.timer import SESSION_END, SESSION_START

TIME = datetime.time
MINUTES = [datetime.timedelta(minutes=n) for n in range(241)]
NINE = TIME(9, 0)


def data(**params):
    times = {"sessionstart": TIME(9, 0), "sessionend": TIME(17, 30)}
    return SimpleNamespace(p=SimpleNamespace(**{**times, **params}))


def fired(moments, **params):
    timer = bt.Timer(tid=0, **params)
    timer.start(data())
    return [(moment, timer.lastwhen) for moment in moments if timer.check(bt.date2num(moment))]


EVENING = TIME(17, 30)


def session(*days, step=30, first=NINE, last=EVENING):
    moments = []
    for day in days:
        moment = datetime.datetime(2006, 1, day, first.hour, first.minute)
        while moment.time() <= last and moment.day == day:
            moments.append(moment)
            moment += MINUTES[step]
    return moments


def dates(days, **params):
    """Days on which a timer goes off, of `days` with one bar each."""
    bars = [datetime.datetime.combine(day, TIME(12, 0)) for day in days]
    return [bar.date() for bar, _ in fired(bars, when=NINE, **params)]


def january(*days):
    return [datetime.date(2006, 1, day) for day in days]


def clock(found):
    return [(moment.strftime("%d %H:%M"), when.strftime("%H:%M")) for moment, when in found]


def test_first_bar_at_or_after_the_time():
    assert clock(fired(session(2, 3), when=TIME(11, 10))) == [
        ("02 11:30", "11:10"),
        ("03 11:30", "11:10"),
    ]
    assert fired(session(2, 3), when=TIME(20, 0)) == []


def test_offset_moves_the_time_within_the_day():
    found = fired(session(2), when=TIME(11, 0), offset=-MINUTES[45])
    assert clock(found) == [("02 10:30", "10:15")]
    evening = session(2, 3, first=TIME(0, 0), last=TIME(23, 30))
    assert fired(evening, when=TIME(20, 0), offset=MINUTES[240] + MINUTES[1]) == []


def test_repeat_skips_what_passed_between_bars():
    assert clock(fired(session(2), when=TIME(16, 0), repeat=MINUTES[10])) == [
        ("02 16:00", "16:00"),
        ("02 16:30", "16:10"),
        ("02 17:00", "16:40"),
        ("02 17:30", "17:10"),
    ]


def test_repeat_ends_with_the_day():
    found = fired(
        session(2, 3, first=TIME(0, 0), last=TIME(23, 30)), when=TIME(20, 0), repeat=MINUTES[180]
    )
    assert clock(found) == [(f"0{n} {h}:00", f"{h}:00") for n in (2, 3) for h in (20, 23)]


class West(datetime.tzinfo):
    """Five hours behind UTC."""

    def utcoffset(self, dt):
        return datetime.timedelta(hours=-5)

    def dst(self, dt):
        return datetime.timedelta()

    def tzname(self, dt):
        return "West"


def test_time_in_a_zone():
    found = fired(session(2, 3), when=TIME(5, 0), tzdata=West())
    assert clock(found) == [("02 10:00", "05:00"), ("03 10:00", "05:00")]


def test_repeat_in_a_zone():
    """The step is counted from the local time on, up to the present in UTC, as ever."""
    found = fired(session(2), when=TIME(5, 0), tzdata=West(), repeat=MINUTES[90])
    assert clock(found)[:3] == [("02 10:00", "05:00"), ("02 11:00", "06:00"), ("02 12:00", "07:00")]


def test_weekdays():
    month = january(*range(2, 23))
    assert dates(month, weekdays=[1, 3]) == january(2, 4, 9, 11, 16, 18)


@pytest.mark.parametrize(("carry", "expected"), [(True, (2, 10, 16)), (False, (2, 16))])
def test_weekday_without_a_bar(carry, expected):
    days = january(2, 3, 4, 5, 6, 10, 11, 12, 16)  # Monday 9 is missing
    assert dates(days, weekdays=[1], weekcarry=carry) == january(*expected)


def test_weekend_day_is_carried_into_the_next_week():
    days = january(2, 3, 4, 5, 6, 9, 10, 16, 17)
    assert dates(days, weekdays=[6], weekcarry=True) == january(9, 16)
    assert dates(days, weekdays=[6]) == []


def test_missed_weekday():
    """Even without carrying a missed day takes the next one, at the cost of a later turn."""
    days = january(10, 11, 12, 13)  # from Tuesday to Friday
    assert dates(days, weekdays=[1, 4, 5]) == january(10, 13)


def test_days_of_the_month():
    days = january(2, 3, 13, 16, 17, 30, 31)
    assert dates(days, monthdays=[1]) == january(2)
    assert dates(days, monthdays=[15]) == january(16)
    assert dates(days, monthdays=[15], monthcarry=False) == []
    both = {"monthdays": [1, 2, 3], "weekdays": [2]}
    assert dates(days, **both) == january(3)


def test_allow_has_the_last_word():
    asked = []

    def even(day):
        asked.append(day)
        return day.day % 2 == 0

    assert dates(january(2, 3, 4, 9, 11), weekdays=[1, 3], allow=even) == january(2, 4)
    assert asked == january(2, 4, 9, 11)


def feed(datas, **kwargs):
    path = str(datas / "2006-min-005.txt")
    todate = datetime.datetime(2006, 1, 4)
    params = {"timeframe": bt.TimeFrame.Minutes, "compression": 5, "todate": todate}
    return bt.feeds.BacktraderCSVData(dataname=path, **params, **kwargs)


class Told(bt.Strategy):
    params = (("timers", ()),)

    def __init__(self):
        self.found = {}
        for number, timer in enumerate(self.p.timers):
            self.add_timer(number=number, **timer)

    def notify_timer(self, timer, when, *args, **kwargs):
        now = self.data.datetime.datetime(0)
        self.found.setdefault(kwargs["number"], []).append((now, when, len(self)))


@pytest.mark.parametrize("runonce", [True, False])
def test_session_times_in_a_run(datas, runonce):
    timers = [
        {"when": SESSION_START},
        {"when": SESSION_END, "offset": -MINUTES[31]},
        {"when": SESSION_START, "cheat": True},
        {"when": SESSION_START, "repeat": MINUTES[240]},
    ]
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(datas, sessionstart=TIME(9, 30), sessionend=TIME(17, 0)))
    cerebro.addstrategy(Told, timers=timers)
    found = cerebro.run(runonce=runonce)[0].found
    opening = [datetime.datetime(2006, 1, day, 9, 30) for day in (2, 3)]
    # the strategy is told before its own next
    assert found[0] == [(opening[0], opening[0], 5), (opening[1], opening[1], 107)]
    assert [(x.strftime("%H:%M"), y.strftime("%H:%M")) for x, y, _ in found[1]] == [
        ("16:30", "16:29")
    ] * 2
    assert found[2] == found[0]
    assert [when.hour for _, when, _ in found[3]] == [9, 13] * 2


def test_session_of_another_data(datas):
    class Other(bt.Strategy):
        def __init__(self):
            self.add_timer(when=SESSION_START, tzdata=self.data1)
            self.found = []

        def notify_timer(self, timer, when, *args, **kwargs):
            self.found.append(when)

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(datas, sessionstart=TIME(9, 30)))
    cerebro.adddata(feed(datas, sessionstart=TIME(10, 0)))
    cerebro.addstrategy(Other)
    assert [when.hour for when in cerebro.run()[0].found] == [10, 10]


def test_arguments_are_kept_for_whoever_is_told():
    timer = bt.Timer(1, 2, when=NINE, extra="x")
    assert (timer.args, timer.kwargs, timer.p.when) == ((1, 2), {"extra": "x"}, NINE)
