"""What `summary` tells of a run, against the analyzers and observers that measure the same."""

import math
import random

import pytest

import backtrader as bt
from backtrader.summary import Summary

FRAMES = bt.TimeFrame


class Random(bt.Strategy):
    """Buy and sell at random, both ways and in several sizes, with pending orders now and then."""

    params = (("seed", 1), ("cash", 0.0))

    def __init__(self):
        self.random = random.Random(self.p.seed)

    def next(self):
        if self.p.cash and len(self) == 50:
            self.broker.add_cash(self.p.cash)
        for data in self.datas:
            chance = self.random.random()
            if chance < 0.05:
                self.buy(data, size=self.random.randint(1, 5))
            elif chance < 0.1:
                self.sell(data, size=self.random.randint(1, 5))
            elif chance < 0.15:
                limit = data.close[0] * 0.99
                self.buy(data, size=2, exectype=bt.Order.Limit, price=limit)
            elif chance < 0.2:
                self.close(data)


def run(datas, *names, analyzers=(), resample=None, broker=(), strategy_params=(), **kwargs):
    cerebro = bt.Cerebro(**kwargs)
    for name in names or ("2006-day-001.txt",):
        data = bt.feeds.BacktraderCSVData(dataname=str(datas / name))
        if resample is None:
            cerebro.adddata(data)
        else:
            cerebro.resampledata(data, timeframe=resample)
    cerebro.broker.setcommission(commission=0.001)
    for name, *values in broker:
        getattr(cerebro.broker, name)(*values)
    for analyzer, params in analyzers:
        cerebro.addanalyzer(analyzer, **params)
    cerebro.addstrategy(Random, **dict(strategy_params))
    return cerebro.run()[0]


MEASURES = (
    (bt.analyzers.DrawDown, {}),
    (bt.analyzers.TradeAnalyzer, {}),
    (bt.analyzers.SharpeRatio_A, {"timeframe": FRAMES.Days}),
)


def figures(strategy):
    return [value for key, value in vars(strategy.summary()).items() if key != "sharpe_basis"]


def flat(values):
    return [x for value in values for x in (vars(value).values() if _is_trades(value) else [value])]


def _is_trades(value):
    return type(value).__name__ == "TradeSummary"


@pytest.mark.parametrize("stdstats", [True, False])
@pytest.mark.parametrize("names", [(), ("2006-day-001.txt", "2006-day-001.txt")])
@pytest.mark.parametrize("seed", range(4))
def test_it_tells_what_the_analyzers_would(datas, seed, names, stdstats):
    terms = {"strategy_params": {"seed": seed}, "stdstats": stdstats}
    analyzed = run(datas, *names, analyzers=MEASURES, **terms)
    plain = run(datas, *names, **terms)
    found, expected = plain.summary(), analyzed.summary()
    assert expected.trades.closed > 5
    assert expected.max_drawdown > 0.0
    assert found.sharpe is not None
    for one, other in zip(flat(figures(plain)), flat(figures(analyzed)), strict=True):
        if isinstance(one, float):
            assert one == pytest.approx(other, rel=1e-9)
        else:
            assert one == other
    assert found.total_return == pytest.approx(plain.broker.getvalue() / 10000.0 - 1.0)
    assert "daily" in found.sharpe_basis
    assert "SharpeRatio_A" in expected.sharpe_basis


def test_without_an_observer_nothing_is_said_of_executions_that_cannot_be_placed(datas):
    names = ("2006-day-001.txt", "2006-day-002.txt")  # the second misses days
    told = 0
    for seed in range(12):
        terms = {"strategy_params": {"seed": seed}, "stdstats": False}
        found = run(datas, *names, **terms).summary()
        expected = run(datas, *names, analyzers=MEASURES, **terms).summary()
        if found.sharpe is not None:
            told += 1
            assert found.sharpe == pytest.approx(expected.sharpe, rel=1e-9)
            assert found.max_drawdown == pytest.approx(expected.max_drawdown, rel=1e-9)
    assert 0 < told < 12


@pytest.mark.parametrize("frame", [FRAMES.Weeks, FRAMES.Months])
def test_longer_bars_give_the_ratio_of_longer_periods(datas, frame):
    sharpe = (bt.analyzers.SharpeRatio_A, {"timeframe": frame})
    found = run(datas, resample=frame).summary()
    expected = run(datas, resample=frame, analyzers=[sharpe]).summary()
    assert found.sharpe == pytest.approx(expected.sharpe, rel=1e-9)


