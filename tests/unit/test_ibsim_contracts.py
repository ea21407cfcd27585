"""The simulator's contracts: the catalogue, and how a client finds its way through it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrader.errors import ParameterError
from backtrader.ibsim.catalogue import Catalogue, month_code
from backtrader.ibsim.hours import hours_of
from backtrader.ibsim.listings import default_catalogue
from backtrader.ibsim.prices import Tape
from backtrader.ibsim.records import BrokerageSession, Call, Instrument
from backtrader.ibsim.world import World

NOON = datetime(2026, 4, 1, 16, 0)
DEFINITION = {
    "conid": int,
    "currency": str,
    "name": str,
    "assetClass": str,
    "expiry": None,
    "lastTradingDay": None,
    "group": None,
    "putOrCall": None,
    "sector": None,
    "sectorGroup": None,
    "strike": str,
    "ticker": str,
    "undConid": int,
    "multiplier": float,
    "type": str,
    "hasOptions": bool,
    "fullName": str,
    "isUS": bool,
    "isEventContract": bool,
    "listingExchange": str,
    "allExchanges": str,
    "countryCode": str,
    "incrementRules": [{"lowerEdge": float, "increment": float}],
}
STOCK = {
    "conid": int,
    "ticker": str,
    "secType": str,
    "listingExchange": str,
    "exchange": str,
    "companyName": str,
    "currency": str,
    "validExchanges": str,
    "priceRendering": None,
    "maturityDate": None,
    "right": str,
    "strike": float,
}
DERIVATIVE = {
    "conid": int,
    "symbol": str,
    "secType": str,
    "exchange": str,
    "listingExchange": str,
    "right": str,
    "strike": float,
    "currency": str,
    "cusip": None,
    "coupon": str,
    "desc1": str,
    "desc2": str,
    "maturityDate": str,
    "multiplier": str,
    "tradingClass": str,
    "validExchanges": str,
}
FUTURE = {
    "symbol": str,
    "conid": int,
    "underlyingConid": int,
    "expirationDate": int,
    "ltd": int,
    "shortFuturesCutOff": int,
    "longFuturesCutOff": int,
}
FOUND = {
    "conid": str,
    "companyHeader": str,
    "companyName": str,
    "symbol": str,
    "description": str,
    "restricted": None,
    "sections": [{"secType": str}],
}
DETAILS = {
    "cfi_code": str,
    "symbol": str,
    "cusip": None,
    "expiry_full": None,
    "con_id": int,
    "maturity_date": None,
    "industry": str,
    "instrument_type": str,
    "has_related_contracts": bool,
    "trading_class": str,
    "valid_exchanges": str,
    "allow_sell_long": bool,
    "is_zero_commission_security": bool,
    "local_symbol": str,
    "contract_clarification_type": None,
    "classifier": None,
    "currency": str,
    "text": None,
    "underlying_con_id": int,
    "r_t_h": bool,
    "multiplier": None,
    "underlying_issuer": None,
    "contract_month": None,
    "company_name": str,
    "smart_available": bool,
    "exchange": str,
    "category": str,
}
RULES = {
    "algoEligible": bool,
    "overnightEligible": bool,
    "costReport": bool,
    "canTradeAcctIds": [str],
    "error": None,
    "orderTypes": [str],
    "orderTypesOutside": [str],
    "allOrNoneEligible": bool,
    "defaultSize": int,
    "cashSize": float,
    "sizeIncrement": int,
    "tifTypes": [str],
    "tifDefaults": {"TIF": str},
    "limitPrice": float,
    "stopprice": float,
    "preview": bool,
    "displaySize": None,
    "cashCcy": str,
    "cashQtyIncr": None,
    "priceMagnifier": None,
    "increment": float,
    "incrementType": None,
    "incrementDigits": int,
    "incrementRules": [{"lowerEdge": float, "increment": float}],
    "hasSecondary": bool,
    "negativeCapable": bool,
}


def shape(value):
    """Return the types of a JSON value; of a list those of its first member."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    if isinstance(value, list):
        return [shape(member) for member in value[:1]]
    return None if value is None else type(value)


