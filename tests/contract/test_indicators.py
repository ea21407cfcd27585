"""What holds for every indicator, checked for each of them."""

import math
import pickle
import random
import re

import pytest

import backtrader as bt
from backtrader.errors import BacktraderError, LineError, ParameterError

NAN = math.nan

BASES = {"Indicator", "MovingAverageBase", "OperationN", "BaseApplyN", "PeriodN", "OscillatorMixIn"}
NEEDS_STATSMODELS = {"CointN"}
SECOND = {"Oscillator"}
ARGUMENTS = {
    "ApplyN": {"func": max},
    "ExponentialSmoothingDynamic": {"period": 5},
    "FindFirstIndex": {"period": 5, "_evalfunc": max},
    "FindLastIndex": {"period": 5, "_evalfunc": min},
    "WeightedAverage": {"period": 3, "weights": (0.2, 0.3, 0.5)},
    "DV2": {"period": 30},
    "HurstExponent": {"period": 24},
}
ALL = sorted(
    {
        cls
        for cls in [*vars(bt.indicators).values(), bt.studies.Fractal]
        if isinstance(cls, type)
        and issubclass(cls, bt.Indicator)
        and cls.__name__ not in BASES | NEEDS_STATSMODELS
        and "aliased" not in vars(cls)
    },
    key=lambda cls: cls.__name__,
)
ALIASES = sorted(
    {
        cls
        for cls in vars(bt.indicators).values()
        if isinstance(cls, type) and "aliased" in vars(cls)
    },
    key=lambda cls: cls.__name__,
)
# marks of a bar are written some bars later, once they are known: a batch shows them at once
LATER = {"Fractal", "Ichimoku"}
# those that read more than the first line of what they are given; all others work on any line
OF_BARS = {
    *("AccelerationDecelerationOscillator", "AroonDown", "AroonOscillator", "AroonUp"),
    *("AroonUpDown", "AroonUpDownOscillator", "AverageDirectionalMovementIndex"),
    *("AverageDirectionalMovementIndexRating", "AverageTrueRange", "AwesomeOscillator"),
    *("CommodityChannelIndex", "DV2", "DemarkPivotPoint", "DirectionalIndicator"),
    *("DirectionalMovement", "DirectionalMovementIndex", "FibonacciPivotPoint", "Fractal"),
    *("HeikinAshi", "Ichimoku", "MinusDirectionalIndicator", "ParabolicSAR", "PivotPoint"),
    *("PlusDirectionalIndicator", "PrettyGoodOscillator", "Stochastic", "StochasticFast"),
    *("StochasticFull", "TrueHigh", "TrueLow", "TrueRange", "UltimateOscillator", "Vortex"),
    *("WilliamsAD", "WilliamsR", "haDelta"),
}
MODES = {
    "batch": {},
    "step": {"runonce": False},
    "live": {"runonce": False, "preload": False},
    "bounded": {"runonce": False, "preload": False, "exactbars": 1},
}


def by_name(cls):
    return cls.__name__


def bars(seed, count=120):
    """A random walk with gaps between the bars, and a stretch that is flat but for the range."""
    chance, price, rows = random.Random(seed), 100.0, []
    for index in range(count):
        step = 0.0 if 60 <= index < 64 else chance.gauss(0.0, 1.0)
        price = round(max(5.0, price + step), 2)
        opened = round(price + chance.gauss(0.0, 0.3), 2)
        high = round(max(price, opened) + 0.1 + chance.random(), 2)
        low = round(min(price, opened) - 0.1 - chance.random(), 2)
        rows.append((opened, high, low, price, float(chance.randint(1, 999))))
    return rows


class Feed(bt.feed.DataBase):
    params = (("rows", ()),)

    def start(self):
        super().start()
        self._rows = enumerate(self.p.rows)

    def _load(self):
        index, row = next(self._rows, (0, None))
        if row is None:
            return False
        self.lines.datetime[0] = 732000.0 + index
        for name, value in zip(("open", "high", "low", "close", "volume"), row, strict=True):
            getattr(self.lines, name)[0] = value
        return True


class Watch(bt.Strategy):
    params = (("make", None),)

    def __init__(self):
        self.indicator = self.p.make(self)
        self.seen = []

    def prenext(self):
        self.next()

    def nextstart(self):
        self.next()

    def next(self):
        self.seen.append([line[0] for line in self.indicator.lines])


def watch(make, mode="batch", count=120):
    cerebro = bt.Cerebro(stdstats=False, **MODES[mode])
    for seed in (1, 2):
        cerebro.adddata(Feed(rows=bars(seed, count)))
    cerebro.addstrategy(Watch, make=make)
    return cerebro.run()[0]


def maker(cls):
    arguments = dict(ARGUMENTS.get(cls.__name__, {}))

    def make(strategy):
        datas = [strategy.data0, strategy.data1][: cls._mindatas]
        if cls.__name__ in SECOND:
            datas = [strategy.data0, bt.ind.SMA(strategy.data0, period=5)]
        if cls.__name__ == "ReduceN":
            return cls(*datas, max, period=4)
        if cls.__name__ == "ExponentialSmoothingDynamic":
            arguments["alpha"] = strategy.data.close * 0.005
        return cls(*datas, **arguments)

    return make


def same(left, right):
    return len(left) == len(right) and all(
        a == b or (a != a and b != b)
        for one, other in zip(left, right, strict=True)
        for a, b in zip(one, other, strict=True)
    )


