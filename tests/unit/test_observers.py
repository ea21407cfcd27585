"""Observers: what they record, on which clock, and when they need not be called."""

import datetime
import math

import pytest

import backtrader as bt

FRAMES = bt.TimeFrame


def feed(datas, name="2006-day-001.txt", **kwargs):
    return bt.feeds.BacktraderCSVData(dataname=str(datas / name), **kwargs)


class Trader(bt.Strategy):
    """Hold one unit of each data for three bars out of eight; keep cash and value after each
    bar."""

    def __init__(self):
        self.account = []
        self.executed = {}
        self.closed = {}

    def notify_order(self, order):
        if order.status == order.Completed:
            self.executed.setdefault(len(self), []).append(order)

    def notify_trade(self, trade):
        if trade.isclosed:
            self.closed[len(self)] = trade

    def next(self):
        for data in self.datas:
            if len(self) % 8 == 0:
                self.buy(data)
            elif len(self) % 8 == 3 and self.getposition(data).size:
                self.close(data)
        self.account.append((self.broker.getcash(), self.broker.getvalue()))


def run(datas, *observers, names=("2006-day-001.txt",), stdstats=False, fund=None, **kwargs):
    cerebro = bt.Cerebro(stdstats=stdstats)
    for name in names:
        cerebro.adddata(feed(datas, name, todate=datetime.datetime(2006, 4, 1)))
    cerebro.broker.setcommission(commission=0.001)
    if fund:
        cerebro.broker.set_fundmode(True, fund)
    cerebro.addstrategy(Trader)
    for cls, params in observers:
        cerebro.addobserver(cls, **params)
    return cerebro.run(**kwargs)[0]


def values(line, count):
    return [line[-ago] for ago in range(count - 1, -1, -1)]


def marks(line, count):
    """Values that are not NaN, by bar number."""
    return {n: x for n, x in enumerate(values(line, count), 1) if not math.isnan(x)}


MODES = pytest.mark.parametrize(
    "mode", [{}, {"runonce": False}, {"runonce": False, "preload": False}, {"exactbars": -1}]
)


@MODES
def test_cash_and_value(datas, mode):
    obs = bt.observers
    strategy = run(datas, (obs.Broker, {}), (obs.Cash, {}), (obs.Value, {}), **mode)
    count = len(strategy)
    cash, value = zip(*strategy.account, strict=True)
    broker = strategy.stats.broker
    assert len(broker) == count
    assert values(broker.lines.cash, count) == values(strategy.stats.cash.line, count) == [*cash]
    assert values(broker.lines.value, count) == values(strategy.stats.value.line, count) == [*value]


def test_fund_mode_shows_shares_and_no_cash(datas):
    obs = bt.observers
    strategy = run(datas, (obs.Broker, {}), (obs.FundValue, {}), (obs.FundShares, {}), fund=50.0)
    broker = strategy.stats.broker
    count = len(strategy)
    assert marks(broker.lines.cash, count) == {}
    assert broker.plotlines.cash._plotskip
    assert broker.plotlines.value._name == "FundValue"
    shares = values(broker.lines.value, count)
    assert shares == values(strategy.stats.fundvalue.line, count)
    assert shares[0] == 50.0
    assert set(values(strategy.stats.fundshares.line, count)) == {10000.0 / 50.0}


def test_aliases():
    obs = bt.observers
    assert issubclass(obs.CashValue, obs.Broker)
    assert issubclass(obs.FundVal, obs.FundValue)
    assert issubclass(obs.FundShareValue, obs.FundValue)


@MODES
def test_buysell_marks_prices(datas, mode):
    strategy = run(datas, (bt.observers.BuySell, {}), **mode)
    count = len(strategy)
    bought, sold = (marks(line, count) for line in strategy.stats.buysell.lines)
    prices = {bar: orders[0].executed.price for bar, orders in strategy.executed.items()}
    assert {**bought, **sold} == prices
    assert not set(bought) & set(sold)


def test_buysell_beside_the_bar(datas):
    strategy = run(datas, (bt.observers.BuySell, {"barplot": True, "bardist": 0.1}))
    count = len(strategy)
    data = strategy.data
    lows, highs = values(data.low, count), values(data.high, count)
    bought, sold = (marks(line, count) for line in strategy.stats.buysell.lines)
    assert bought == {bar: lows[bar - 1] * 0.9 for bar in bought}
    assert sold == {bar: highs[bar - 1] * 1.1 for bar in sold}
    assert bought
    assert sold


def test_buysell_takes_the_mean_of_a_bar(datas):
    class Two(bt.Strategy):
        def next(self):
            if len(self) == 1:
                self.buy()
                self.buy(exectype=bt.Order.Limit, price=3440.0)

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(datas, todate=datetime.datetime(2006, 1, 6)))
    cerebro.addstrategy(Two)
    cerebro.addobserver(bt.observers.BuySell)
    strategy = cerebro.run()[0]
    assert marks(strategy.stats.buysell.lines.buy, len(strategy)) == {2: (3457.99 + 3440.0) / 2}


