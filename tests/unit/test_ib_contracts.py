"""Names of contracts, and the contract that each stands for at IBKR."""

from __future__ import annotations

import pytest

from backtrader.errors import ContractError, RequestRefusedError
from backtrader.stores._ib.contracts import (
    Contract,
    ContractDetails,
    Hours,
    makecontract,
    parse_name,
)
from backtrader.stores._ib.lookup import Contracts


def parsed(name, **kwargs):
    """What `parse_name` finds, without what is empty."""
    return {key[2:]: value for key, value in vars(parse_name(name, **kwargs)).items() if value}


# recorded from upstream with a stand-in for IbPy
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("AAPL", "AAPL STK SMART"),
        ("aapl", "aapl STK SMART"),
        ("AAPL-STK", "AAPL STK SMART"),
        ("AAPL-STK-SMART", "AAPL STK SMART"),
        ("AAPL-STK-SMART-USD", "AAPL STK SMART USD"),
        ("AAPL-STK-SMART-USD-X", "AAPL STK SMART USD"),
        ("AAPL-CFD", "AAPL CFD SMART"),
        ("AAPL-CFD-SMART-USD", "AAPL CFD SMART USD"),
        ("SPX-IND-CBOE-USD", "SPX IND CBOE USD"),
        ("EUR.USD-CASH-IDEALPRO", "EUR CASH IDEALPRO USD"),
        ("EUR.USD-CASH", "EUR CASH SMART USD"),
        ("BRK B-STK-NYSE-USD", "BRK B STK NYSE USD"),
        ("BTC-CRYPTO-PAXOS-USD", "BTC CRYPTO PAXOS USD"),
    ],
)
def test_name_without_a_date(name, found):
    contract = parse_name(name)
    parts = (contract.m_symbol, contract.m_secType, contract.m_exchange, contract.m_currency)
    assert " ".join(part for part in parts if part) == found
    assert (contract.m_expiry, contract.m_strike, contract.m_right) == ("", 0.0, "")


ES = {"symbol": "ES", "secType": "FUT", "exchange": "GLOBEX"}
SPY = {"symbol": "SPY", "secType": "OPT", "exchange": "SMART", "currency": "USD"}
SPY |= {"expiry": "20161216", "strike": 180.0, "right": "CALL"}


# recorded from upstream
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ES-201612-GLOBEX", {**ES, "expiry": "201612"}),
        ("ES-201612-GLOBEX-USD", {**ES, "expiry": "201612", "currency": "USD"}),
        (
            "ES-201612-GLOBEX-USD-50",
            {**ES, "expiry": "201612", "currency": "USD", "multiplier": "50"},
        ),
        ("ES-FUT-GLOBEX", ES),
        ("ES-FUT-GLOBEX-USD-201612", {**ES, "expiry": "201612", "currency": "USD"}),
        (
            "ES-FUT-GLOBEX-USD-201612-50",
            {**ES, "expiry": "201612", "currency": "USD", "multiplier": "50"},
        ),
        ("SPY-20161216-SMART-USD-180-CALL", SPY),
        ("SPY-20161216-SMART-USD-180-CALL-100", {**SPY, "multiplier": "100"}),
        ("SPY-OPT-SMART-USD-20161216-180-CALL", SPY),
        ("SPY-OPT-SMART-USD-20161216-180-CALL-100", {**SPY, "multiplier": "100"}),
        (
            "SPY-201612-SMART-USD-180.5-P",
            {**SPY, "secType": "FOP", "expiry": "201612", "strike": 180.5, "right": "P"},
        ),
    ],
)
def test_name_with_a_date(name, found):
    assert parsed(name) == found


# upstream makes an option without a strike of the first, and drops all after the currency of the
# others
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ES-20161216-GLOBEX-USD", {**ES, "currency": "USD", "expiry": "20161216"}),
        (
            "ES-FOP-GLOBEX-USD-20161216-2200-PUT-50",
            {**ES, "secType": "FOP", "currency": "USD", "expiry": "20161216"}
            | {"strike": 2200.0, "right": "PUT", "multiplier": "50"},
        ),
    ],
)
def test_name_that_upstream_misreads(name, found):
    assert parsed(name) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("265598", {"conId": 265598, "exchange": "SMART"}),
        (265598, {"conId": 265598, "exchange": "SMART"}),
        ("265598@NASDAQ", {"conId": 265598, "exchange": "NASDAQ"}),
    ],
)
def test_number_of_ibkr(name, found):
    assert parsed(name) == found


def test_parameters_fill_what_the_name_leaves_out():
    given = {"sectype": "CFD", "exchange": "X", "currency": "EUR"}
    assert parsed("TWTR", **given) == dict(
        symbol="TWTR", secType="CFD", exchange="X", currency="EUR"
    )
    assert parsed("TWTR-STK", **given)["secType"] == "STK"
    cash = parsed("EUR.USD", sectype="CASH", exchange="IDEALPRO")
    assert (cash["symbol"], cash["currency"]) == ("EUR", "USD")


@pytest.mark.parametrize(
    "name", ["", "-STK", "SPY-OPT-SMART-USD-20161216-x-CALL", "SPY-20161216-SMART-USD-180-UP"]
)
def test_malformed_name(name):
    with pytest.raises(ContractError):
        parse_name(name)


def test_contract_comes_back_as_it_is():
    contract = Contract("AAPL")
    assert parse_name(contract) is contract


# recorded from upstream
def test_makecontract():
    future = makecontract("ES", "FUT", "GLOBEX", "USD", "201612")
    assert (future.m_expiry, future.m_multiplier) == ("201612", "1")
    option = makecontract("EUR", "OPT", "X", "USD", "201612", 20.0, "C", 100)
    assert (option.m_strike, option.m_right, option.m_multiplier) == (20.0, "C", "100")
    cash = makecontract("EUR", "CASH", "IDEALPRO", "USD", mult=0)
    assert (cash.m_expiry, cash.m_multiplier) == ("", "")


