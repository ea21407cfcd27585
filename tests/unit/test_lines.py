"""Lines: access, operators in both stages, binding, and minimum periods."""

import datetime
import math
import operator

import pytest

import backtrader as bt


class Bars(bt.feed.DataBase):
    """Daily bars: close is 100, 101, ...; open one less; high and low two away."""

    params = (("bars", 12), ("step", 1))

    def start(self):
        super().start()
        self.count = 0

    def _load(self):
        if self.count == self.p.bars:
            return False
        day = datetime.datetime(2020, 1, 1) + datetime.timedelta(days=self.count * self.p.step)
        self.lines.datetime[0] = bt.date2num(day)
        close = 100.0 + self.count
        for name, price in (("close", 0), ("open", -1), ("high", 2), ("low", -2)):
            getattr(self.lines, name)[0] = close + price
        self.lines.volume[0] = self.lines.openinterest[0] = 0.0
        self.count += 1
        return True


def run(setup, look=None, datas=None, **kwargs):
    """Run a strategy with `setup(strategy)` as its __init__; return what `look` sees in next."""

    class Looking(bt.Strategy):
        def __init__(self):
            self.seen = []
            setup(self)

        def next(self):
            if look is not None:
                self.seen.append(look(self))

    cerebro = bt.Cerebro(stdstats=False, **kwargs)
    for data in datas or [Bars()]:
        cerebro.adddata(data)
    cerebro.addstrategy(Looking)
    return cerebro.run()[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (lambda self: self.data.close[0], 111.0),
        (lambda self: self.data.close[-1], 110.0),
        (lambda self: self.data[0], 111.0),
        (lambda self: self.data.lines.high[0], 113.0),
        (lambda self: self.data.l.high[0], 113.0),
        (lambda self: self.data.high[0], 113.0),
        (lambda self: self.data_close[0], 111.0),
        (lambda self: self.data0_low[0], 109.0),
        (lambda self: self.data0.lines[0][0], 111.0),
        (lambda self: self.data.line_1[0], 109.0),
        (lambda self: self.data.line2[0], 113.0),
        (lambda self: self.data_3[0], 110.0),
        (lambda self: list(self.data.close.get(size=3)), [109.0, 110.0, 111.0]),
        (lambda self: list(self.data.close.get(ago=-1, size=2)), [109.0, 110.0]),
        (lambda self: list(self.data.get(size=2)), [110.0, 111.0]),
        (lambda self: len(self.data), 12),
        (lambda self: self.data.datetime.date(0), datetime.date(2020, 1, 12)),
        (lambda self: self.data.datetime.date(-1), datetime.date(2020, 1, 11)),
        (lambda self: self.datetime.date(0), datetime.date(2020, 1, 12)),
    ],
)
@pytest.mark.parametrize("runonce", [True, False])
def test_a_value_is_found_by_every_name(expression, expected, runonce):
    assert run(lambda self: None, expression, runonce=runonce).seen[-1] == expected


@pytest.mark.parametrize(
    "operation",
    [
        operator.add,
        operator.sub,
        operator.mul,
        operator.truediv,
        operator.floordiv,
        operator.pow,
        operator.lt,
        operator.le,
        operator.gt,
        operator.ge,
        operator.eq,
        operator.ne,
    ],
)
@pytest.mark.parametrize("runonce", [True, False])
def test_an_operator_means_a_line_before_and_a_number_during_the_run(operation, runonce):
    def setup(self):
        self.line = operation(self.data.close, self.data.open)
        self.number_last = operation(self.data.close, 2.0)
        self.number_first = operation(2.0, self.data.close)

    def look(self):
        close, opened = self.data.close[0], self.data.open[0]
        assert self.line[0] == operation(close, opened)
        assert self.number_last[0] == operation(close, 2.0)
        assert self.number_first[0] == operation(2.0, close)
        assert type(operation(self.data.close, self.data.open)) in (float, bool)
        return operation(self.data.close, self.data.open) == operation(close, opened)

    strategy = run(setup, look, runonce=runonce)
    assert strategy.seen == [True] * 12


