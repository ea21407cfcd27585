"""Trades: from zero to zero, and their history."""

import copy
import pickle
import types

import pytest

from backtrader.comminfo import CommInfoBase
from backtrader.trade import Trade, TradeHistory
from backtrader.utils.date import num2date

ORDER = types.SimpleNamespace(simulated=False)


class Feed:
    """As much of a feed as a trade looks at."""

    _name = "feed"
    _tz = None
    num2date = staticmethod(num2date)

    def __init__(self):
        self.bar = 0

    def __len__(self):
        return self.bar

    @property
    def datetime(self):
        return [731950.0 + self.bar]


def traded(*steps, **kwargs):
    feed = Feed()
    trade = Trade(data=feed, **kwargs)
    for bar, size, price, commission in steps:
        feed.bar = bar
        trade.update(ORDER, size, price, 0.0, commission, 0.0, CommInfoBase(mult=3.0))
        yield copy.copy(trade)


def test_a_trade_opens_grows_shrinks_and_closes():
    opened, grown, shrunk, closed = traded(
        (1, 10, 100.0, 1.0), (2, 5, 110.0, 1.0), (3, -7, 120.0, 1.5), (6, -8, 90.0, 1.5)
    )
    assert (opened.justopened, opened.isopen, opened.long, opened.status) == (True, True, True, 1)
    assert (opened.pnl, opened.pnlcomm, opened.value) == (0.0, -1.0, 1000.0)
    assert (grown.size, grown.price, grown.justopened) == (15, pytest.approx(310 / 3), False)
    assert shrunk.pnl == pytest.approx(7 * (120 - 310 / 3) * 3)
    assert (closed.isclosed, closed.isopen, closed.status, closed.size) == (True, False, 2, 0)
    assert (closed.baropen, closed.barclose, closed.barlen) == (1, 6, 5)
    assert closed.pnlcomm == closed.pnl - 5.0
    assert closed.open_datetime() == num2date(731951.0)
    assert closed.close_datetime() == num2date(731956.0)


def test_an_update_of_nothing_changes_nothing():
    (trade,) = traded((1, 0, 100.0, 1.0))
    assert (trade.status, trade.commission, bool(trade), len(trade)) == (
        Trade.Created,
        0.0,
        False,
        0,
    )


def test_numbers_go_up():
    assert Trade().ref + 1 == Trade().ref


def test_history_records_every_update():
    *_, trade = traded((1, -4, 100.0, 1.0), (3, 4, 90.0, 2.0), historyon=True, tradeid=5)
    opened, closed = trade.history
    assert (opened.status.status, opened.status.size, opened.event.size) == (1, -4, -4)
    assert (closed.status.pnl, closed.status.pnlcomm, closed.status.barlen) == (120.0, 117.0, 2)
    assert (closed.event.price, closed.event.commission) == (90.0, 2.0)
    assert closed.event.order is ORDER
    assert closed.datetime() == num2date(731953.0)
    with pytest.raises(KeyError):
        closed.event.unknown  # noqa: B018


def test_history_survives_pickling():
    entry = TradeHistory(1, 731950.0, 3, 4, 5.0, 6.0, 7.0, 8.0, None)
    entry.doupdate(None, 3, 4.0, 5.0)
    again = pickle.loads(pickle.dumps(entry))
    assert again == entry
    assert again.status.pnlcomm == 8.0


def test_text_and_name():
    trade = Trade(data=Feed())
    assert trade.getdataname() == "feed"
    assert str(trade).splitlines()[2:4] == ["tradeid:0", "size:0"]
