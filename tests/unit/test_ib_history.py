"""Requests for history, whose answers may be there before anybody waits for them."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future

import pytest

from backtrader import TimeFrame
from backtrader.stores._ib.contracts import ContractDetails, makecontract
from backtrader.stores._ib.durations import bar_for
from backtrader.stores._ib.history import HistoricalBar, History, Request, Signal

NOON = 1_788_264_000


class AtOnce:
    """A pool that has done what it is given before it returns."""

    def submit(self, act, *args):
        future = Future()
        try:
            future.set_result(act(*args))
        except Exception as failure:
            future.set_exception(failure)
        return future

    def shutdown(self, **kwargs):
        pass


def asked(answer, minutes):
    """Return what is queued where each request has this answer."""
    contract = makecontract("AAPL", "STK", "SMART", "USD").clone(m_conId=265598)
    details = ContractDetails(contract, m_minTick=0.01)
    bar = bar_for(TimeFrame.Minutes, 1)
    history, answers = History(lambda *args, **kwargs: answer, lambda: None), queue.Queue()
    history._pool = AtOnce()
    request = Request(details, bar, NOON, NOON + 60 * minutes)
    asking = threading.Thread(target=history.request, args=(1, answers, [request]), daemon=True)
    asking.start()
    asking.join(10.0)
    assert not asking.is_alive()
    history.close()
    return [answers.get_nowait() for _ in range(answers.qsize())]


@pytest.mark.parametrize("minutes", [0, 30, 5000])
def test_answers_that_are_there_at_once(minutes):
    bar = {"t": 1000 * NOON, "o": 1, "h": 1, "l": 1, "c": 1, "v": 1}
    found = asked({"data": [bar]}, minutes)
    if minutes:
        assert [type(each) for each in found] == [HistoricalBar] * 2
        assert found[-1].date is None
    else:
        assert found == [Signal.NO_DATA]


@pytest.mark.parametrize(
    "answer",
    [[], None, {"data": 5}, {"data": [5]}, {"data": [{"t": NOON}]}, {"volumeFactor": "x"}],
)
def test_an_answer_that_makes_no_sense_counts_as_lost(answer, caplog):
    assert asked(answer, 30) == [Signal.LOST]
    assert [each.levelname for each in caplog.records] == ["WARNING"]
