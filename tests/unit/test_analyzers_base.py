"""Analyzers: who drives them, in which order, and the periods of those that work by time."""

import datetime
import io
from collections import OrderedDict

import pytest

import backtrader as bt
from backtrader.errors import MissingDependencyError

DAY = "2006-day-001.txt"


def feed(datas, name=DAY, **kwargs):
    return bt.feeds.BacktraderCSVData(dataname=str(datas / name), **kwargs)


def run(datas, *analyzers, strategy=bt.Strategy, cerebro=None, data=None, **kwargs):
    cerebro = cerebro or bt.Cerebro(stdstats=False)
    if data is None:
        data = feed(datas, todate=datetime.datetime(2006, 1, 11))
    cerebro.adddata(data)
    cerebro.addstrategy(strategy)
    for analyzer, params in analyzers:
        cerebro.addanalyzer(analyzer, **params)
    return cerebro.run(**kwargs)[0]


class Log(bt.Analyzer):
    """Note each call under the name of the class."""

    calls: list = []

    def note(self, what):
        self.calls.append((type(self).__name__, what))

    def create_analysis(self):
        self.note("create")
        super().create_analysis()

    def start(self):
        self.note("start")

    def prenext(self):
        self.note("prenext")

    def nextstart(self):
        self.note("nextstart")

    def next(self):
        self.note("next")

    def stop(self):
        self.note("stop")

    def notify_cashvalue(self, cash, value):
        self.note("cashvalue")

    def notify_fund(self, cash, value, fundvalue, shares):
        self.note("fund")


class Child(Log):
    pass


class Parent(Log):
    def __init__(self):
        self.child = Child()


@pytest.mark.parametrize("runonce", [True, False])
def test_children_come_before_their_parent(datas, runonce):
    class Late(bt.Strategy):
        def __init__(self):
            bt.ind.SMA(period=3)

    Log.calls.clear()
    strategy = run(datas, (Parent, {}), strategy=Late, runonce=runonce)
    parent = strategy.analyzers.parent
    assert parent._children == [parent.child]
    assert parent.child._parent is parent
    assert parent._parent is None
    assert parent.strategy is strategy
    calls = Log.calls
    assert calls[:2] == [("Parent", "create"), ("Child", "create")]
    rest = calls[2:]
    assert rest[::2] == [("Child", what) for _, what in rest[1::2]]
    names = [what for who, what in rest if who == "Parent"]
    assert names[0] == "start"
    assert names[-1] == "stop"
    steps = [x for x in names if x in ("prenext", "nextstart", "next")]
    assert steps == ["prenext"] * 2 + ["nextstart"] + ["next"] * (len(strategy) - 3)
    before = ["cashvalue", "fund"]
    assert names[1:7] == [*before, "prenext", *before, "prenext"]


def test_datas_under_their_names(datas):
    class Names(bt.Analyzer):
        def stop(self):
            self.rets["same"] = [
                self.data is self.datas[0],
                self.data0 is self.data,
                self.data_close is self.data.lines.close,
                self.data0_high is self.data.lines.high,
                len(self) == len(self.strategy),
            ]

    strategy = run(datas, (Names, {}))
    assert all(strategy.analyzers.names.get_analysis()["same"])
    with pytest.raises(AttributeError, match="data_closed"):
        strategy.analyzers.names.data_closed  # noqa: B018


def test_analyzer_of_an_observer_is_stepped_but_not_told(datas):
    class Watch(bt.Observer):
        lines = ("x",)

        def __init__(self):
            self.child = Child()

    Log.calls.clear()
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.addobserver(Watch)
    strategy = run(datas, cerebro=cerebro)
    assert {what for _, what in Log.calls} == {"create", "nextstart", "next"}
    assert strategy.stats.watch._analyzers == [strategy.stats.watch.child]


def period_keys(datas, timeframe, name=DAY, todate=None, compression=None, **feed_kwargs):
    class Keys(bt.TimeFrameAnalyzerBase):
        def on_dt_over(self):
            self.rets[len(self)] = self.dtkey

    data = feed(datas, name, todate=todate or datetime.datetime(2006, 3, 2), **feed_kwargs)
    params = {"timeframe": timeframe, "compression": compression}
    return dict(run(datas, (Keys, params), data=data).analyzers.keys.get_analysis())


def test_days_are_periods_by_default(datas):
    keys = period_keys(datas, None, todate=datetime.datetime(2006, 1, 5))
    assert keys == {n: datetime.datetime(2006, 1, n + 1) for n in range(1, 4)}


def test_weeks_end_on_sunday_months_on_their_last_day_years_in_december(datas):
    frames = bt.TimeFrame
    weeks = period_keys(datas, frames.Weeks)
    assert list(weeks.items())[:2] == [
        (1, datetime.datetime(2006, 1, 8)),
        (6, datetime.datetime(2006, 1, 15)),
    ]
    months = list(period_keys(datas, frames.Months).values())
    assert months == [datetime.datetime(2006, *x) for x in ((1, 31), (2, 28), (3, 31))]
    assert period_keys(datas, frames.Years) == {1: datetime.date(2006, 12, 31)}
    assert period_keys(datas, frames.NoTimeFrame) == {1: datetime.datetime.max}


