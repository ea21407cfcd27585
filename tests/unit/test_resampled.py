"""All larger bars found at once are those that the resampler makes one by one."""

import datetime
import io

import pytest
from hypothesis import example, given, settings
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


def build(bars, minutes, targets, alone, sessionend, mode):
    """A Cerebro with a feed that is resampled, which is there itself unless `alone`."""
    data = feed(bars, minutes, sessionend)
    cerebro = bt.Cerebro(stdstats=False, **mode)
    if not alone:
        cerebro.adddata(data)
    for options in targets:
        cerebro.resampledata(data, **options)
    cerebro.addstrategy(Diary)
    return cerebro


def outcome(cerebro, stepwise):
    """The diary of a run, the value in the end, and whether the bars were found at once;
    `stepwise`: which they are not.
    """
    unfolded = []
    unfold = setup.unfold
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            setup,
            "unfold",
            lambda it: unfolded.append(None if stepwise else unfold(it)) or unfolded[-1],
        )
        strategy = cerebro.run()[0]
    return repr(strategy.notes), cerebro.broker.getvalue(), any(unfolded)


def run(bars, minutes, targets, alone, sessionend, stepwise, mode=None):
    return outcome(build(bars, minutes, targets, alone, sessionend, mode or {}), stepwise)


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


MODES = [{}, {"runonce": False}, {"runonce": False, "preload": False}]


@st.composite
def sources(draw):
    """Bars of two or three feeds, what is made of each, and whether it is there itself."""
    first, minutes = draw(bar_lists())
    several = [(minutes, first)]
    for _ in range(draw(st.integers(1, 2))):
        if draw(st.booleans()):
            kept = draw(st.sets(st.integers(0, len(several[0][1]) - 1), max_size=3))
            rows = [row for place, row in enumerate(several[0][1]) if place not in kept]
            several.append((several[0][0], rows or several[0][1]))
        else:
            rows, size = draw(bar_lists())
            several.append((size, rows))
    made = [draw(st.lists(targets, max_size=2)) for _ in several]
    alone = [len(each) == 1 and draw(st.booleans()) for each in made]
    return several, made, alone


def _flat(*moments):
    """Bars of one minute that end at these moments, (day, hour, minute)."""
    return 1, [(datetime.datetime(2020, 1, *at), 50.0, 50.5, 49.5, 50.0, 0.0, 0) for at in moments]


# the last bar is the first of its session, and another feed had told that before it came
ALONE_AT_THE_END = (
    [_flat((3, 22, 1), (3, 22, 2), (4, 1, 22))] * 2 + [_flat((3, 22, 1), (4, 1, 21))],
    [[], [{"timeframe": TimeFrame.Minutes, "compression": 5}], []],
    [False, False, False],
)


@settings(max_examples=40, deadline=None)
@given(sources(), st.sampled_from(MODES), st.sampled_from([None, datetime.time(17, 0)]))
@example(ALONE_AT_THE_END, {}, None)
def test_several_sources_are_delivered_as_bar_by_bar(parts, mode, sessionend):
    def cerebro():
        made = bt.Cerebro(stdstats=False, **mode)
        for (minutes, rows), options, alone in zip(*parts, strict=True):
            data = feed(rows, minutes, sessionend)
            if not alone:
                made.adddata(data)
            for each in options:
                made.resampledata(data, **each)
        made.addstrategy(Diary)
        return made

    assert outcome(cerebro(), False)[:2] == outcome(cerebro(), True)[:2]


def minute_bars(count):
    start = datetime.datetime(2020, 1, 6, 9, 30)
    minute = datetime.timedelta(minutes=1)
    return [(start + index * minute, 10, 11, 9, 10, 5, 0) for index in range(count)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("alone", [False, True])
def test_plain_options_are_found_at_once(alone, mode):
    options = {"timeframe": TimeFrame.Minutes, "compression": 60}
    assert run(minute_bars(200), 1, [options], alone, None, False, mode)[2]


@pytest.mark.parametrize("mode", [{"live": True}, {"exactbars": 1}])
def test_what_may_be_long_or_still_grow_is_not_read_ahead(mode):
    options = {"timeframe": TimeFrame.Minutes, "compression": 60}
    assert not run(minute_bars(200), 1, [options], False, None, False, mode)[2]


@pytest.mark.parametrize("mode", MODES)
def test_the_bars_of_two_sources_are_found_at_once(mode):
    cerebro = bt.Cerebro(stdstats=False, **mode)
    for _ in range(2):
        data = feed(minute_bars(200), 1)
        cerebro.adddata(data)
        cerebro.resampledata(data, timeframe=TimeFrame.Days)
    cerebro.addstrategy(Diary)
    assert outcome(cerebro, False)[2]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("alone", [False, True])
def test_bars_to_come_are_not_to_be_seen(alone, mode):
    class Looks(bt.Strategy):
        def next(self):
            assert [data.buflen() for data in self.datas] == [len(data) for data in self.datas]

    options = {"timeframe": TimeFrame.Minutes, "compression": 60}
    cerebro = build(minute_bars(200), 1, [options], alone, None, mode)
    cerebro.addstrategy(Looks)
    cerebro.run()


@pytest.mark.parametrize("alone", [False, True])
def test_what_comes_before_a_broken_row_is_traded_first(alone, tmp_path):
    class Counts(bt.Strategy):
        bars = 0

        def next(self):
            Counts.bars += 1

    rows = [f"{row[0]:%Y-%m-%d %H:%M:%S},1,1,1,1,1,0" for row in minute_bars(200)]
    path = tmp_path / "broken.csv"
    path.write_text("\n".join(["header", *rows, "2020-02-01 09:00:00,1,1,x,1,1,0"]) + "\n")
    cerebro = bt.Cerebro(stdstats=False, runonce=False, preload=False)
    data = bt.feeds.GenericCSVData(dataname=str(path), timeframe=TimeFrame.Minutes)
    if not alone:
        cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=TimeFrame.Minutes, compression=60)
    cerebro.addstrategy(Counts)
    with pytest.raises(bt.errors.DataError, match=r"broken\.csv:202"):
        cerebro.run()
    assert Counts.bars == (3 if alone else 170)


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


@pytest.mark.parametrize("alone", [False, True])
def test_a_timer_takes_the_general_loop_with_the_same_bars(alone):
    class Timed(Diary):
        def __init__(self):
            super().__init__()
            self.add_timer(bt.timer.SESSION_START)

    options = {"timeframe": TimeFrame.Minutes, "compression": 60}
    cerebro = build(minute_bars(200), 1, [options], alone, None, {})
    cerebro.strats.clear()
    cerebro.addstrategy(Timed)
    expected = run(minute_bars(200), 1, [options], alone, None, True)[0]
    assert repr(cerebro.run()[0].notes) == expected
