"""The analyzers of the package, on small runs whose results can be worked out by hand."""

import datetime
import itertools
import math
import pickle
import statistics
from types import SimpleNamespace

import pytest

import backtrader as bt

FRAMES = bt.TimeFrame
START = 10000.0


def feed(datas, name="2006-day-001.txt", **kwargs):
    return bt.feeds.BacktraderCSVData(dataname=str(datas / name), **kwargs)


class Trader(bt.Strategy):
    """Buy on every seventh bar, sell four bars later; keep the value after each bar."""

    def __init__(self):
        self.values = []

    def next(self):
        if len(self) % 7 == 0:
            self.buy(size=2)
        elif len(self) % 7 == 4 and self.position.size:
            self.close()
        self.values.append(self.broker.getvalue())


def run(datas, *analyzers, strategy=Trader, stdstats=False, fund=None, **feed_kwargs):
    cerebro = bt.Cerebro(stdstats=stdstats)
    cerebro.adddata(feed(datas, **feed_kwargs))
    cerebro.broker.setcash(START)
    if fund:
        cerebro.broker.set_fundmode(True, fund)
    cerebro.addstrategy(strategy)
    for cls, params in analyzers:
        cerebro.addanalyzer(cls, **params)
    return cerebro.run()[0]


def results(datas, cls, **params):
    strategy = run(datas, (cls, params))
    return strategy, strategy.analyzers[0].get_analysis()


def test_time_return_multiplies_to_the_total(datas):
    strategy, returns = results(datas, bt.analyzers.TimeReturn, timeframe=FRAMES.Months)
    assert next(iter(returns)) == datetime.datetime(2006, 1, 31)
    assert len(returns) == 12
    growth = math.prod(1.0 + each for each in returns.values())
    assert growth == pytest.approx(strategy.values[-1] / START)


@pytest.mark.parametrize(("firstopen", "start"), [(True, "open"), (False, "close")])
def test_time_return_of_a_data(datas, firstopen, start):
    class Own(Trader):
        def __init__(self):
            super().__init__()
            self._addanalyzer(
                bt.analyzers.TimeReturn,
                data=self.data,
                timeframe=FRAMES.NoTimeFrame,
                firstopen=firstopen,
            )

    strategy = run(datas, strategy=Own)
    (value,) = strategy.analyzers.timereturn.get_analysis().values()
    close = strategy.data.close.array
    first = getattr(strategy.data, start).array[0]
    assert value == close[-1] / first - 1.0


def test_drawdown_follows_the_value(datas):
    strategy, found = results(datas, bt.analyzers.DrawDown)
    peak, length, longest, largest = START, 0, 0, 0.0
    for value in strategy.values:
        peak = max(peak, value)
        length = length + 1 if value < peak else 0
        longest = max(longest, length)
        largest = max(largest, 100.0 * (peak - value) / peak)
    assert (found.len, found.max.len) == (length, longest)
    assert found.max.drawdown == largest
    with pytest.raises(KeyError):
        found.missing  # noqa: B018


def test_drawdown_without_any(datas):
    strategy = run(datas, (bt.analyzers.DrawDown, {}), strategy=bt.Strategy)
    found = strategy.analyzers.drawdown.get_analysis()
    assert found == {
        "len": 0,
        "drawdown": 0.0,
        "moneydown": 0.0,
        "max": {"len": 0.0, "drawdown": 0.0, "moneydown": 0.0},
    }


def test_time_drawdown_looks_once_a_period(datas):
    strategy, found = results(datas, bt.analyzers.TimeDrawDown, timeframe=FRAMES.Days)
    by_day = run(datas, (bt.analyzers.DrawDown, {})).analyzers.drawdown.get_analysis()
    assert found["maxdrawdown"] == by_day.max.drawdown
    assert found["maxdrawdownperiod"] == by_day.max.len


def test_returns(datas):
    strategy, found = results(datas, bt.analyzers.Returns)
    bars = len(strategy)
    total = math.log(strategy.values[-1] / START)
    assert found["rtot"] == total
    assert found["ravg"] == total / bars
    assert found["rnorm"] == math.expm1(total / bars * 252.0)
    assert found["rnorm100"] == found["rnorm"] * 100.0