def test_buysell_on_a_slow_data(datas):
    """Where the strategy goes on within a bar of the data, a mean of two fades, as ever."""

    class Slow(bt.Strategy):
        def next(self):
            if len(self) == 6:
                self.buy(self.datas[1])
                self.buy(self.datas[1])

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100000.0)
    cerebro.adddata(feed(datas, todate=datetime.datetime(2006, 1, 25)))
    weeks = feed(datas, "2006-week-001.txt", todate=datetime.datetime(2006, 1, 25))
    cerebro.adddata(weeks)
    cerebro.addstrategy(Slow)
    cerebro.addobservermulti(bt.observers.BuySell)
    strategy = cerebro.run(runonce=False)[0]
    buy = strategy.stats.buysell[1].lines.buy
    quiet_steps = 4  # after the Friday on which the weekly bar came, until the next one
    assert buy.array[1] == weeks.open.array[1] / 2**quiet_steps


@MODES
def test_trades_net_and_gross(datas, mode):
    obs = bt.observers
    params = {"pnlcomm": False, "obsname": "gross"}
    strategy = run(datas, (obs.Trades, {}), (obs.Trades, params), (obs.DataTrades, {}), **mode)
    count = len(strategy)
    plus, minus = (marks(line, count) for line in strategy.stats.trades.lines)
    closed = strategy.closed
    assert {**plus, **minus} == {bar: trade.pnlcomm for bar, trade in closed.items()}
    assert all(x >= 0.0 for x in plus.values())
    assert all(x < 0.0 for x in minus.values())
    gross = {}
    for line in strategy.stats.gross.lines:
        gross.update(marks(line, count))
    assert gross == {bar: trade.pnl for bar, trade in closed.items()}
    assert marks(strategy.stats.datatrades.line, count) == gross


def test_data_trades_has_a_line_for_each_data(datas):
    names = ("2006-day-001.txt", "2006-day-002.txt")
    obs = bt.observers
    params = {"usenames": False, "obsname": "numbered"}
    strategy = run(datas, (obs.DataTrades, {}), (obs.DataTrades, params), names=names)
    by_name = strategy.stats.datatrades
    assert by_name.lines.getlinealiases() == ("2006-day-001", "2006-day-002")
    assert strategy.stats.numbered.lines.getlinealiases() == ("data0", "data1")
    first, second = by_name.plotlines._getkwargs().values()
    assert (first.marker, first.color, second.marker, second.color) == ("o", "b", "v", "g")


@MODES
def test_drawdown_observers_agree(datas, mode):
    obs = bt.observers
    strategy = run(
        datas, (obs.DrawDown, {}), (obs.DrawDown_Old, {}), (obs.DrawDownLength, {}), **mode
    )
    count = len(strategy)
    stats = strategy.stats
    for new, old in zip(stats.drawdown.lines, stats.drawdown_old.lines, strict=True):
        assert values(new, count) == values(old, count)
    falls = values(stats.drawdown.lines.drawdown, count)
    lengths = values(stats.drawdownlength.lines.len, count)
    assert [x > 0 for x in falls] == [x > 0 for x in lengths]
    assert max(lengths) == stats.drawdownlength.lines.maxlen[0]


@MODES
def test_return_observers(datas, mode):
    obs = bt.observers
    params = {"timeframe": FRAMES.NoTimeFrame}
    strategy = run(datas, (obs.TimeReturn, params), (obs.Benchmark, params), **mode)
    count = len(strategy)
    benchmark = strategy.stats.benchmark
    total = [value / 10000.0 - 1.0 for _, value in strategy.account]
    assert values(strategy.stats.timereturn.line, count) == total
    assert values(benchmark.lines.timereturn, count) == total
    closes = values(strategy.data.close, count)
    assert values(benchmark.lines.benchmark, count) == [x / closes[0] - 1.0 for x in closes]
    assert benchmark.plotlabel() == "Benchmark (NoTimeFrame, 1, 2006-day-001)"


def test_log_returns_have_a_label_without_parameters(datas):
    names = ("2006-day-001.txt", "2006-day-002.txt")
    strategy = run(datas, (bt.observers.LogReturns2, {}), names=names)
    observer = strategy.stats.logreturns2
    assert observer.plotlabel() == "LogReturns2 (Day, 1)"
    closes = values(strategy.data1.close, 2)
    assert observer.lines.logret2[0] == math.log(closes[1] / closes[0])


@pytest.mark.parametrize("runonce", [True, False])
def test_own_observer_on_top_of_a_sparse_one_sees_each_bar(datas, runonce):
    class Counts(bt.observers.BuySell):
        lines = ("count",)

        def next(self):
            super().next()
            self.lines.count[0] = len(self)

    strategy = run(datas, (Counts, {}), runonce=runonce)
    count = len(strategy)
    assert values(strategy.stats.counts.lines.count, count) == [*range(1, count + 1)]


def test_standard_observers(datas):
    one = run(datas, stdstats=True)
    assert one.stats.getnames() == ["broker", "trades"]
    assert len(one.stats.buysell) == 1
    two = run(datas, stdstats=True, names=("2006-day-001.txt", "2006-day-002.txt"))
    assert two.stats.getnames() == ["broker", "datatrades"]
    assert len(two.stats.buysell) == 2


@pytest.mark.parametrize(("runonce", "expected"), [(True, 3), (False, 1)])
def test_first_bar_of_an_own_observer(datas, runonce, expected):
    """Stepped bar by bar an observer has its own minimum period, in a batch the strategy's."""

    class Late(bt.Strategy):
        def __init__(self):
            bt.ind.SMA(period=3)

    class First(bt.Observer):
        lines = ("x",)

        def nextstart(self):
            self.started = len(self)

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(datas, todate=datetime.datetime(2006, 1, 20)))
    cerebro.addstrategy(Late)
    cerebro.addobserver(First)
    assert cerebro.run(runonce=runonce)[0].stats.first.started == expected
