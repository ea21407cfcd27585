"""Optimisation: executors, combinations that fail, interruption, progress."""

import concurrent.futures
import gc
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import backtrader as bt

DATA = str(Path(__file__).resolve().parents[2] / "datas" / "2005-2006-day-001.txt")
SLOWS = range(20, 32)


class Fails(bt.Strategy):
    """Raises for one of its parameters."""

    params = (("period", 1), ("name", "x"))

    def start(self):
        if self.p.period == 3 or self.p.name == "all":
            raise ValueError(f"no luck with {self.p.period}")


def cerebro_with(strategy, cerebro_params=(), **kwargs):
    cerebro = bt.Cerebro(stdstats=False, **dict(cerebro_params))
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=DATA))
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.NoTimeFrame, _name="r")
    cerebro.optstrategy(strategy, **kwargs)
    return cerebro


def returns(results):
    return [(r[0].p.slow, list(r[0].analyzers.r.get_analysis().values())) for r in results]


@pytest.fixture(scope="module")
def expected():
    cerebro = cerebro_with(bt.strategies.MA_CrossOver, {"maxcpus": 1}, slow=SLOWS)
    found = returns(cerebro.run())
    assert len({str(value) for _, value in found}) > 1
    return found


@pytest.mark.parametrize(
    "executor",
    [concurrent.futures.ThreadPoolExecutor, concurrent.futures.ProcessPoolExecutor],
)
def test_any_executor_gives_the_same_results_in_order(executor, expected):
    cerebro = cerebro_with(bt.strategies.MA_CrossOver, slow=SLOWS)
    with executor(2) as pool:
        assert returns(cerebro.run(executor=pool)) == expected


def test_processes_give_the_same_results_in_order(expected):
    cerebro = cerebro_with(bt.strategies.MA_CrossOver, {"maxcpus": 2}, slow=SLOWS)
    assert returns(cerebro.run()) == expected


def test_values_may_be_strings_lists_and_generators():
    cerebro = cerebro_with(Fails, {"maxcpus": 1}, period=(n for n in (1, 2)), name=["a", "b"])
    found = [(r[0].p.period, r[0].p.name) for r in cerebro.run()]
    assert found == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]


@pytest.mark.parametrize("maxcpus", [1, 2])
def test_a_combination_that_fails_is_named_and_loses_no_other(maxcpus, caplog):
    cerebro = cerebro_with(Fails, {"maxcpus": maxcpus}, period=range(1, 5))
    results = cerebro.run()
    assert [[each.p.period for each in result] for result in results] == [[1], [2], [], [4]]
    (failure,) = cerebro.optfailures
    assert failure.index == 2
    assert failure.parameters == [("Fails", (), {"period": 3})]
    assert str(failure) == "Fails(period=3): ValueError: no luck with 3"
    assert "Fails(period=3): ValueError: no luck with 3" in caplog.text


def test_where_all_fail_the_run_does():
    cerebro = cerebro_with(Fails, {"maxcpus": 2}, period=[3], name="all")
    with pytest.raises(RuntimeError, match=r"all 1 combinations failed, first Fails\(period=3"):
        cerebro.run()


def test_an_interruption_ends_all_workers(tmp_path):
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent(
            f"""\
            import os, sys, time
            import backtrader as bt

            class Slow(bt.Strategy):
                params = (("n", 0),)
                def start(self):
                    open({str(tmp_path)!r} + "/pid" + str(os.getpid()), "w").close()
                    time.sleep(60)

            cerebro = bt.Cerebro(maxcpus=2)
            cerebro.adddata(bt.feeds.BacktraderCSVData(dataname={DATA!r}))
            cerebro.optstrategy(Slow, n=range(10))
            try:
                cerebro.run()
            except KeyboardInterrupt:
                sys.exit(7)
            """
        )
    )
    process = subprocess.Popen(
        [sys.executable, str(script)], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    _wait_for(lambda: len(list(tmp_path.glob("pid*"))) == 2, 20)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 7
    assert "Traceback" not in errors
    pids = [int(path.name[3:]) for path in tmp_path.glob("pid*")]
    _wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 5)


def _wait_for(condition, timeout_s):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_progress_is_shown_on_standard_error(capsys):
    cerebro = cerebro_with(Fails, {"maxcpus": 1, "progress": True}, period=[1, 2])
    cerebro.run()
    captured = capsys.readouterr()
    assert "optimisation" in captured.err and "2" in captured.err
    assert captured.out == ""


def test_memory_of_the_parent_does_not_grow_with_the_number_of_combinations():
    import tracemalloc

    peaks = []
    for count in (20, 200):
        cerebro = cerebro_with(bt.Strategy, {"maxcpus": 1, "optreturn": True})
        cerebro.strats[:] = []
        cerebro.optstrategy(Fails, period=range(10, 10 + count))
        tracemalloc.start()
        results = cerebro.run()
        _, peak = tracemalloc.get_traced_memory()
        gc.collect()  # what a run leaves behind is not what is kept
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(results) == count
        peaks.append((peak - before, before))
        del results
    # what is kept grows with the results alone, a few kilobytes each; work in progress does not
    # (but for runs that the collector has not looked at yet)
    assert peaks[1][0] < 2 * peaks[0][0] + 6_000_000
    assert peaks[1][1] / 200 < 6_000


class Ending(bt.Strategy):
    """Counts the strategies that are still there, once what is left over was collected."""

    params = (("period", 1),)

    def __init__(self):
        self.mean = bt.indicators.SMA(self.data.close, period=5)

    def start(self):
        gc.collect()
        self.alive = sum(type(each) is Ending for each in gc.get_objects())


def test_a_run_does_not_hold_those_before_it():
    cerebro = cerebro_with(Ending, {"maxcpus": 1, "optreturn": False}, period=range(1, 4))
    alive = []
    cerebro.optcallback(lambda result: alive.append(result.pop().alive))
    cerebro.run()
    assert alive == [1, 1, 1]


def test_a_worker_does_not_hold_the_runs_before():
    cerebro = cerebro_with(Ending, {"maxcpus": 1}, period=range(1, 6))
    cerebro.run()
    cerebro._dooptimize = False
    task = [(Ending, (), {"period": 1})]
    assert [cerebro(task)[0].alive for _ in range(4)] == [1, 1, 1, 1]