@pytest.mark.parametrize(("params", "factor"), [({"tann": 365}, 365), ({"timeframe": 7}, 12)])
def test_returns_by_the_year(datas, params, factor):
    _, found = results(datas, bt.analyzers.Returns, **params)
    assert found["rnorm"] == math.expm1(found["ravg"] * factor)


def test_returns_without_a_bar(datas):
    analyzers = [(getattr(bt.analyzers, x), {}) for x in ("Returns", "VWR", "PeriodStats")]
    strategy = run(datas, *analyzers, todate=datetime.datetime(2000, 1, 1))
    returns, weighted, stats = (each.get_analysis() for each in strategy.analyzers)
    assert returns["rtot"] == 0.0
    assert math.isnan(returns["ravg"])
    assert math.isnan(weighted["vwr"])
    assert math.isnan(stats["average"])


def sharpe(datas, **params):
    strategy = run(
        datas,
        (bt.analyzers.SharpeRatio, params),
        (bt.analyzers.TimeReturn, {"timeframe": params.get("timeframe", FRAMES.Years)}),
    )
    ratio, returns = (each.get_analysis() for each in strategy.analyzers)
    return ratio["sharperatio"], list(returns.values())


def test_sharpe_ratio_of_one_period_is_none(datas):
    assert sharpe(datas)[0] is None


def test_sharpe_ratio_brings_the_rate_to_the_period(datas):
    ratio, returns = sharpe(datas, timeframe=FRAMES.Months, riskfreerate=0.02)
    rate = 1.02 ** (1 / 12) - 1.0
    excess = [each - rate for each in returns]
    assert ratio == pytest.approx(statistics.fmean(excess) / statistics.pstdev(excess), rel=1e-12)


def test_sharpe_ratio_brings_the_returns_to_the_year(datas):
    ratio, returns = sharpe(datas, timeframe=FRAMES.Months, convertrate=False)
    excess = [(1.0 + each) ** 12 - 1.0 - 0.01 for each in returns]
    assert ratio == pytest.approx(statistics.fmean(excess) / statistics.pstdev(excess), rel=1e-12)


def test_sharpe_ratio_annualised_and_of_a_sample(datas):
    plain, returns = sharpe(datas, timeframe=FRAMES.Days)
    sample, _ = sharpe(datas, timeframe=FRAMES.Days, stddev_sample=True, annualize=True)
    count = len(returns)
    assert sample == pytest.approx(plain * math.sqrt(252) * math.sqrt((count - 1) / count))
    strategy = run(datas, (bt.analyzers.SharpeRatio_A, {"timeframe": FRAMES.Days}))
    annual = strategy.analyzers.sharperatio_a.get_analysis()["sharperatio"]
    assert annual == pytest.approx(plain * math.sqrt(252))


@pytest.mark.parametrize("stdstats", [True, False])
def test_annual_return(datas, stdstats):
    strategy = run(
        datas,
        (bt.analyzers.AnnualReturn, {}),
        name="2005-2006-day-001.txt",
        stdstats=stdstats,
    )
    years = strategy.analyzers.annualreturn.get_analysis()
    assert list(years) == [2005, 2006]
    assert strategy.analyzers.annualreturn.rets == list(years.values())
    growth = math.prod(1.0 + each for each in years.values())
    assert growth == pytest.approx(strategy.values[-1] / START)


def trade(pnl, *, long=True, length=3, comm=0.0, opened=False, closed=True):
    return SimpleNamespace(
        justopened=opened,
        status=2 if closed else 1,
        Closed=2,
        pnl=pnl,
        pnlcomm=pnl - comm,
        long=long,
        barlen=length,
    )


def told(datas, cls, trades):
    class Tell(bt.Strategy):
        def stop(self):
            for each in trades:
                self.analyzers[0].notify_trade(each)

    return run(datas, (cls, {}), strategy=Tell).analyzers[0].get_analysis()


def test_trade_analyzer_without_trades(datas):
    assert told(datas, bt.analyzers.TradeAnalyzer, []) == {"total": {"total": 0}}


