"""Orders with the attributes of the TWS API."""

import datetime

import pytest

import backtrader as bt
from backtrader.brokers import ibbroker, ibbroker_ibind, iborder_ibind
from backtrader.brokers.ibbroker import IBCommInfo, IBOrder, IBOrderState
from backtrader.errors import OrderError, ParameterError
from backtrader.stores._ib.contracts import ContractDetails, makecontract

NOW = datetime.datetime(2026, 3, 2, 15, 0)


class OneBar(bt.feed.DataBase):
    """A feed with one bar, at a close of 100."""

    def start(self):
        super().start()
        self.done = False

    def _load(self):
        if self.done:
            return False
        self.done = True
        self.lines.datetime[0] = bt.date2num(NOW)
        for line in (self.lines.open, self.lines.high, self.lines.low, self.lines.close):
            line[0] = 100.0
        return True


@pytest.fixture
def data():
    feed = OneBar()
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed)
    cerebro.run(runonce=False)
    return feed


def order(data, action="BUY", **kwargs):
    return IBOrder(action, data=data, size=10, **kwargs)


def test_the_plain_form():
    made = IBOrder("BUY", 100, "LMT", 150.0, "DAY")
    assert (made.m_action, made.m_totalQuantity, made.m_orderType) == ("BUY", 100, "LMT")
    assert (made.m_lmtPrice, made.m_auxPrice, made.m_tif) == (150.0, None, "DAY")
    assert made.isbuy() and made.size == 100 and made.exectype == bt.Order.Limit
    assert made.m_transmit is True and made.m_parentId == 0 and made.m_ocaGroup == ""


def test_the_attributes_can_be_written():
    pytest.importorskip("ibind")
    made = IBOrder("SELL", 5, "STP", 99.0)
    assert made.m_auxPrice == 99.0
    made.m_tif, made.m_outsideRth, made.m_auxPrice = "GTC", True, 98.5
    request = made.to_ibind_order(265598)
    assert (request.price, request.tif, request.outside_rth) == (98.5, "GTC", True)
    assert (request.conid, request.side, request.quantity) == (265598, "SELL", 5)


@pytest.mark.parametrize(
    ("exectype", "asked", "kind", "prices"),
    [
        (None, {}, "MKT", (None, None, None)),
        (bt.Order.Close, {}, "MOC", (None, None, None)),
        (bt.Order.Limit, {"price": 99.0}, "LMT", (99.0, None, None)),
        (bt.Order.Stop, {"price": 105.0}, "STP", (None, 105.0, None)),
        (
            bt.Order.StopLimit,
            {"price": 105.0, "pricelimit": 106.0},
            "STP LMT",
            (106.0, 105.0, None),
        ),
        (bt.Order.StopTrail, {"trailamount": 2.0}, "TRAIL", (None, 2.0, 102.0)),
        (
            bt.Order.StopTrailLimit,
            {"price": 100.0, "pricelimit": 101.0, "trailamount": 2.0},
            "TRAIL LIMIT",
            (103.0, 2.0, 102.0),
        ),
    ],
)
def test_types_and_prices_by_kind_of_execution(data, exectype, asked, kind, prices):
    made = order(data, exectype=exectype, **asked)
    assert made.m_orderType == kind
    assert (made.m_lmtPrice, made.m_auxPrice, made.m_trailStopPrice) == prices
    assert made.size == 10 and made.executed.remsize == 10


def test_a_percentage_is_one_of_a_hundred(data):
    made = order(data, "SELL", exectype=bt.Order.StopTrail, trailpercent=0.015)
    assert made.m_trailingPercent == 1.5 and made.m_trailStopPrice == 98.5
    assert made.size == -10


def test_a_calculated_stop_is_brought_to_the_step_of_the_price(data):
    contract = makecontract("AAPL", "STK", "SMART", "USD")
    data.contractdetails = ContractDetails(contract, m_minTick=0.05)
    made = order(data, "SELL", exectype=bt.Order.StopTrail, trailpercent=0.0133)
    assert made.m_trailStopPrice == 98.65


@pytest.mark.parametrize(
    ("valid", "tif", "until"),
    [
        (None, "GTC", ""),
        (0, "DAY", ""),
        (datetime.timedelta(), "DAY", ""),
        (datetime.timedelta(hours=2), "GTD", "20260302-17:00:00"),
        (datetime.datetime(2026, 3, 5, 12), "GTD", "20260305-12:00:00"),
        (datetime.date(2026, 3, 5), "GTD", "20260305-00:00:00"),
    ],
)
def test_validity(data, valid, tif, until):
    made = order(data, exectype=bt.Order.Limit, price=99.0, valid=valid)
    assert (made.m_tif, made.m_goodTillDate) == (tif, until)


def test_extras_go_by_all_their_names(data):
    made = order(data, tif="IOC", m_account="DU1", outsideRTH=True, m_extOperator="me")
    assert (made.m_tif, made.m_account, made.m_outsideRth) == ("IOC", "DU1", True)
    assert made.m_extOperator == "me"


def test_unknown_extras_are_an_error_that_names_the_near_one(data):
    with pytest.raises(ParameterError, match="did you mean 'outsideRth'"):
        order(data, outsidRth=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("HOLD", 1), "unknown action 'HOLD'"),
        (("BUY", 1, "NONSENSE"), "unknown order type"),
    ],
)
def test_nonsense_is_refused(arguments, message):
    with pytest.raises(OrderError, match=message):
        IBOrder(*arguments)


def test_an_exectype_that_cannot_be_sent_is_refused(data):
    with pytest.raises(OrderError, match="cannot be sent"):
        order(data, exectype=bt.Order.Historical)
    with pytest.raises(OrderError, match="needs trailamount or trailpercent"):
        order(data, exectype=bt.Order.StopTrail)


def test_a_copy_is_the_same_order(data):
    made = order(data, exectype=bt.Order.Limit, price=99.0)
    copied = made.clone()
    assert copied == made and copied.m_lmtPrice == 99.0
    made.m_lmtPrice = 98.0
    assert copied.m_lmtPrice == 99.0
    assert "m_lmtPrice: 98.0" in str(made)


def test_the_state_of_an_order_in_both_forms():
    state = IBOrderState("Filled", 1.25, "USD")
    assert (state.m_status, state.m_commission) == ("Filled", 1.25)
    assert state.m_initMargin is None
    assert IBOrderState(status="Submitted", commission=1.0).m_status == "Submitted"
    again = IBOrderState(state)
    assert again.m_commissionCurrency == "USD"
    assert "status: Filled" in str(again)


def test_a_commission_that_is_not_known_is_none():
    assert IBOrderState("Submitted").m_commission is None


def test_the_scheme_values_by_the_price():
    scheme = IBCommInfo(mult=50.0, stocklike=False)
    assert scheme.getvaluesize(-2, 10.0) == 20.0
    assert scheme.getoperationcost(-2, 10.0) == 20.0
    assert scheme.profitandloss(2, 10.0, 11.0) == 100.0


def test_the_other_names():
    assert ibbroker_ibind.IBBroker is ibbroker.IBBroker
    assert iborder_ibind.IBOrder is IBOrder