@pytest.fixture(scope="module")
def world():
    tapes = [Tape("AAPL", [(NOON, 250.0, 100)]), Tape("EUR.USD", [(NOON, 1.25, 100)])]
    tapes.append(Tape("MSFT", [(NOON - timedelta(days=1), 400.0, 100), (NOON, 404.0, 100)]))
    world = World(tapes)
    while world.step():
        pass
    return world


@pytest.fixture
def ask(world):
    session = BrokerageSession("token", "DU1234567")

    def call(path, method="GET", body=None, captured=None, **params):
        routes = [r for r in world.routes if r.pattern == path and r.method == method]
        texts = {name: str(value) for name, value in params.items()}
        request = Call(method, path, captured or {}, texts, body)
        return routes[0].handler(world, session, request)

    return call


def future(world, code):
    (found,) = world.catalogue.named(code)
    return found


def test_an_instrument_takes_the_place_of_one_with_its_number():
    catalogue = Catalogue([Instrument(1, "A"), Instrument(1, "B")])
    assert [item.symbol for item in catalogue] == ["B"]
    assert (catalogue.named("A"), len(catalogue), 1 in catalogue) == ([], 1, True)


def test_a_symbol_alone_is_the_first_with_it():
    catalogue = default_catalogue(date(2026, 4, 1))
    assert catalogue.resolve("AAPL").conid == 265598
    assert catalogue.resolve("aapl").conid == 265598
    assert catalogue.resolve("EUR.USD").sec_type == "CASH"
    assert catalogue.resolve("ESM6").expiry == "20260619"


def test_new_symbols_get_numbers_of_their_own():
    catalogue = default_catalogue(date(2026, 4, 1))
    first, second = catalogue.resolve("ZZZA"), catalogue.resolve("ZZZB")
    assert first.conid != second.conid
    assert catalogue.resolve("ZZZA") is first
    with pytest.raises(ParameterError):
        catalogue.resolve(17)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)))
def test_the_default_futures_lie_around_any_day(today):
    catalogue = default_catalogue(today)
    futures = [item for item in catalogue.of_type("FUT") if item.symbol == "ES"]
    expiries = [item.expiry for item in futures]
    text = today.strftime("%Y%m%d")
    assert expiries == sorted(set(expiries))
    assert [expiry < text for expiry in expiries] == [True] + [False] * 5
    assert {expiry[4:6] for expiry in expiries} <= {"03", "06", "09", "12"}
    months = {item.expiry for item in catalogue.derivatives(265598, "OPT")}
    assert len(months) == 3
    assert min(months) >= text
    assert len({item.conid for item in catalogue}) == len(catalogue)


@given(st.integers(0, 25_000), st.sampled_from(["STK", "FUT", "CASH", "CRYPTO"]))
def test_sessions_lie_in_their_trading_day(day, sec_type):
    hours = hours_of(Instrument(1, "X", sec_type))
    opening, close = hours.regular(day)
    early, late = hours.extended(day)
    assert early <= opening < close <= late
    for moment in (early, opening, close - 1, late - 1, hours.label(day)):
        assert hours.trading_day(moment) == day


def test_the_name_of_a_month():
    assert month_code("20260619") == "JUN26"


def test_stocks_come_by_company(ask):
    body = ask("trsrv/stocks", symbols="AAPL,TWIN,NOPE").body
    assert set(body) == {"AAPL", "TWIN"}
    (apple,) = body["AAPL"]
    assert shape(apple) == {
        "name": str,
        "chineseName": None,
        "assetClass": str,
        "contracts": [{"conid": int, "exchange": str, "isUS": bool}],
    }
    assert [row["isUS"] for row in apple["contracts"]] == [True, False]
    assert [row["contracts"][0]["isUS"] for row in body["TWIN"]] == [True, True]
    assert ask("trsrv/stocks", symbols="aapl").body == {}


def test_futures_that_expired_are_left_out(ask):
    body = ask("trsrv/futures", symbols="ES,NOPE").body
    assert set(body) == {"ES"}
    assert shape(body["ES"]) == [FUTURE]
    expiries = [row["expirationDate"] for row in body["ES"]]
    assert min(expiries) == 20260619
    assert len(expiries) == 5
    assert expiries != sorted(expiries)


