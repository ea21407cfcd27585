"""Counts go on in what was pickled, on every Python."""

import pickle
from pathlib import Path

import backtrader as bt
from backtrader._core.tally import Tally

DATA = str(Path(__file__).resolve().parents[2] / "datas" / "2006-week-001.txt")


def cerebro_with_a_feed():
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=DATA))
    cerebro.addwriter(bt.WriterStringIO, csv=True)
    return cerebro


def test_a_tally_counts_on():
    tally = Tally(1)
    assert [next(tally), next(tally)] == [1, 2]
    assert next(pickle.loads(pickle.dumps(tally))) == 3
    assert next(iter(tally)) == 3


def test_feeds_added_to_a_copy_of_cerebro_have_numbers_of_their_own():
    copy = pickle.loads(pickle.dumps(cerebro_with_a_feed()))
    second = copy.adddata(bt.feeds.BacktraderCSVData(dataname=DATA))
    assert [data._id for data in copy.datas] == [1, 2] and second._id == 2


def test_a_strategy_that_has_run_is_pickled_with_its_cerebro():
    strategy = cerebro_with_a_feed().run()[0]
    copy = pickle.loads(pickle.dumps(strategy))
    assert list(copy.data.close.array) == list(strategy.data.close.array)
