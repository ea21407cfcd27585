"""The run loops: what is called, when, and what is left behind."""

import pytest

import backtrader as bt

ROWS = "".join(
    f"2020-01-{day:02d} 00:00:00,{100 + day},{103 + day},{98 + day},{101 + day},10,0\n"
    for day in range(1, 31)
)


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("datetime,open,high,low,close,volume,openinterest\n" + ROWS)
    return path


def cerebro_with(path, strategy, **kwargs):
    cerebro = bt.Cerebro(**kwargs)
    cerebro.adddata(bt.feeds.GenericCSVData(dataname=str(path)))
    cerebro.addstrategy(strategy)
    return cerebro


@pytest.mark.parametrize("modes", [{}, {"runonce": False}, {"runonce": False, "preload": False}])
def test_a_failing_run_closes_its_files(csv_file, modes):
    class Failing(bt.Strategy):
        def next(self):
            raise RuntimeError("mine")

    cerebro = cerebro_with(csv_file, Failing, **modes)
    with pytest.raises(RuntimeError, match="mine"):
        cerebro.run()
    assert cerebro.datas[0].f is None


@pytest.mark.parametrize("modes", [{}, {"runonce": False}, {"exactbars": 1}])
def test_runstop_ends_after_the_current_bar(csv_file, modes):
    class Stopping(bt.Strategy):
        def next(self):
            if len(self) == 7:
                self.cerebro.runstop()

    (strategy,) = cerebro_with(csv_file, Stopping, **modes).run()
    assert len(strategy) == 7
    assert len(strategy.stats.broker.value.get(size=7)) == 7


def test_a_cerebro_can_run_again_with_the_same_result(csv_file):
    class Buying(bt.Strategy):
        def next(self):
            if len(self) == 3:
                self.buy()

    cerebro = cerebro_with(csv_file, Buying)
    first = cerebro.run()[0].broker.getvalue()
    second = cerebro.run()[0].broker.getvalue()
    assert first == second != 10000.0


def test_hooks_into_the_loop_are_honoured(csv_file):
    calls = []

    class Hooked(bt.Strategy):
        def _oncepost(self, dt):
            calls.append(dt)
            super()._oncepost(dt)

    cerebro_with(csv_file, Hooked).run()
    assert len(calls) == 30


def test_an_idle_strategy_still_reaches_the_last_bar(csv_file):
    (strategy,) = cerebro_with(csv_file, bt.Strategy, stdstats=False).run()
    assert (len(strategy), len(strategy.data), strategy.data.close[0]) == (30, 30, 131.0)


def test_orders_of_start_are_worked_on_though_nothing_else_happens(csv_file):
    class Once(bt.Strategy):
        def prenext(self):
            pass

        def nextstart(self):
            self.buy(size=2)

    cerebro = cerebro_with(csv_file, Once, stdstats=False)
    cerebro.run()
    assert cerebro.broker.getposition(cerebro.datas[0]).size == 2


def test_optimisation_in_process_gives_results_in_order(csv_file):
    class Tuned(bt.Strategy):
        params = (("period", 1), ("factor", 1))

    cerebro = bt.Cerebro(maxcpus=1)
    cerebro.adddata(bt.feeds.GenericCSVData(dataname=str(csv_file)))
    cerebro.optstrategy(Tuned, period=range(2, 4), factor=(5, 6))
    results = cerebro.run()
    assert [(r[0].params.period, r[0].params.factor) for r in results] == [
        (2, 5),
        (2, 6),
        (3, 5),
        (3, 6),
    ]


class Parallel(bt.Strategy):
    """Found by name in the worker processes."""

    params = (("period", 1),)

    def __init__(self):
        bt.ind.SMA(period=self.p.period)


def test_optimisation_in_processes_gives_the_same(csv_file):
    cerebro = bt.Cerebro(maxcpus=2)
    cerebro.adddata(bt.feeds.GenericCSVData(dataname=str(csv_file)))
    cerebro.addanalyzer(bt.analyzers.SQN, _name="sqn")
    cerebro.optstrategy(Parallel, period=range(2, 5))
    results = cerebro.run()
    assert [r[0].p.period for r in results] == [2, 3, 4]
    assert results[0][0].analyzers.sqn.get_analysis().trades == 0


def test_a_strategy_is_told_the_names_of_the_feeds_as_a_list(csv_file):
    class Asking(bt.Strategy):
        def start(self):
            self.names = self.getdatanames()

    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=csv_file), name="first")
    cerebro.addstrategy(Asking)
    (strategy,) = cerebro.run()
    assert strategy.names == ["first"]
