"""Optimisation on a local cluster of Dask; run by ``tox run -e dask``."""

import pytest

import backtrader as bt

distributed = pytest.importorskip("distributed")

# the cluster warns of what goes on in its own threads and sockets
pytestmark = [pytest.mark.dask, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def executor():
    terms = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**terms) as cluster, distributed.Client(cluster) as client:
        yield client.get_executor()


def cerebro_with(datas, **kwargs):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=1)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / "2005-2006-day-001.txt")))
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer)
    cerebro.addanalyzer(bt.analyzers.SharpeRatio, timeframe=bt.TimeFrame.Weeks)
    cerebro.optstrategy(bt.strategies.MA_CrossOver, **kwargs)
    return cerebro


def outcome(results):
    return [
        (each.p.fast, each.p.slow, [dict(x.get_analysis()) for x in each.analyzers])
        for (each,) in results
    ]


def test_results_are_those_of_one_process_in_order(datas, executor):
    values = {"fast": range(5, 9), "slow": range(20, 25)}
    expected = outcome(cerebro_with(datas, **values).run())
    assert len(expected) == 20
    assert outcome(cerebro_with(datas, **values).run(executor=executor)) == expected


def test_a_combination_that_fails_loses_no_other(datas, executor):
    cerebro = cerebro_with(datas, fast=[5, "no number", 6])
    results = cerebro.run(executor=executor)
    assert [len(result) for result in results] == [1, 0, 1]
    (failure,) = cerebro.optfailures
    assert failure.index == 1
    assert failure.parameters[0][2]["fast"] == "no number"