def test_trade_analyzer_counts(datas):
    opened = trade(0.0, opened=True, closed=False)
    trades = [
        *(opened, trade(10.0, length=4)),
        *(opened, trade(5.0, comm=1.0, length=2)),
        *(opened, trade(-8.0, long=False, length=0)),
        opened,
    ]
    found = told(datas, bt.analyzers.TradeAnalyzer, trades)
    assert found.total == {"total": 4, "open": 1, "closed": 3}
    assert found.streak.won == {"current": 0, "longest": 2}
    assert found.streak.lost == {"current": 1, "longest": 1}
    assert found.pnl.gross == {"total": 7.0, "average": 7.0 / 3}
    assert found.pnl.net.total == 6.0
    assert found.won == {"total": 2, "pnl": {"total": 14.0, "average": 7.0, "max": 10.0}}
    assert found.lost.pnl.max == -8.0
    assert found.long.pnl.won.total == 14.0
    assert found.short == {
        "total": 1,
        "pnl": {
            "total": -8.0,
            "average": -8.0,
            "won": {"total": 0.0, "average": 0.0, "max": 0.0},
            "lost": {"total": -8.0, "average": -8.0, "max": -8.0},
        },
        "won": 0,
        "lost": 1,
    }
    assert (found.len.total, found.len.max, found.len.min) == (6, 4, 0)
    assert (found.len.won.min, found.len.long.min) == (2, 2)
    assert "min" not in found.len.lost
    assert found.len.short.min == bt.MAXINT


def test_a_trade_without_loss_is_won(datas):
    found = told(datas, bt.analyzers.TradeAnalyzer, [trade(0.0)])
    assert (found.won.total, found.lost.total) == (1, 0)


def test_sqn(datas):
    profits = [10.0, -5.0, 3.0]
    found = told(datas, bt.analyzers.SQN, [trade(each) for each in profits])
    expected = math.sqrt(3) * statistics.fmean(profits) / statistics.pstdev(profits)
    assert found.sqn == pytest.approx(expected, rel=1e-12)
    assert found.trades == 3
    assert told(datas, bt.analyzers.SQN, [trade(1.0)]) == {"sqn": 0, "trades": 1}
    assert told(datas, bt.analyzers.SQN, [trade(1.0)] * 2) == {"sqn": None, "trades": 2}
    assert bt.analyzers.SystemQualityNumber is bt.analyzers.SQN


def test_period_stats(datas):
    strategy = run(
        datas,
        (bt.analyzers.PeriodStats, {"timeframe": FRAMES.Days}),
        (bt.analyzers.PeriodStats, {"timeframe": FRAMES.Days, "zeroispos": True}),
        (bt.analyzers.TimeReturn, {}),
    )
    plain, counted, returns = (each.get_analysis() for each in strategy.analyzers)
    values = list(returns.values())
    assert plain["positive"] == sum(each > 0 for each in values)
    assert plain["nochange"] == values.count(0.0) > 0
    assert (counted["positive"], counted["nochange"]) == (plain["positive"] + plain["nochange"], 0)
    assert (plain["best"], plain["worst"]) == (max(values), min(values))
    assert plain["stddev"] == pytest.approx(statistics.pstdev(values), rel=1e-12)


def test_calmar_is_nan_until_there_are_enough_periods(datas):
    strategy, found = results(datas, bt.analyzers.Calmar, period=3)
    values = list(found.values())
    assert [math.isnan(each) for each in values[:3]] == [True, False, False]
    assert strategy.analyzers.calmar.calmar == values[-1]


def test_vwr_takes_variability_off_the_return(datas):
    strategy = run(
        datas,
        (bt.analyzers.VWR, {"tau": 1.0, "sdev_max": 1.0}),
        (bt.analyzers.Returns, {}),
    )
    weighted, returns = (each.get_analysis() for each in strategy.analyzers)
    mean = returns["ravg"]
    values = [START, *strategy.values]
    strays = [
        last / (first * math.exp(mean * n)) - 1.0
        for n, (first, last) in enumerate(itertools.pairwise(values), 1)
    ]
    expected = returns["rnorm100"] * (1.0 - statistics.stdev(strays))
    assert weighted["vwr"] == pytest.approx(expected, rel=1e-9)


