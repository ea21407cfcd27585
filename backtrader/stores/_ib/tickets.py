"""From an order with the attributes of the TWS API to the ticket that IBKR's Web API takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import MissingDependencyError, OrderError, ParameterError, near_miss
from .figures import whole

Ticket = dict[str, Any]

# attribute of the TWS API -> its value where nobody has set it
TWS_DEFAULTS: dict[str, Any] = {
    **{"m_orderId": 0, "m_clientId": 0, "m_permId": 0, "m_parentId": 0, "m_ocaType": 0},
    **{"m_action": "", "m_totalQuantity": 0, "m_orderType": "", "m_tif": "", "m_transmit": True},
    **{"m_lmtPrice": None, "m_auxPrice": None, "m_trailStopPrice": None},
    **{"m_trailingPercent": None, "m_ocaGroup": "", "m_account": "", "m_goodTillDate": ""},
    **{"m_goodAfterTime": "", "m_outsideRth": False, "m_cashQty": None, "m_orderRef": ""},
    **{"m_allOrNone": False, "m_hidden": False, "m_displaySize": None, "m_minQty": None},
    **{"m_blockOrder": False, "m_sweepToFill": False, "m_triggerMethod": 0},
    **{"m_overridePercentageConstraints": False, "m_rule80A": "", "m_openClose": ""},
    **{"m_origin": 0, "m_shortSaleSlot": 0, "m_designatedLocation": "", "m_whatIf": False},
    **{"m_faGroup": "", "m_faMethod": "", "m_faPercentage": "", "m_faProfile": ""},
    **{"m_algoStrategy": "", "m_algoParams": None, "m_usePriceMgmtAlgo": None},
    **{"m_manualOrderTime": None, "m_manualOrderIndicator": None, "m_extOperator": ""},
    **{"m_customerAccount": "", "m_professionalCustomer": None, "m_discretionaryAmt": 0.0},
    **{"m_nbboPriceCap": None, "m_percentOffset": None, "m_notHeld": False},
    **{"m_hedgeType": "", "m_hedgeParam": "", "m_scaleInitLevelSize": None},
    **{"m_clearingAccount": "", "m_clearingIntent": "", "m_settlingFirm": ""},
}

# what the ticket is made of, or the store works with, before the extras are looked at
_WORKED_IN = frozenset(
    ("m_orderId", "m_clientId", "m_permId", "m_parentId", "m_ocaType", "m_action")
    + ("m_totalQuantity", "m_orderType", "m_tif", "m_transmit", "m_lmtPrice", "m_auxPrice")
    + ("m_trailStopPrice", "m_trailingPercent", "m_ocaGroup", "m_account", "m_goodTillDate")
    + ("m_faGroup",)
)

# attribute of the TWS API -> field of the ticket, for what is passed on as it is
_PASSED_ON = {
    "m_outsideRth": "outsideRTH",
    "m_cashQty": "cashQty",
    "m_allOrNone": "allOrNone",
    "m_algoStrategy": "strategy",
    "m_algoParams": "strategyParameters",
    "m_usePriceMgmtAlgo": "useAdaptive",
    "m_manualOrderTime": "manualOrderTime",
    "m_manualOrderIndicator": "manualIndicator",
    "m_extOperator": "extOperator",
    "m_customerAccount": "customerAccount",
    "m_professionalCustomer": "isProCustomer",
    "m_faMethod": "allocationMethod",
}

# fields of the ticket that TWS has no attribute for; they are kept under their own names
_WEB_ONLY = frozenset(
    ("conidex", "secType", "listingExchange", "ticker", "referrer", "fxQty", "isCcyConv")
    + ("deactivated", "isClose")
)

# name in the Web API -> attribute of the TWS API
_WEB_NAMES = {
    **{field: attribute for attribute, field in _PASSED_ON.items()},
    **{"side": "m_action", "quantity": "m_totalQuantity", "orderType": "m_orderType"},
    **{"tif": "m_tif", "acctId": "m_account"},
}

# what ibind calls the fields of a ticket
IBIND_NAMES = {
    **{"conid": "conid", "conidex": "conidex", "side": "side", "quantity": "quantity"},
    **{"orderType": "order_type", "acctId": "acct_id", "price": "price", "auxPrice": "aux_price"},
    **{"tif": "tif", "cOID": "coid", "parentId": "parent_id", "isSingleGroup": "is_single_group"},
    **{"outsideRTH": "outside_rth", "trailingAmt": "trailing_amt"},
    **{"trailingType": "trailing_type", "cashQty": "cash_qty", "fxQty": "fx_qty"},
    **{"isCcyConv": "is_ccy_conv", "useAdaptive": "use_adaptive", "secType": "sec_type"},
    **{"listingExchange": "listing_exchange", "ticker": "ticker", "referrer": "referrer"},
    **{"allocationMethod": "allocation_method", "strategy": "strategy"},
    **{"strategyParameters": "strategy_parameters", "manualIndicator": "manual_indicator"},
    **{"extOperator": "ext_operator", "deactivated": "deactivated"},
    **{"manualOrderTime": "manual_order_time", "customerAccount": "customer_account"},
    **{"isProCustomer": "is_pro_customer", "isClose": "is_close"},
}

# as TWS and as the Web API call a type of order -> the Web API's name
ORDER_TYPES = {
    **{"MKT": "MKT", "LMT": "LMT", "STP": "STP", "MOC": "MOC", "LOC": "LOC", "MIT": "MIT"},
    **{"STP LMT": "STOP_LIMIT", "STPLMT": "STOP_LIMIT", "STP_LMT": "STOP_LIMIT"},
    **{"STOP_LIMIT": "STOP_LIMIT", "LIT": "LIT", "MIDPRICE": "MIDPRICE", "TRAIL": "TRAIL"},
    **{"TRAIL LIMIT": "TRAILLMT", "TRAILLIMIT": "TRAILLMT", "TRAILLMT": "TRAILLMT"},
}

# GTD is not among them: the Web API has no field for the date. The store sends GTC and cancels.
TIMES_IN_FORCE = ("DAY", "GTC", "IOC", "OPG", "PAX", "OVT", "OND")
_SIDES = {"BUY": "BUY", "SELL": "SELL", "SSHORT": "SELL"}


def attribute_of(name: str) -> str:
    """Return under which attribute an order keeps the extra `name`.

    `name` may be that of the TWS API, with or without ``m_``, or that of a field of the Web API.

    Raises
    ------
    ParameterError
        Neither of them has such a name.
    """
    for candidate in (name, f"m_{name}"):
        if candidate in TWS_DEFAULTS:
            return candidate
    if name in _WEB_NAMES:
        return _WEB_NAMES[name]
    if name in _WEB_ONLY:
        return name
    known = sorted({each[2:] for each in TWS_DEFAULTS} | set(_WEB_NAMES) | _WEB_ONLY)
    raise ParameterError(f"IBOrder: unknown parameter {name!r}{near_miss(name, known)}")


def is_extra(name: str) -> bool:
    """Whether `name` is one that `attribute_of` knows."""
    tables = (TWS_DEFAULTS, _WEB_NAMES, _WEB_ONLY)
    return f"m_{name}" in TWS_DEFAULTS or any(name in table for table in tables)


def ticket_of(order: Any, conid: int) -> Ticket:
    """Return the ticket for `order`, without what the store adds: account, reference and group.

    Parameters
    ----------
    order
        Object with the ``m_`` attributes of the TWS API.
    conid
        IBKR's number of what is traded.

    Raises
    ------
    OrderError
        Something is missing, unknown, or has no counterpart in the Web API.
    """
    kind = _known(ORDER_TYPES, str(order.m_orderType).upper(), "order type")
    ticket: Ticket = {
        "conid": conid,
        "side": _known(_SIDES, str(order.m_action).upper(), "action"),
        "orderType": kind,
        "tif": _time_in_force(order, kind),
    }
    ticket.update(_prices(order, kind))
    ticket.update(_extras(order))
    if "conidex" in ticket:
        del ticket["conid"]
    ticket.update(_quantity(order, ticket))
    if order.m_account or order.m_faGroup:
        # a group of an adviser stands in the place of an account
        ticket["acctId"] = order.m_faGroup or order.m_account
    return ticket


def _known(table: Mapping[str, str], name: str, what: str) -> str:
    if name not in table:
        hint = near_miss(name, table)
        raise OrderError(f"IBOrder: unknown {what} {name!r}{hint}")
    return table[name]


def _time_in_force(order: Any, kind: str) -> str:
    asked = str(order.m_tif or "").upper()
    if not asked:
        # an order for the close is one for the day
        return "DAY" if kind in ("MOC", "LOC") else "GTC"
    if asked == "GTD":
        return "GTC"
    return _known({each: each for each in TIMES_IN_FORCE}, asked, "time in force")


def _quantity(order: Any, ticket: Ticket) -> Ticket:
    if "cashQty" in ticket or "fxQty" in ticket:
        return {}
    units = order.m_totalQuantity
    try:
        sound = 0 < units < math.inf
    except TypeError:
        sound = False
    if not sound:
        raise OrderError(f"IBOrder: quantity {units!r} is no positive number of units")
    return {"quantity": int(units) if units == int(units) else float(units)}


def _price(order: Any, name: str, kind: str, needed: bool = True) -> float | None:
    value = getattr(order, name)
    if value is None:
        if needed:
            raise OrderError(f"IBOrder: an order of type {kind} needs {name}")
        return None
    try:
        price = float(value)
    except (TypeError, ValueError):
        price = math.nan
    if not math.isfinite(price):
        raise OrderError(f"IBOrder: {name} {value!r} is no price")
    # what arithmetic leaves behind in the last digits is no price that an exchange knows
    return round(price, 8)


def _limit(order: Any, kind: str) -> Ticket:
    return {"price": _price(order, "m_lmtPrice", kind)}


def _stop(order: Any, kind: str) -> Ticket:
    return {"price": _price(order, "m_auxPrice", kind)}


def _stop_limit(order: Any, kind: str) -> Ticket:
    return {**_limit(order, kind), "auxPrice": _price(order, "m_auxPrice", kind)}


def _cap(order: Any, kind: str) -> Ticket:
    return {"price": _price(order, "m_lmtPrice", kind, needed=False)}


def _trail(order: Any, kind: str) -> Ticket:
    stop = _price(order, "m_trailStopPrice", kind, needed=False)
    return {"price": stop, **_distance(order, kind)}


def _trail_limit(order: Any, kind: str) -> Ticket:
    stop = _price(order, "m_trailStopPrice", kind)
    return {**_limit(order, kind), "auxPrice": stop, **_distance(order, kind)}


def _distance(order: Any, kind: str) -> Ticket:
    percent = _price(order, "m_trailingPercent", kind, needed=False)
    if percent is not None:
        return {"trailingAmt": percent, "trailingType": "%"}
    return {"trailingAmt": _price(order, "m_auxPrice", kind), "trailingType": "amt"}


_PRICES: dict[str, Callable[[Any, str], Ticket]] = {
    **{"LMT": _limit, "LOC": _limit, "STP": _stop, "MIT": _stop, "STOP_LIMIT": _stop_limit},
    **{"LIT": _stop_limit, "MIDPRICE": _cap, "TRAIL": _trail, "TRAILLMT": _trail_limit},
}


def _prices(order: Any, kind: str) -> Ticket:
    prices = _PRICES[kind](order, kind) if kind in _PRICES else {}
    return {name: value for name, value in prices.items() if value is not None}


def _extras(order: Any) -> Ticket:
    """Return the fields that are passed on; refuse what the Web API has no field for."""
    ticket: Ticket = {}
    for attribute, default in TWS_DEFAULTS.items():
        value = getattr(order, attribute)
        if attribute in _WORKED_IN or value == default or value is None:
            continue
        if attribute not in _PASSED_ON:
            raise OrderError(f"IBOrder: IBKR's Web API has no field for {attribute} ({value!r})")
        ticket[_PASSED_ON[attribute]] = value
    own = vars(order)
    ticket.update((name, own[name]) for name in sorted(_WEB_ONLY) if own.get(name) is not None)
    return ticket


def ticket_from(request: Any) -> Ticket:
    """Return a request of the caller's own as a ticket: a dict of the Web API's, or ibind's
    OrderRequest.

    Raises
    ------
    OrderError
        It is neither.
    """
    if isinstance(request, Mapping):
        return dict(request)
    try:
        named = vars(request)
    except TypeError:
        raise OrderError(f"order request {request!r} is no dict and no OrderRequest") from None
    ticket = {field: named.get(name) for field, name in IBIND_NAMES.items()}
    ticket.update(named.get("custom_fields") or {})
    return {field: value for field, value in ticket.items() if value not in (None, "")}


def conid_of(contract: Any) -> int:
    """Return IBKR's number of a contract: a record with ``conid`` or ``m_conId``, or the number.

    Raises
    ------
    OrderError
        It has none: it was not resolved.
    """
    found = contract
    for name in ("conid", "m_conId"):
        found = getattr(contract, name, found)
        if whole(found):
            return int(found)
    raise OrderError(f"contract {contract!r} has no conid: it was not found at IBKR")


def order_request(ticket: Ticket, account: str) -> Any:
    """Return `ticket` as ibind's OrderRequest.

    Raises
    ------
    MissingDependencyError
        ibind is not installed.
    """
    try:
        import ibind
    except ImportError as error:
        raise MissingDependencyError("Interactive Brokers", "backtrader[ib]") from error
    fields = {"conid": None, "acct_id": account, "quantity": None}
    fields.update({IBIND_NAMES[k]: v for k, v in ticket.items() if k in IBIND_NAMES})
    others = {k: v for k, v in ticket.items() if k not in IBIND_NAMES}
    return ibind.OrderRequest(**fields, custom_fields=others or None)
