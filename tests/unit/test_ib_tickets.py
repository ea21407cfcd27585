"""From an order to the ticket of the Web API; numbers and references of orders."""

import threading

import pytest

from backtrader.errors import OrderError, ParameterError
from backtrader.stores._ib.contracts import makecontract
from backtrader.stores._ib.figures import number, whole
from backtrader.stores._ib.iborder import IBOrder
from backtrader.stores._ib.ids import OrderIds, client_order_id, order_id_of
from backtrader.stores._ib.tickets import attribute_of, conid_of, is_extra, ticket_of


@pytest.mark.parametrize(
    ("arguments", "attributes", "fields"),
    [
        (("MKT",), {}, {"orderType": "MKT"}),
        (("MOC",), {}, {"orderType": "MOC", "tif": "DAY"}),
        (("LMT", 9.5), {}, {"orderType": "LMT", "price": 9.5}),
        (("LOC", 9.5), {}, {"orderType": "LOC", "price": 9.5, "tif": "DAY"}),
        (("STP", 9.5), {}, {"orderType": "STP", "price": 9.5}),
        (("MIT", 9.5), {}, {"orderType": "MIT", "price": 9.5}),
        (
            ("STP LMT", 9.5),
            {"m_auxPrice": 9.25},
            {"orderType": "STOP_LIMIT", "price": 9.5, "auxPrice": 9.25},
        ),
        (
            ("TRAIL", 9.5),
            {"m_auxPrice": 0.5},
            {"orderType": "TRAIL", "price": 9.5, "trailingAmt": 0.5, "trailingType": "amt"},
        ),
        (
            ("TRAIL",),
            {"m_trailingPercent": 2.0},
            {"orderType": "TRAIL", "trailingAmt": 2.0, "trailingType": "%"},
        ),
        (
            ("TRAIL LIMIT", 9.0),
            {"m_trailStopPrice": 9.5, "m_auxPrice": 0.5},
            {
                "orderType": "TRAILLMT",
                "price": 9.0,
                "auxPrice": 9.5,
                "trailingAmt": 0.5,
                "trailingType": "amt",
            },
        ),
        (("MIDPRICE",), {}, {"orderType": "MIDPRICE"}),
    ],
)
def test_fields_by_type(arguments, attributes, fields):
    order = IBOrder("BUY", 3, *arguments, **attributes)
    base = {"conid": 1, "side": "BUY", "quantity": 3, "tif": "GTC"}
    assert ticket_of(order, 1) == {**base, **fields}


@pytest.mark.parametrize(
    ("arguments", "attributes", "message"),
    [
        (("LMT",), {}, "needs m_lmtPrice"),
        (("STP",), {}, "needs m_auxPrice"),
        (("STP LMT", 9.0), {}, "needs m_auxPrice"),
        (("TRAIL",), {}, "needs m_auxPrice"),
        (("TRAIL LIMIT", 9.0), {"m_auxPrice": 1.0}, "needs m_trailStopPrice"),
        (("LMT", float("nan")), {}, "is no price"),
        (("MKT",), {"tif": "FOK"}, "unknown time in force 'FOK'"),
        (("MKT",), {"m_displaySize": 100}, "no field for m_displaySize"),
        (("MKT",), {"m_totalQuantity": 0}, "is no positive number"),
        (("MKT",), {"m_totalQuantity": None}, "is no positive number"),
    ],
)
def test_what_cannot_be_sent_is_an_error(arguments, attributes, message):
    with pytest.raises(OrderError, match=message):
        ticket_of(IBOrder("BUY", 3, *arguments, **attributes), 1)


def test_a_date_until_which_it_is_valid_is_not_told():
    assert ticket_of(IBOrder("BUY", 1, "MKT", tif="GTD"), 1)["tif"] == "GTC"


def test_cash_in_place_of_units():
    ticket = ticket_of(IBOrder("BUY", 1, "MKT", cashQty=500.0), 1)
    assert ticket["cashQty"] == 500.0 and "quantity" not in ticket


def test_a_routed_contract_takes_the_place_of_the_number():
    ticket = ticket_of(IBOrder("BUY", 1, "MKT", conidex="1@NASDAQ"), 1)
    assert ticket["conidex"] == "1@NASDAQ" and "conid" not in ticket


def test_the_digits_that_arithmetic_leaves_are_cut():
    assert ticket_of(IBOrder("BUY", 1, "LMT", 0.1 + 0.2), 1)["price"] == 0.3


def test_fractions_stay_and_whole_numbers_are_whole():
    assert ticket_of(IBOrder("BUY", 1.5, "MKT"), 1)["quantity"] == 1.5
    assert ticket_of(IBOrder("BUY", 2.0, "MKT"), 1)["quantity"] == 2


def test_ibind_makes_the_same_ticket_of_the_request():
    ibind = pytest.importorskip("ibind")
    from ibind.client.ibkr_utils import parse_order_request

    order = IBOrder("SELL", 3, "TRAIL LIMIT", 9.0, "DAY", m_trailStopPrice=9.5, m_auxPrice=0.5)
    order.m_account, order.m_allOrNone, order.m_outsideRth = "DU1", True, True
    request = order.to_ibind_order(5)
    assert isinstance(request, ibind.OrderRequest)
    assert parse_order_request(request) == {**ticket_of(order, 5), "acctId": "DU1"}


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("m_tif", "m_tif"),
        ("tif", "m_tif"),
        ("outsideRTH", "m_outsideRth"),
        ("outsideRth", "m_outsideRth"),
        ("acctId", "m_account"),
        ("useAdaptive", "m_usePriceMgmtAlgo"),
        ("fxQty", "fxQty"),
    ],
)
def test_names_of_extras(name, attribute):
    assert attribute_of(name) == attribute
    assert is_extra(name)


def test_an_unknown_name():
    assert not is_extra("colour")
    with pytest.raises(ParameterError):
        attribute_of("colour")


def test_the_number_of_a_contract():
    contract = makecontract("AAPL", "STK", "SMART", "USD")
    with pytest.raises(OrderError, match="has no conid"):
        conid_of(contract)
    contract.m_conId = 265598
    assert conid_of(contract) == conid_of(265598) == 265598


def test_numbers_are_never_the_same_twice():
    ids, found = OrderIds(), []

    def draw():
        found.extend([ids.next_id() for _ in range(2000)])

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 8000
    later = OrderIds()
    assert later.next_id() not in found
    assert max(found) < 2**63


def test_references_lead_back_to_the_number():
    number_ = OrderIds().next_id()
    reference = client_order_id(number_)
    assert order_id_of(reference) == number_ and len(reference) <= 16
    assert order_id_of("my order") is order_id_of("bt") is order_id_of("btÄ") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,005,254 USD", 1005254.0),
        ("12.5", 12.5),
        (3, 3.0),
        ("", None),
        ("N/A", None),
        ("NA", None),
        ("None", None),
        (None, None),
        (True, None),
        ("nan", None),
    ],
)
def test_numbers_as_ibkr_writes_them(text, value):
    assert number(text) == value


def test_long_numbers_keep_all_digits():
    assert whole("9007199254740993") == 9007199254740993
    assert whole(245323648.0) == 245323648
    assert whole("x") is whole("1.5") is whole(None) is None