def test_log_returns_rolling(datas):
    strategy, found = results(datas, bt.analyzers.LogReturnsRolling, compression=5)
    returns = list(found.values())
    assert all(math.isnan(each) for each in returns[:4])
    assert returns[30] == math.log(strategy.values[30] / strategy.values[25])


def test_leverage_and_positions(datas):
    strategy = run(
        datas,
        (bt.analyzers.GrossLeverage, {}),
        (bt.analyzers.PositionsValue, {"headers": True, "cash": True}),
    )
    leverage, positions = (each.get_analysis() for each in strategy.analyzers)
    assert positions["Datetime"] == ["2006-day-001", "cash"]
    day = datetime.date(2006, 1, 11)
    held, cash = positions[day]
    (moment,) = [each for each in leverage if each.date() == day]
    assert held == 2 * 3424.43
    assert leverage[moment] == pytest.approx(held / (held + cash))


def test_positions_by_time_where_bars_are_short(datas):
    strategy = run(
        datas,
        (bt.analyzers.PositionsValue, {}),
        name="2006-min-005.txt",
        timeframe=FRAMES.Minutes,
        compression=5,
        todate=datetime.datetime(2006, 1, 2, 10),
    )
    assert next(iter(strategy.analyzers[0].get_analysis())) == datetime.datetime(2006, 1, 2, 9, 5)


def test_transactions_put_the_orders_of_a_bar_together(datas):
    class Twice(bt.Strategy):
        def next(self):
            if len(self) == 1:
                self.buy(size=1)
                self.buy(size=1)
            if len(self) == 3:
                self.sell(size=1)
                self.buy(size=1)

    strategy = run(datas, (bt.analyzers.Transactions, {"headers": True}), strategy=Twice)
    found = strategy.analyzers[0].get_analysis()
    assert found.pop("date") == [["amount", "price", "sid", "symbol", "value"]]
    ((moment, entries),) = found.items()
    assert moment.date() == datetime.date(2006, 1, 3)
    assert entries == [[2, 3457.99, 0, "2006-day-001", -2 * 3457.99]]


def test_fund_parameter_overrules_the_broker(datas):
    class Adds(Trader):
        def next(self):
            super().next()
            if len(self) == 50:
                self.broker.add_cash(5000.0)

    params = {"timeframe": FRAMES.NoTimeFrame}
    strategy = run(
        datas,
        (bt.analyzers.TimeReturn, params),
        (bt.analyzers.TimeReturn, {**params, "fund": False}),
        strategy=Adds,
        fund=100.0,
    )
    share, account = (next(iter(each.get_analysis().values())) for each in strategy.analyzers)
    assert account > share + 0.3


def test_pyfolio_items(datas):
    pandas = pytest.importorskip("pandas")
    cerebro = bt.Cerebro(stdstats=False)
    for name in ("2006-day-001.txt", "2006-day-002.txt"):
        cerebro.adddata(feed(datas, name))
    cerebro.addstrategy(Trader)
    cerebro.addanalyzer(bt.analyzers.PyFolio)
    analyzer = cerebro.run()[0].analyzers.pyfolio
    assert list(analyzer.get_analysis()) == ["returns", "positions", "transactions", "gross_lev"]
    returns, positions, transactions, leverage = analyzer.get_pf_items()
    # all datas, where there used to be the last alone
    assert list(positions.columns) == ["2006-day-001", "2006-day-002", "cash"]
    assert list(transactions.columns) == ["amount", "price", "sid", "symbol", "value"]
    for each in (returns, positions, transactions, leverage):
        assert str(each.index.tz) == "UTC"
    assert isinstance(returns, pandas.Series)
    assert returns.name == "return"


INTRADAY = ("2006-min-005.txt", {"timeframe": FRAMES.Minutes, "compression": 5})