def test_definitions_by_number(ask, world):
    conid = future(world, "ESM6").conid
    stock, contract = ask("trsrv/secdef", conids=f"265598,{conid},5").body["secdef"]
    assert shape(stock) == DEFINITION
    assert (contract["expiry"], contract["multiplier"]) == ("20260619", 50.0)
    too_many = ",".join(map(str, range(201)))
    assert ask("trsrv/secdef", conids=too_many).status == 400


def test_all_numbers_of_an_exchange(ask):
    body = ask("trsrv/all-conids", exchange="NASDAQ").body
    assert body[0] == {"ticker": "AAPL", "conid": 265598, "exchange": "NASDAQ"}
    assert ask("trsrv/all-conids").status == 400


def test_search_finds_listings_and_the_issuer_of_bonds(ask):
    rows = ask("iserver/secdef/search", symbol="AAPL").body
    assert [row["conid"] for row in rows] == ["265598", "38708077", "2147483647"]
    assert shape(rows[0]) == FOUND
    assert [section["secType"] for section in rows[0]["sections"]] == ["STK", "OPT", "CFD"]
    assert rows[0]["sections"][1] == {
        "secType": "OPT",
        "months": "APR26;MAY26;JUN26",
        "exchange": "SMART",
    }
    assert ask("iserver/secdef/search", "POST", {"symbol": "AAPL"}).body == rows


def test_search_for_what_is_not_there(ask):
    assert ask("iserver/secdef/search", symbol="NOPE").body == []
    assert ask("iserver/secdef/search").status == 400


def test_search_by_type_and_by_name(ask):
    (index,) = ask("iserver/secdef/search", symbol="ES", secType="IND").body
    assert [section["secType"] for section in index["sections"]] == ["IND", "FOP", "FUT"]
    rows = ask("iserver/secdef/search", symbol="micro", name=True).body
    assert rows[0]["companyName"] == "MICROSOFT CORP"


def test_strikes_are_empty_before_the_search(ask):
    asked = {"conid": 265598, "sectype": "OPT", "month": "MAY26"}
    path = "iserver/secdef/strikes"
    assert ask(path, **asked).body == {"call": [], "put": []}
    ask("iserver/secdef/search", symbol="AAPL", name=True)
    assert ask(path, **asked).body == {"call": [], "put": []}
    ask("iserver/secdef/search", symbol="AAPL")
    body = ask(path, **asked).body
    assert shape(body) == {"call": [float], "put": [float]}
    assert body["call"][:2] == [150.0, 155.0]
    assert ask(path, **{**asked, "month": "JAN99"}).body == {"call": [], "put": []}


def test_a_stock_is_an_object_and_derivatives_are_a_list(ask):
    path = "iserver/secdef/info"
    assert shape(ask(path, conid=265598).body) == STOCK
    asked = {"conid": 265598, "sectype": "OPT", "month": "MAY26"}
    assert ask(path, **asked).status == 500
    ask("iserver/secdef/search", symbol="AAPL")
    (option,) = ask(path, **asked, strike=200, right="C").body
    assert shape(option) == DERIVATIVE
    assert (option["maturityDate"], option["multiplier"]) == ("20260515", "100")
    assert option["desc2"] == "MAY 15 '26 200 Call"
    assert {row["right"] for row in ask(path, **asked, strike=200).body} == {"C", "P"}
    assert ask(path, **asked, strike=201).status == 500
    assert ask(path, conid=265598, sectype="OPT").status == 400


def test_the_future_of_a_month(ask, world):
    ask("iserver/secdef/search", symbol="ES")
    (row,) = ask("iserver/secdef/info", conid=11004968, sectype="FUT", month="JUN26").body
    assert (row["conid"], row["right"]) == (future(world, "ESM6").conid, "?")