@pytest.mark.parametrize(
    ("compression", "expected"),
    [
        (5, [(1, 9, 9), (2, 9, 14), (3, 9, 19), (4, 9, 24)]),
        (15, [(1, 9, 14), (3, 9, 29), (6, 9, 44), (9, 9, 59)]),
        (7, [(1, 9, 5), (2, 9, 12), (3, 9, 19), (4, 9, 26)]),
    ],
)
def test_minutes_are_grouped_from_midnight(datas, compression, expected):
    keys = period_keys(
        datas,
        bt.TimeFrame.Minutes,
        "2006-min-005.txt",
        todate=datetime.datetime(2006, 1, 2, 10),
        compression=compression,
    )
    found = [(bar, key.hour, key.minute) for bar, key in list(keys.items())[:4]]
    assert found == expected


def test_key_by_numbers_and_by_dates_agree(datas):
    """A subclass that touches the hooks takes the path by dates; both must find the same
    periods."""

    class Numbers(bt.TimeFrameAnalyzerBase):
        def on_dt_over(self):
            self.rets[len(self)] = (self.dtkey, self.dtcmp)

    class Dates(Numbers):
        def _get_subday_cmpkey(self, dt):
            return super()._get_subday_cmpkey(dt)

    frames = bt.TimeFrame
    params = [(frames.Minutes, n) for n in (1, 5, 7, 60, 100, 1440, 2000)]
    params += [(frames.Seconds, n) for n in (1, 30, 90, 4000)]
    analyzers = [
        (cls, {"timeframe": frame, "compression": n, "_name": f"{cls.__name__}{i}"})
        for i, (frame, n) in enumerate(params)
        for cls in (Numbers, Dates)
    ]
    data = feed(datas, "2006-min-005.txt", timeframe=frames.Minutes, compression=5)
    strategy = run(datas, *analyzers, data=data)
    found = [analyzer.get_analysis() for analyzer in strategy.analyzers]
    assert found[::2] == found[1::2]


def test_period_hook_may_be_overridden(datas):
    class Fortnights(bt.TimeFrameAnalyzerBase):
        def _get_dt_cmpkey(self, dt):
            number = dt.toordinal() // 14
            return number, number

        def on_dt_over(self):
            self.rets[len(self)] = self.dtkey

    data = feed(datas, todate=datetime.datetime(2006, 3, 1))
    keys = run(datas, (Fortnights, {}), data=data).analyzers.fortnights.get_analysis()
    assert list(keys.values()) == sorted(set(keys.values()))
    assert len(keys) == 5


def test_without_prenext_the_first_bar_begins_a_period(datas):
    class Late(bt.Strategy):
        def __init__(self):
            bt.ind.SMA(period=3)

    class Steps(bt.TimeFrameAnalyzerBase):
        def start(self):
            self.rets["over"] = []
            self.rets["next"] = []

        def on_dt_over(self):
            self.rets["over"].append(len(self))

        def next(self):
            self.rets["next"].append(len(self))

    params = {"timeframe": bt.TimeFrame.Years, "_doprenext": False}
    strategy = run(datas, (Steps, params), strategy=Late)
    results = strategy.analyzers.steps.get_analysis()
    assert results["over"] == [1, 3]
    assert results["next"] == list(range(3, len(strategy) + 1))


class Results(bt.Analyzer):
    def stop(self):
        self.rets["a"] = 1
        self.rets["b"] = bt.AutoOrderedDict(c=2.55, d=[1, 2])
        self.rets["e"] = {}


def test_print_writes_an_outline(datas):
    out = io.StringIO()
    run(datas, (Results, {})).analyzers.results.print(out=out, seplen=12, rounding=1)
    assert out.getvalue().splitlines() == [
        "============",
        "Results:",
        "  - a: 1",
        "  ----------",
        "  - b:",
        "    - c: 2.5",
        "    - d: 1, 2",
        "  ----------",
        "  - e:",
    ]


def test_pprint(datas):
    out = io.StringIO()
    analyzer = run(datas, (Results, {})).analyzers.results
    analyzer.pprint(stream=out)
    assert out.getvalue().startswith("OrderedDict(")
    assert type(analyzer.get_analysis()) is OrderedDict


def test_to_frame(datas):
    pandas = pytest.importorskip("pandas")

    class Dated(bt.Analyzer):
        def stop(self):
            self.rets["date"] = [["amount", "price"]]
            self.rets[datetime.date(2006, 1, 2)] = [[1, 2.0], [3, 4.0]]
            self.rets[datetime.date(2006, 1, 3)] = [[5, 6.0]]

    analyzers = run(datas, (Results, {}), (Dated, {}), (bt.analyzers.TimeReturn, {})).analyzers
    flat = analyzers.results.to_frame()
    assert list(flat.index) == ["a", "b.c", "b.d"]
    assert flat.loc["b.c", "value"] == 2.55
    dated = analyzers.dated.to_frame()
    assert list(dated.columns) == ["amount", "price"]
    assert dated["price"].tolist() == [2.0, 4.0, 6.0]
    assert dated.index[1] == pandas.Timestamp(2006, 1, 2)
    returns = analyzers.timereturn.to_frame()
    assert returns["value"].tolist() == list(analyzers.timereturn.get_analysis().values())


def test_to_frame_names_what_to_install(datas, monkeypatch):
    analyzer = run(datas, (Results, {})).analyzers.results
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingDependencyError, match="pip install pandas"):
        analyzer.to_frame()