@pytest.mark.parametrize(("name", "params"), [("2006-day-001.txt", {}), INTRADAY])
@pytest.mark.parametrize("strategy", [Trader, bt.Strategy])
def test_pyfolio_items_are_what_pyfolio_and_quantstats_take(datas, strategy, name, params):
    pandas = pytest.importorskip("pandas")
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(datas, name, **params))
    cerebro.addstrategy(strategy)
    cerebro.addanalyzer(bt.analyzers.PyFolio)
    analyzer = cerebro.run()[0].analyzers.pyfolio
    returns, positions, transactions, leverage = analyzer.get_pf_items()
    for each in (returns, positions, transactions, leverage):
        assert isinstance(each.index, pandas.DatetimeIndex)
        assert str(each.index.dtype) == "datetime64[ns, UTC]"
        assert each.index.is_monotonic_increasing
    for each in (returns, positions, leverage):
        assert each.index.equals(returns.index)
        assert each.index.equals(each.index.normalize())
        assert each.index.is_unique
    assert returns.dtype == leverage.dtype == float
    assert set(positions.dtypes) == {returns.dtype}
    values = positions.sum(axis=1)
    growth = (1.0 + returns).cumprod() * START
    assert values.to_numpy() == pytest.approx(growth.to_numpy())
    assert {"amount", "price", "symbol"} <= set(transactions.columns)
    assert len(transactions) == 0 or set(transactions["symbol"]) == set(positions.columns[:-1])


def test_pyfolio_items_by_bar_keep_the_time_of_day(datas):
    pytest.importorskip("pandas")
    name, params = INTRADAY
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(datas, name, **params))
    cerebro.addanalyzer(bt.analyzers.PyFolio, timeframe=FRAMES.Minutes, compression=5)
    returns, positions, _, leverage = cerebro.run()[0].analyzers.pyfolio.get_pf_items()
    assert len(returns) == len(positions) == len(leverage) > 1000


def test_positions_of_a_feed_without_a_bar_yet_are_worth_nothing(datas):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(datas))
    cerebro.resampledata(feed(datas), timeframe=FRAMES.Weeks)
    cerebro.addanalyzer(bt.analyzers.PositionsValue)
    (first, *_) = cerebro.run()[0].analyzers[0].get_analysis().values()
    assert first == [0.0, 0.0]


def test_results_are_pickled_without_the_run(datas):
    names = ("Calmar", "DrawDown", "Returns", "SharpeRatio", "SQN", "TimeReturn", "TradeAnalyzer")
    strategy = run(datas, *((getattr(bt.analyzers, name), {}) for name in (*names, "VWR")))
    for analyzer in strategy.analyzers:
        text = pickle.dumps(analyzer)
        assert len(text) < 25_000
        again = pickle.loads(text)
        assert repr(again.get_analysis()) == repr(analyzer.get_analysis())
        assert again.strategy is None


ALL = [name for name in bt.analyzers.__all__ if name not in ("Analyzer", "TimeFrameAnalyzerBase")]
ALL = [name for name in ALL if hasattr(getattr(bt.analyzers, name), "get_analysis")]


@pytest.fixture(scope="module")
def analyzed(datas):
    pytest.importorskip("pandas")
    return run(datas, *((getattr(bt.analyzers, name), {"_name": name}) for name in ALL))


@pytest.mark.parametrize("name", [name for name in ALL if name != "PyFolio"])
def test_every_analyzer_gives_a_frame(name, analyzed):
    import pandas

    analyzer = analyzed.analyzers.getbyname(name)
    frame = analyzer.to_frame()
    assert isinstance(frame, pandas.DataFrame)
    results = analyzer.get_analysis()
    values = list(leaves(results))
    assert len(values) > 0
    assert sorted(map(repr, frame.to_numpy(dtype=object).ravel().tolist())) == sorted(
        map(repr, values)
    )
    assert frame.index.is_unique or name == "Transactions"


def test_the_frame_of_pyfolio_has_a_row_a_day(analyzed):
    frame = analyzed.analyzers.getbyname("PyFolio").to_frame()
    assert list(frame.columns) == ["return", "2006-day-001", "cash", "gross_lev"]
    assert len(frame) == len(analyzed)
    assert not frame.isna().any(axis=None)


def leaves(results):
    """Every single value in the results, without the names of columns."""
    for key, value in results.items():
        if hasattr(value, "items"):
            yield from leaves(value)
        elif key in ("date", "Datetime"):
            continue
        elif isinstance(value, list):
            for each in value:
                yield from each if isinstance(each, list) else [each]
        else:
            yield value
