"""Commission schemes: kinds, costs, values and interest."""

import datetime

import pytest

from backtrader.comminfo import CommInfoBase, CommissionInfo
from backtrader.commissions import (
    CommInfo_Futures_Fixed,
    CommInfo_Futures_Perc,
    CommInfo_Stocks_Fixed,
    CommInfo_Stocks_Perc,
)
from backtrader.position import Position


@pytest.mark.parametrize(
    ("scheme", "params", "stocklike", "commission"),
    [
        (CommissionInfo, {"commission": 0.01}, True, 5.0),
        (CommInfoBase, {"commission": 1.0}, True, 5.0),
        (CommInfoBase, {"commission": 2.0, "margin": 100.0}, False, 20.0),
        (CommInfo_Stocks_Perc, {"commission": 1.0}, True, 5.0),
        (CommInfo_Stocks_Fixed, {"commission": 2.0}, True, 20.0),
        (CommInfo_Futures_Fixed, {"commission": 2.0, "margin": 9.0}, False, 20.0),
        (CommInfo_Futures_Perc, {"commission": 1.0, "margin": 9.0}, False, 5.0),
    ],
)
def test_kind_follows_from_the_parameters(scheme, params, stocklike, commission):
    terms = scheme(**params)
    assert terms.stocklike is stocklike
    assert terms.getcommission(10, 50.0) == pytest.approx(commission)
    assert terms.getcommission(-10, 50.0) == terms.confirmexec(10, 50.0)


def test_futures_without_a_margin_bind_one_per_unit():
    terms = CommInfo_Futures_Fixed(commission=1.0)
    assert terms.margin == 1.0
    assert terms.getoperationcost(-7, 50.0) == 7.0


@pytest.mark.parametrize(("automargin", "margin"), [(False, 9.0), (-1, 500.0), (0.5, 25.0)])
def test_automargin(automargin, margin):
    terms = CommInfoBase(margin=9.0, mult=10.0, automargin=automargin)
    assert terms.get_margin(50.0) == margin
    assert terms.getvaluesize(-2, 50.0) == 2 * margin


def test_stock_values():
    terms = CommissionInfo(leverage=2.0)
    assert terms.getsize(30.0, 1000.0) == 66
    assert terms.getvaluesize(-7, 50.0) == -350.0
    assert terms.getvalue(Position(7, 40.0), 50.0) == 350.0
    assert terms.getvalue(Position(-7, 40.0), 50.0) == -210.0
    assert terms.profitandloss(-7, 40.0, 50.0) == -70.0
    assert terms.cashadjust(-7, 40.0, 50.0) == 0.0


def test_futures_settle_every_move():
    terms = CommInfoBase(margin=100.0, mult=5.0)
    assert terms.cashadjust(2, 40.0, 41.0) == 10.0
    assert terms.getsize(40.0, 350.0) == 3


def test_interest_is_charged_by_the_day_on_shorts():
    terms = CommissionInfo(interest=0.365)
    short, long = Position(-10, 100.0), Position(10, 100.0)
    short.datetime = long.datetime = datetime.datetime(2005, 1, 3, 12)
    later = datetime.datetime(2005, 1, 5, 9)
    assert terms.get_credit_interest(None, short, later) == pytest.approx(2.0)
    assert terms.get_credit_interest(None, short, datetime.datetime(2005, 1, 3, 23)) == 0.0
    assert terms.get_credit_interest(None, long, later) == 0.0
    charged = CommissionInfo(interest=0.365, interest_long=True)
    assert charged.get_credit_interest(None, long, later) == pytest.approx(2.0)


def test_an_overridden_hook_is_used():
    class Minimum(CommInfoBase):
        def _getcommission(self, size, price, pseudoexec):
            return max(1.0, abs(size) * 0.01)

    assert Minimum().getcommission(5, 100.0) == 1.0
    assert Minimum().confirmexec(500, 100.0) == 5.0