def test_an_unknown_contract(ask):
    found = ask("iserver/secdef/info", conid=5)
    assert found.status == 500
    assert found.body["error"].startswith('{"reason":"Details currently unavailable')
    for path in ("info", "info-and-rules"):
        route = "iserver/contract/{conid}/" + path
        assert ask(route, captured={"conid": "5"}).status == 400
    assert ask("iserver/contract/{conid}/algos", captured={"conid": "5"}).status == 503
    assert ask("iserver/contract/rules", "POST", {"conid": 5}).status == 400
    assert ask("contract/trading-schedule", conid=5).status == 400


def test_details_and_rules(ask):
    apple = {"conid": "265598"}
    details = ask("iserver/contract/{conid}/info", captured=apple).body
    assert shape(details) == DETAILS
    both = ask("iserver/contract/{conid}/info-and-rules", captured=apple, isBuy=False).body
    assert shape(both) == {**DETAILS, "rules": RULES}
    assert both["rules"]["limitPrice"] == 249.995
    rules = ask("iserver/contract/rules", "POST", {"conid": 265598, "isBuy": True}).body
    assert shape(rules) == RULES
    assert rules["limitPrice"] == 250.005
    assert ask("iserver/contract/{conid}/algos", captured=apple).body == {"algos": []}


def test_details_of_derivatives(ask, world):
    item = future(world, "ESM6")
    details = ask("iserver/contract/{conid}/info", captured={"conid": str(item.conid)}).body
    assert (details["maturity_date"], details["contract_month"]) == ("20260619", "202606")
    assert (details["multiplier"], details["underlying_con_id"]) == ("50", 11004968)
    assert (details["exchange"], details["smart_available"]) == ("CME", False)


def test_an_index_cannot_be_traded(ask):
    assert ask("iserver/contract/rules", "POST", {"conid": 416904}).body["canTradeAcctIds"] == []


def test_the_schedule_has_six_days_without_weekends(ask):
    body = ask("contract/trading-schedule", conid=265598).body
    assert body["exchange_time_zone"] == "America/New_York"
    assert list(body["schedules"]) == [
        "20260401",
        "20260402",
        "20260403",
        "20260406",
        "20260407",
        "20260408",
    ]
    first = body["schedules"]["20260401"]
    assert first["liquid_hours"] == [{"opening": 1775050200, "closing": 1775073600}]
    assert shape(first["extended_hours"]) == [
        {"opening": int, "closing": int, "cancel_daily_orders": bool}
    ]


def test_currencies(ask):
    rows = ask("iserver/currency/pairs", currency="USD").body["USD"]
    assert rows[0] == {"symbol": "EUR.USD", "conid": 12087792, "ccyPair": "EUR"}
    assert ask("iserver/currency/pairs", currency="GBP").body["GBP"][0]["ccyPair"] == "USD"
    assert ask("iserver/exchangerate", source="EUR", target="USD").body == {"rate": 1.25}
    assert ask("iserver/exchangerate", source="USD", target="EUR").body == {"rate": 0.8}
    assert ask("iserver/exchangerate", source="USD", target="USD").body == {"rate": 1.0}
    assert ask("iserver/exchangerate", source="USD", target="XXX").status == 500
    assert ask("iserver/exchangerate", source="USD").status == 400
    assert ask("iserver/currency/pairs").status == 400


def test_scanners(ask):
    params = ask("iserver/scanner/params").body
    assert set(params) == {"scan_type_list", "instrument_list", "filter_list", "location_tree"}
    asked = {"instrument": "STK", "location": "STK.US.MAJOR", "type": "TOP_PERC_GAIN"}
    body = ask("iserver/scanner/run", "POST", asked).body
    assert [row["symbol"] for row in body["contracts"]] == ["MSFT", "AAPL"]
    assert body["contracts"][0]["column_name"] == body["scan_data_column_name"] == "Chg%"
    cheap = {**asked, "filter": [{"code": "priceBelow", "value": 300}]}
    rows = ask("iserver/scanner/run", "POST", cheap).body["contracts"]
    assert [row["symbol"] for row in rows] == ["AAPL"]
    assert ask("iserver/scanner/run", "POST", {"type": "NOPE"}).status == 500


def test_what_there_is_none_of(ask):
    assert ask("fyi/unreadnumber").body == {"BN": 0}
    assert ask("hmds/history").status == 404
