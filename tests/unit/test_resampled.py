"""All larger bars found at once are those that the resampler makes one by one."""

import datetime
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrader as bt
from backtrader._engine import setup

TimeFrame = bt.TimeFrame


class Diary(bt.Strategy):
    """Notes all that it sees."""

    def __init__(self):
        self.notes = []
        self.means = [bt.ind.SMA(data, period=3) for data in self.datas]

    def note(self, phase):
        bars = [[len(data), *(line[0] for line in data.lines)] for data in self.datas if len(data)]
        means = [mean[0] for mean in self.means if len(mean)]
        self.notes.append((phase, len(self), self.datetime[0], bars, means, self.position.size))

    def prenext(self):
        self.note("prenext")

    def nextstart(self):
        self.note("nextstart")

    def next(self):
        self.note("next")
        assert self.data.buflen() == len(self.data)
        if len(self) % 7 == 0:
            self.buy()
        elif len(self) % 5 == 0:
            self.close()

    def notify_order(self, order):
        self.notes.append((order.status, order.executed.price, len(self)))


def feed(bars, minutes, sessionend=None):
    lines = ["datetime,open,high,low,close,volume,openinterest"]
    lines += [",".join([f"{bar[0]:%Y-%m-%d %H:%M:%S}", *map(str, bar[1:])]) for bar in bars]
    return bt.feeds.GenericCSVData(
        dataname=io.StringIO("\n".join(lines) + "\n"),
        dtformat="%Y-%m-%d %H:%M:%S",
        timeframe=TimeFrame.Minutes,
        compression=minutes,
        sessionend=sessionend,
    )


def run(bars, minutes, targets, alone, sessionend, stepwise):
    """The diary of a run, the value in the end, and whether the bars were found at once."""
    data = feed(bars, minutes, sessionend)
    cerebro = bt.Cerebro(stdstats=False)
    if not alone:
        cerebro.adddata(data)
    for options in targets:
        cerebro.resampledata(data, **options)
    cerebro.addstrategy(Diary)
    if stepwise:
        cerebro.p.runonce = False
    unfolded = []
    unfold = setup.unfold
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setup, "unfold", lambda it: unfolded.append(unfold(it)) or unfolded[-1])
        strategy = cerebro.run()[0]
    return repr(strategy.notes), cerebro.broker.getvalue(), unfolded[0] is not None


@st.composite
def bar_lists(draw):
    """Bars that rise in time by whole bars with gaps of all sizes, and the minutes of a bar."""
    minutes = draw(st.sampled_from([1, 5, 15, 60]))
    gaps = st.sampled_from([1] * 12 + [2, 3, 30, 200, 1500])
    price = st.floats(50, 150).map(lambda x: round(x, 2))
    moment = datetime.datetime(2020, 1, 3, 22, 0)
    bars = []
    for gap, opening, close, volume in draw(
        st.lists(st.tuples(gaps, price, price, st.floats(0, 99)), min_size=2, max_size=60)
    ):
        moment += datetime.timedelta(minutes=gap * minutes)
        high, low = max(opening, close) + 0.5, min(opening, close) - 0.5
        bars.append((moment, opening, high, low, close, volume, 0))
    return bars, minutes


targets = st.fixed_dictionaries(
    {
        "timeframe": st.sampled_from(
            [TimeFrame.Minutes] * 4 + [TimeFrame.Days, TimeFrame.Weeks, TimeFrame.Months]
        )
    },
    optional={
        "adjbartime": st.booleans(),
        "rightedge": st.booleans(),
        "bar2edge": st.booleans(),
        "boundoff": st.sampled_from([0, 1]),
    },
).flatmap(
    lambda options: st.sampled_from([5, 15, 60, 240]).map(
        lambda size: {
            **options,
            "compression": size if options["timeframe"] == TimeFrame.Minutes else 1,
        }
    )
)


@settings(max_examples=60, deadline=None)
@given(
    bar_lists(),
    st.lists(targets, min_size=1, max_size=2),
    st.sampled_from([None, datetime.time(17, 0)]),
)
def test_clones_are_delivered_as_bar_by_bar(bars, options, sessionend):
    at_once = run(*bars, options, False, sessionend, False)
    stepwise = run(*bars, options, False, sessionend, True)
    assert at_once[:2] == stepwise[:2]
    assert not stepwise[2]


@settings(max_examples=40, deadline=None)
@given(bar_lists(), targets, st.sampled_from([None, datetime.time(17, 0)]))
def test_a_feed_that_is_resampled_itself_is_delivered_as_bar_by_bar(bars, options, sessionend):
    at_once = run(*bars, [options], True, sessionend, False)
    assert at_once[:2] == run(*bars, [options], True, sessionend, True)[:2]


def minute_bars(count):
    start = datetime.datetime(2020, 1, 6, 9, 30)
    minute = datetime.timedelta(minutes=1)
    return [(start + index * minute, 10, 11, 9, 10, 5, 0) for index in range(count)]


@pytest.mark.parametrize("alone", [False, True])
def test_plain_options_are_found_at_once(alone):
    options = {"timeframe": TimeFrame.Minutes, "compression": 60}
    assert run(minute_bars(200), 1, [options], alone, None, False)[2]


def test_a_feed_without_edges_is_left_to_the_resampler():
    options = {"timeframe": TimeFrame.Minutes, "compression": 60, "bar2edge": False}
    assert not run(minute_bars(200), 1, [options], False, None, False)[2]


def test_a_run_that_is_stopped_leaves_no_later_bars():
    class Stops(bt.Strategy):
        def next(self):
            if len(self.data) == 100:
                self.env.runstop()

    data = feed(minute_bars(200), 1)
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(data)
    hours = cerebro.resampledata(data, timeframe=TimeFrame.Minutes, compression=60)
    cerebro.addstrategy(Stops)
    cerebro.run()
    assert (data.buflen(), hours.buflen()) == (100, 2)


def test_a_timer_takes_the_general_loop_with_the_same_bars():
    class Timed(Diary):
        def __init__(self):
            super().__init__()
            self.add_timer(bt.timer.SESSION_START)

    data = feed(minute_bars(200), 1)
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=TimeFrame.Minutes, compression=60)
    cerebro.addstrategy(Timed)
    options = {"timeframe": TimeFrame.Minutes, "compression": 60}
    expected = run(minute_bars(200), 1, [options], False, None, True)[0]
    assert repr(cerebro.run()[0].notes) == expected