@pytest.fixture(scope="module")
def batches():
    return {cls: watch(maker(cls)) for cls in ALL}


@pytest.mark.parametrize("cls", ALL, ids=by_name)
@pytest.mark.parametrize("mode", ["step", "live", "bounded"])
def test_every_mode_gives_the_same_values(cls, mode, batches):
    if cls.__name__ in LATER:
        lines = len(cls.lines._getlines()) - 1 if cls.__name__ == "Ichimoku" else 0
        cut = lambda rows: [row[:lines] for row in rows]  # noqa: E731
    else:
        cut = list
    batch = batches[cls]
    other = watch(maker(cls), mode)
    assert other.indicator._minperiod == batch.indicator._minperiod
    assert same(cut(other.seen)[-50:], cut(batch.seen)[-50:])
    assert any(value == value for row in batch.seen for value in row)


@pytest.mark.parametrize("cls", ALL, ids=by_name)
def test_values_come_with_the_minimum_period(cls, batches):
    if cls.__name__ in LATER | {"HeikinAshi", "ZeroLagIndicatorEnvelope"}:
        pytest.skip("some of its lines have values at other bars on purpose")
    strategy = batches[cls]
    last = max(strategy.indicator._minperiod, 1) - 1
    assert all(value == value for value in strategy.seen[last])
    if last:
        assert any(value != value for value in strategy.seen[last - 1])


@pytest.mark.parametrize("cls", ALL, ids=by_name)
def test_declaration(cls):
    assert cls.__doc__ and cls.__doc__.strip()
    assert cls.lines._getlines()
    assert all(isinstance(name, str) for name in cls.params._getkeys())
    assert set(bt.Indicator.plotinfo._getkeys()) <= set(cls.plotinfo._getkeys())


@pytest.mark.parametrize("cls", ALL, ids=by_name)
def test_label_and_plot_preparation_do_not_add_up(cls, batches):
    indicator = batches[cls].indicator
    before = indicator.plotlabel()
    indicator._plotinit()
    first = dict(indicator.plotinfo._getkwargs())
    indicator._plotinit()
    assert dict(indicator.plotinfo._getkwargs()) == first
    assert indicator.plotlabel() == before
    assert before.startswith(cls.plotinfo.plotname or cls.__name__)


@pytest.mark.parametrize("cls", ALL, ids=by_name)
def test_parameters_pickle(cls, batches):
    params = batches[cls].indicator.params
    if any(callable(value) and not isinstance(value, type) for value in params._getvalues()):
        pytest.skip("has a function for a parameter")
    if any(isinstance(value, bt.LineRoot) for value in params._getvalues()):
        pytest.skip("has a line for a parameter")
    copy = pickle.loads(pickle.dumps(params))
    assert copy._getkwargs() == params._getkwargs()


@pytest.mark.parametrize("cls", ALIASES, ids=by_name)
def test_aliases_differ_in_nothing_but_the_name(cls):
    parent = cls.__bases__[0]
    assert parent.__name__ == cls.aliased
    assert cls.params._gettuple() == parent.params._gettuple()
    assert cls.lines._getlines() == parent.lines._getlines()


@pytest.mark.parametrize("cls", [c for c in ALL if "period" in c.params._getkeys()], ids=by_name)
@pytest.mark.parametrize("period", [0, -3, 2.5, None, "x"])
def test_a_period_that_is_no_number_of_bars(cls, period):
    def make(strategy):
        if cls.__name__ == "ReduceN":
            return cls(strategy.data, max, period=period)
        datas = [strategy.data0, strategy.data1][: max(cls._mindatas, 1 + (cls.__name__ in SECOND))]
        return cls(*datas, **{**ARGUMENTS.get(cls.__name__, {}), "period": period})

    with pytest.raises((ParameterError, BacktraderError, TypeError)):
        watch(make)


@pytest.mark.parametrize("cls", [c for c in ALL if c._mindatas == 2], ids=by_name)
def test_a_single_data_where_two_are_needed(cls):
    with pytest.raises(AttributeError, match=f"{cls.__name__}.*two datas"):
        watch(lambda strategy: cls(strategy.data0))


def test_a_data_without_the_line_needed():
    with pytest.raises(AttributeError, match=r"unknown line 'close'"):
        watch(lambda strategy: bt.ind.ATR(bt.ind.SMA(strategy.data, period=3)))


def test_on_a_line_each_works_or_names_the_line_it_lacks():
    lacking = set()
    for cls in ALL:
        if cls._mindatas > 1 or cls.__name__ in SECOND | {"ExponentialSmoothingDynamic", "ReduceN"}:
            continue
        terms = ARGUMENTS.get(cls.__name__, {})
        try:
            watch(
                lambda s, cls=cls, terms=terms: cls(bt.ind.SMA(s.data, period=3), **terms), count=60
            )
        except LineError as error:
            lacking.add(cls.__name__)
            assert re.search(r"unknown line '(open|high|low|close|volume)'", str(error))
    assert lacking == OF_BARS


@pytest.mark.parametrize("mode", MODES)
def test_longer_than_the_data_is_nan_throughout(mode):
    strategy = watch(lambda strategy: bt.ind.SMA(strategy.data, period=50), mode, count=20)
    assert len(strategy.seen) == 20
    assert all(row[0] != row[0] for row in strategy.seen)