def test_contracts_that_name_the_same_are_equal():
    one, other = parse_name("ES-FUT-CME-USD-202609"), parse_name("ES-202609-CME-USD")
    assert one == other and hash(one) == hash(other) and {one: 1}[other] == 1
    other.m_multiplier = "50"
    assert one != other


def test_hours_say_whether_it_trades():
    hours = (Hours(100, 200, False), Hours(150, 180, True), Hours(300, 400, False))
    details = ContractDetails(Contract("X"), hours=hours)
    assert details.is_open(120) is True
    assert details.is_open(120, regular=True) is None
    assert details.is_open(250) is False
    assert details.is_open(450) is None
    assert ContractDetails(Contract("X")).is_open(1) is None


class Server:
    """Answers as IBKR does, from a table; counts what it was asked."""

    def __init__(self):
        self.asked = []

    def get(self, path, params=None):
        self.asked.append(path)
        answer = getattr(self, path.split("/")[-2 if path.endswith("/info") else -1])
        return answer(path, params or {})

    contracts = {
        265598: ("AAPL", "USD", "SMART,NASDAQ,ARCA,NYSE", None, None),
        38708077: ("AAPL", "MXN", "MEXI", None, None),
        1: ("TWIN", "USD", "SMART,NYSE", None, None),
        2: ("TWIN", "USD", "SMART,AMEX", None, None),
        7: ("CL", "USD", "NYMEX", "202610", "1000"),
        8: ("CL", "USD", "NYMEX", "202611", "1000"),
    }

    def stocks(self, path, params):
        rows = {
            "AAPL": [(265598, "NASDAQ", True), (38708077, "MEXI", False)],
            "TWIN": [(1, "NYSE", True), (2, "AMEX", True)],
        }.get(params["symbols"])
        if rows is None:
            return {}
        contracts = [{"conid": c, "exchange": e, "isUS": us} for c, e, us in rows]
        return {params["symbols"]: [{"name": "X", "assetClass": "STK", "contracts": contracts}]}

    def secdef(self, path, params):
        conids = [int(conid) for conid in params["conids"].split(",")]
        return {"secdef": [{"conid": c, "currency": self.contracts[c][1]} for c in conids]}

    def futures(self, path, params):
        # crude oil of October expires in September
        dates = {7: 20260922, 8: 20261020}
        return {"CL": [{"conid": c, "expirationDate": date} for c, date in dates.items()]}

    def __getattr__(self, name):
        if not name.isdigit():
            raise AttributeError(name)
        return lambda path, params: self.info(int(name))

    def info(self, conid):
        if conid not in self.contracts:
            raise RequestRefusedError("400", 400, "no such conid")
        symbol, currency, exchanges, month, multiplier = self.contracts[conid]
        info = {"con_id": conid, "symbol": symbol, "currency": currency}
        info |= {"valid_exchanges": exchanges, "exchange": exchanges.split(",")[0]}
        return info | {"contract_month": month, "multiplier": multiplier, "instrument_type": "X"}

    def search(self, path, params):
        return []


def resolve(name):
    return Contracts(Server().get).resolve(parse_name(name))


@pytest.mark.parametrize(
    ("name", "conid"),
    [
        ("AAPL", 265598),
        ("AAPL-STK-SMART-USD", 265598),
        ("AAPL-STK-ISLAND-USD", 265598),
        ("AAPL-STK-ARCA-USD", 265598),  # traded there, though listed elsewhere
        ("AAPL-STK-SMART-MXN", 38708077),
        ("AAPL-STK-MEXI-MXN", 38708077),
        ("TWIN-STK-AMEX-USD", 2),
        ("265598", 265598),
        ("CL-202610-NYMEX-USD", 7),
        ("CL-20260922-NYMEX-USD", 7),
        ("CL-FUT-NYMEX-USD-202611-1000", 8),
    ],
)
def test_name_that_stands_for_one_contract(name, conid):
    assert resolve(name).m_conId == conid


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("NOSUCH", "no such contract"),
        ("AAPL-STK-SMART-EUR", "no such contract"),
        ("AAPL-STK-IBIS-USD", "no such contract"),
        ("4711", "no such contract"),
        ("265598@IBIS", "not traded at IBIS: ARCA; NASDAQ; NYSE; SMART"),
        ("TWIN", "ambiguous: TWIN STK SMART/NYSE USD (conid 1); TWIN STK SMART/AMEX USD (conid 2)"),
        ("CL-FUT-NYMEX-USD", "is ambiguous"),
        ("CL-FUT-NYMEX-USD-202611-50", "no such future"),
        ("CL-202612-NYMEX-USD", "CL 20260922"),
        ("X-WAR-SMART-USD", "no such contract"),
        ("SPY-OPT-SMART-USD-201612", "needs an expiry"),
        ("EUR-CASH", "EUR.USD"),
    ],
)
def test_name_that_stands_for_none_or_several(name, text):
    with pytest.raises(ContractError) as caught:
        resolve(name)
    assert text in str(caught.value)


def test_what_was_found_is_not_asked_again():
    server = Server()
    contracts = Contracts(server.get)
    first = contracts.resolve(parse_name("AAPL"))
    count = len(server.asked)
    assert contracts.resolve(parse_name("AAPL")) == first and len(server.asked) == count
    # another currency is another contract
    assert contracts.resolve(parse_name("AAPL-STK-SMART-MXN")).m_conId == 38708077
    contracts.clear()
    count = len(server.asked)
    contracts.resolve(parse_name("AAPL"))
    assert len(server.asked) > count