def test_added_cash_is_no_return(datas):
    for stdstats in (True, False):
        strategy = run(datas, stdstats=stdstats, strategy_params={"cash": 5000.0})
        found = strategy.summary()
        assert found.end_value > 14000.0
        assert found.total_return == strategy.broker.get_fundvalue() / 100.0 - 1.0
        # the course of the value has a step in it that was not earned
        assert found.max_drawdown is None
        assert found.sharpe is None


def test_a_fund_is_measured_by_its_shares(datas):
    terms = {"broker": [("set_fundmode", True, 10.0)], "strategy_params": {"cash": 5000.0}}
    strategy = run(datas, **terms)
    expected = run(datas, analyzers=MEASURES, **terms).summary()
    found = strategy.summary()
    assert found.max_drawdown == pytest.approx(expected.max_drawdown)
    assert found.max_drawdown_money is None is expected.max_drawdown_money
    assert found.sharpe == pytest.approx(expected.sharpe)


def test_interest_is_noticed_where_nobody_recorded_the_value(datas):
    interest = [("setcommission", 0.0, None, 1.0, None, True, None, 1.0)]
    recorded = run(datas, broker=interest).summary()
    assert recorded.max_drawdown is not None
    found = run(datas, broker=interest, stdstats=False).summary()
    assert found.max_drawdown is found.sharpe is None
    assert found.trades == recorded.trades


def test_bounded_memory_keeps_trades_and_ends(datas):
    whole, bounded = run(datas).summary(), run(datas, exactbars=1).summary()
    assert bounded.trades == whole.trades
    assert bounded.end_value == whole.end_value
    assert (bounded.first, bounded.max_drawdown, bounded.sharpe) == (None, None, None)
    assert bounded.last == whole.last


def test_an_optimisation_tells_what_its_analyzers_allow(datas):
    cerebro = bt.Cerebro(maxcpus=2)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt")))
    cerebro.broker.setcommission(commission=0.001)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer)
    cerebro.addanalyzer(bt.analyzers.TimeDrawDown, timeframe=FRAMES.Weeks)
    cerebro.optstrategy(Random, seed=[1, 2])
    for seed, (result,) in zip((1, 2), cerebro.run(), strict=True):
        expected = run(datas, strategy_params={"seed": seed}).summary()
        found = result.summary()
        assert found.parameters["seed"] == seed
        assert found.total_return == expected.total_return
        assert found.annual_return == expected.annual_return
        assert found.trades.won == expected.trades.won
        assert found.trades.best == expected.trades.best
        assert 0.0 < found.max_drawdown <= expected.max_drawdown
        assert found.sharpe is None


def test_a_run_without_trades_or_bars(datas):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt")))
    found = cerebro.run()[0].summary()
    assert found.trades.total == 0
    assert (found.total_return, found.max_drawdown, found.sharpe) == (0.0, 0.0, None)
    assert "Trades                                 0" in str(found)


def test_it_is_printed_on_one_screen(datas):
    text = str(run(datas).summary())
    lines = text.splitlines()
    assert lines[0] == "Random(seed=1, cash=0.0)"
    assert lines[1] == "2006-01-02 to 2006-12-29, 257 bars"
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    for name in ("Return", "Largest drawdown", "Sharpe ratio", "Trades", "Profit factor"):
        assert any(line.startswith(name) for line in lines)


def test_what_is_not_known_is_not_shown_as_a_number():
    text = str(Summary("Mine", {}))
    assert "nan" not in text.lower()
    assert text.count(" -\n") + text.endswith("-") == 7


def test_a_loss_of_everything_has_no_yearly_rate(datas):
    class Ruin(bt.Strategy):
        def next(self):
            if len(self) == 1:
                self.buy(size=100)

    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / "2006-day-001.txt")))
    cerebro.broker.setcash(1000.0)
    cerebro.broker.setcommission(commission=0.0, margin=1.0, mult=1000.0)
    cerebro.addstrategy(Ruin)
    found = cerebro.run()[0].summary()
    assert found.annual_return is None or math.isfinite(found.annual_return)