@pytest.mark.parametrize("runonce", [True, False])
def test_unary_operators(runonce):
    def setup(self):
        self.negative, self.absolute = -self.data.close, abs(-self.data.close)

    look = lambda self: (self.negative[0], self.absolute[0], -self.data.close)  # noqa: E731
    assert run(setup, look, runonce=runonce).seen[0] == (-100.0, 100.0, -100.0)


def test_a_division_by_zero_is_an_error_as_for_floats():
    with pytest.raises(ZeroDivisionError):
        run(lambda self: self.data.close / self.data.volume)


def test_lines_of_different_length_say_to_couple():
    with pytest.raises(IndexError, match=r"data1\.close\(\)"):
        run(
            lambda self: self.data0.close - self.data1.close,
            datas=[Bars(bars=12), Bars(bars=4, step=3)],
        )


@pytest.mark.parametrize("runonce", [True, False])
def test_a_coupled_line_has_the_latest_value_of_the_slower_clock(runonce):
    def setup(self):
        self.slow = self.data1.close()
        self.spread = self.data0.close - self.slow

    strategy = run(
        setup,
        lambda self: (self.slow[0], self.spread[0]),
        datas=[Bars(bars=6), Bars(bars=2, step=3)],
        runonce=runonce,
    )
    assert strategy.seen == [(100, 0), (100, 1), (100, 2), (101, 2), (101, 3), (101, 4)]


@pytest.mark.parametrize("runonce", [True, False])
def test_a_coupled_indicator_runs_on_the_clock_of_the_strategy(runonce):
    strategy = run(
        lambda self: setattr(self, "slow", bt.ind.SMA(self.data1, period=1)()),
        lambda self: (len(self.slow), self.slow[0]),
        datas=[Bars(bars=6), Bars(bars=2, step=3)],
        runonce=runonce,
    )
    assert strategy.seen == [(1, 100), (2, 100), (3, 100), (4, 101), (5, 101), (6, 101)]


@pytest.mark.parametrize("runonce", [True, False])
def test_a_delayed_line_waits_for_its_values(runonce):
    strategy = run(
        lambda self: setattr(self, "late", self.data.close(-3)),
        lambda self: self.late[0],
        runonce=runonce,
    )
    assert strategy.seen == [100.0 + i for i in range(9)]


@pytest.mark.parametrize(
    ("make", "period"),
    [
        (lambda data: data.close, 1),
        (lambda data: data.close(-2), 3),
        (lambda data: data.close(2), 2),
        (lambda data: data.close - data.open(-1), 2),
        (lambda data: bt.ind.SMA(data, period=4), 4),
        (lambda data: bt.ind.SMA(bt.ind.SMA(data, period=4), period=3), 6),
        (lambda data: bt.ind.SMA(data, period=4)(-2) + data.close, 6),
        (lambda data: bt.Max(5.0, bt.ind.SMA(data, period=4)), 4),
        (lambda data: bt.If(data.close > 3, data.close(-4), data.close), 5),
    ],
)
def test_minimum_periods_go_through_every_expression(make, period):
    found = []
    run(lambda self: found.append(make(self.data)._minperiod))
    assert found == [period]


def test_assignment_binds_a_line_to_an_expression():
    class Spread(bt.Indicator):
        lines = ("spread", "copy")

        def __init__(self):
            self.lines.spread = self.data.high - self.data.low
            self.lines[1] = self.data.close

    strategy = run(
        lambda self: setattr(self, "spread", Spread()),
        lambda self: (self.spread[0], self.spread.copy[0]),
    )
    assert strategy.seen[0] == (4.0, 100.0)


def test_an_attribute_that_hides_a_line_does_not_bind_it():
    class Hiding(bt.Indicator):
        lines = ("mean",)

        def __init__(self):
            self.mean = bt.ind.SMA(self.data, period=2)

        def next(self):
            self.lines.mean[0] = 7.0

    strategy = run(
        lambda self: setattr(self, "hiding", Hiding()),
        lambda self: (self.hiding[0], self.hiding.mean[0]),
    )
    assert strategy.seen[-1] == (7.0, 110.5)


def test_a_line_can_be_read_and_written_through_its_array():
    class Doubled(bt.Indicator):
        lines = ("doubled",)

        def once(self, start, end):
            source, target = self.data.array, self.lines.doubled.array
            for index in range(start, end):
                target[index] = source[index] * 2

    strategy = run(lambda self: setattr(self, "doubled", Doubled()), lambda self: self.doubled[0])
    assert strategy.seen[:2] == [200.0, 202.0]


def test_bounded_memory_keeps_no_more_than_it_has_to():
    def setup(self):
        self.mean = bt.ind.SMA(period=5)

    bounded = run(setup, lambda self: self.mean[0], datas=[Bars(bars=3000)], exactbars=1)
    whole = run(setup, lambda self: self.mean[0], datas=[Bars(bars=3000)])
    assert bounded.seen == whole.seen
    assert len(bounded.data) == 3000
    assert len(bounded.data.close.array) < 600


def test_two_datas_are_stepped_in_the_order_of_time():
    strategy = run(
        lambda self: None,
        lambda self: (len(self.data0), len(self.data1)),
        datas=[Bars(bars=4), Bars(bars=2, step=2)],
    )
    assert strategy.seen == [(1, 1), (2, 1), (3, 2), (4, 2)]


@pytest.mark.parametrize(
    ("make", "periods"),
    [
        (lambda d, e: bt.ind.SMA(d.close - d.low, period=4), [4, 1]),
        (lambda d, e: bt.ind.SMA(e.close - e.low, period=4), [4, 1]),
        (lambda d, e: (e.close - e.low)(-3), [1, 4]),
        (lambda d, e: e.close(-3), [1, 4]),
        (lambda d, e: bt.ind.SMA(e.close, period=4), [1, 4]),
        (lambda d, e: bt.ind.SMA(e.close(-1), period=4), [5, 2]),
        (lambda d, e: bt.ind.SMA(bt.ind.SMA(e, period=3) - e.low, period=2), [4, 3]),
        (lambda d, e: bt.ind.SMA(bt.ind.SMA(e, period=3)(-1), period=2), [5, 4]),
        (lambda d, e: bt.ind.SMA(bt.ind.EMA(e, period=2), period=4), [1, 5]),
        (lambda d, e: bt.Max(e.close, bt.ind.SMA(e, period=3)), [1, 3]),
        (lambda d, e: bt.ind.SMA(e, period=3)(), [1, 3]),
        (lambda d, e: bt.ind.SMA(bt.ind.SMA(e, period=2)(), period=3), [1, 4]),
        (lambda d, e: bt.ind.SMA(e.close(), period=3), [3, 1]),
    ],
)
def test_periods_by_data(make, periods):
    strategy = run(
        lambda self: make(self.data0, self.data1), datas=[Bars(bars=60), Bars(bars=15, step=4)]
    )
    assert strategy._minperiods == periods


@pytest.mark.parametrize("runonce", [True, False])
def test_reduce_takes_an_initial_value(runonce):
    def setup(self):
        self.left = bt.Reduce(operator.sub, self.data.close, self.data.open, initializer=5.0)

    assert run(setup, lambda self: self.left[0], runonce=runonce).seen[0] == 5.0 - 100.0 - 99.0


def test_smoothing_by_a_factor_waits(datas) -> None:
    """KAMA on an indicator: 21 bars, 9 more, and the 21 that the factor waits beyond 10."""

    def setup(strategy):
        strategy.average = bt.ind.KAMA(bt.ind.RSI(period=20), period=10)
        strategy.plain = bt.ind.KAMA(period=10)

    prices = bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt"))
    strategy = run(setup, datas=[prices])
    assert (strategy.plain._minperiod, strategy.average._minperiod) == (11, 51)
    assert math.isnan(strategy.average.array[49]) and not math.isnan(strategy.average.array[50])


@pytest.mark.parametrize("runonce", [True, False])
def test_a_plotter_shows_a_line_of_a_feed_or_an_expression(runonce: bool) -> None:
    def setup(strategy):
        strategy.close = bt.LinePlotterIndicator(strategy.data.close, name="shown")
        strategy.range = bt.LinePlotterIndicator(
            strategy.data.high - strategy.data.low, name="range"
        )

    def look(strategy):
        return strategy.data[0], strategy.close.shown[0], strategy.range.range[0]

    assert run(setup, look, runonce=runonce).seen == [
        (100.0 + bar, 100.0 + bar, 4.0) for bar in range(12)
    ]
