"""Orders as Interactive Brokers takes them: with the attributes of the TWS API."""

from __future__ import annotations

import datetime
from typing import Any

from ..._core.orderfacts import facts
from ...errors import OrderError
from ...order import BuyOrder, Order, OrderBase, SellOrder
from .tickets import ORDER_TYPES, TWS_DEFAULTS, attribute_of, order_request, ticket_of

# kind of execution -> type of order
_TYPES: dict[int, str] = {
    Order.Market: "MKT",
    Order.Close: "MOC",
    Order.Limit: "LMT",
    Order.Stop: "STP",
    Order.StopLimit: "STP LMT",
    Order.StopTrail: "TRAIL",
    Order.StopTrailLimit: "TRAIL LIMIT",
}
_KINDS = {ORDER_TYPES[name]: kind for kind, name in _TYPES.items()}
# where the only price of an order goes that is given with its type
_PRICE_AT = {"STP": "m_auxPrice", "MIT": "m_auxPrice", "TRAIL": "m_trailStopPrice"}
_SIDES = {"BUY": BuyOrder, "SELL": SellOrder, "SSHORT": SellOrder}


class IBOrder(OrderBase):
    """An order with the attributes of the TWS API (``m_action``, ``m_lmtPrice`` ...), which can be
    read and written: what goes out is made of them.

    There are two ways to make one: ``IBOrder("BUY", 100, "LMT", 150.0, "DAY")``, and with the
    parameters of any order, as the broker does: ``IBOrder("BUY", owner=..., data=..., size=100,
    exectype=Order.Limit, price=150.0)``.

    Parameters
    ----------
    action
        ``BUY`` or ``SELL``.
    quantity
        Units, without sign.
    orderType
        Type as TWS or the Web API call it: MKT, LMT, STP, ``STP LMT``, TRAIL, ``TRAIL LIMIT``, MOC,
        LOC, MIT, LIT, MIDPRICE.
    price
        The price of a type that has one: limit, or stop for STP, MIT and TRAIL.
    tif
        DAY, GTC, IOC, OPG, PAX, OVT, OND, or GTD, which the broker turns into GTC and a
        cancellation.
    **kwargs
        Attributes of the TWS API, with or without ``m_``, or fields of the Web API.

    Raises
    ------
    OrderError
        Action, type or kind of execution is unknown.
    ParameterError
        An attribute or field is unknown.
    """

    m_orderId: int
    m_parentId: int
    m_transmit: bool
    m_action: str
    m_totalQuantity: float
    m_orderType: str
    m_tif: str
    m_goodTillDate: str
    m_lmtPrice: float | None
    m_auxPrice: float | None
    m_trailStopPrice: float | None
    m_trailingPercent: float | None
    m_cashQty: float | None
    m_ocaGroup: str
    m_account: str

    def __init__(
        self,
        action: str,
        quantity: float | None = None,
        orderType: str | None = None,
        price: float | None = None,
        tif: str | None = None,
        **kwargs: Any,
    ) -> None:
        side = _SIDES.get(str(action).upper())
        if side is None:
            raise OrderError(f"IBOrder: unknown action {action!r}. It takes: BUY, SELL")
        params = self.p
        if params.size is None:
            params.size = quantity or 0
        if params.price is None:
            params.price = price
        self.ordtype = side.ordtype
        self.m_action = str(action).upper()
        self.m_totalQuantity = abs(params.size)
        if params.data is None:
            self._take_plain(side, orderType or "MKT")
        else:
            self._take_from(side, orderType)
        if tif is not None:
            self.m_tif = tif
        self.m_transmit = bool(params.transmit)
        for name, value in kwargs.items():
            setattr(self, attribute_of(name), value)

    def _take_plain(self, side: Any, name: str) -> None:
        """Take an order that is for no data: its type by name."""
        kind = ORDER_TYPES.get(name.upper())
        if kind is None:
            raise OrderError(f"IBOrder: unknown order type {name!r}")
        p = self.p
        p.simulated = True
        p.exectype = _KINDS.get(kind, Order.Market)
        self.__dict__.update(facts(side, *(getattr(p, each) for each in _PARAMETERS)))
        self.m_orderType = name
        if p.price is not None:
            setattr(self, _PRICE_AT.get(kind, "m_lmtPrice"), p.price)

    def _take_from(self, side: Any, name: str | None) -> None:
        """Take an order for a data: type and prices by its kind of execution."""
        p = self.p
        if p.exectype is None:
            p.exectype = _KINDS.get(ORDER_TYPES.get((name or "MKT").upper(), ""), Order.Market)
        kind = p.exectype
        if kind not in _TYPES:
            known = ", ".join(Order.ExecTypes[each] for each in _TYPES)
            raise OrderError(f"IBOrder: exectype {kind!r} cannot be sent. It takes: {known}")
        self.__dict__.update(facts(side, *(getattr(p, each) for each in _PARAMETERS)))
        self._begin()
        self.m_orderType = name or _TYPES[kind]
        self._set_validity(p.valid)
        self.set_prices()

    def _set_validity(self, valid: Any) -> None:
        """Set ``m_tif`` by what was asked for: nothing, the day, or a moment."""
        if valid is None:
            # an order for the close is one for the day
            self.m_tif = "DAY" if self.exectype == Order.Close else "GTC"
        elif valid == 0 or valid == datetime.timedelta():
            self.m_tif = "DAY"
        else:
            self.m_tif = "GTD"
            until = self.data.num2date(self.valid, tz=datetime.timezone.utc, naive=False)
            self.m_goodTillDate = until.strftime("%Y%m%d-%H:%M:%S")

    def set_prices(self) -> None:
        """Set the prices of the TWS API from those that the order was created with.

        What was calculated, the first stop of a trailing one, is brought to the contract's
        smallest step of the price where that is known.
        """
        kind, created = self.exectype, self.created
        if kind == Order.Limit:
            self.m_lmtPrice = created.price
        elif kind == Order.Stop:
            self.m_auxPrice = created.price
        elif kind == Order.StopLimit:
            self.m_auxPrice = created.price
            self.m_lmtPrice = created.pricelimit
        elif kind in (Order.StopTrail, Order.StopTrailLimit):
            self._set_trail()

    def _set_trail(self) -> None:
        created = self.created
        self.m_trailStopPrice = self._on_step(created.price)
        if self.exectype == Order.StopTrailLimit:
            self.m_lmtPrice = self._on_step(created.pricelimit)
        self.m_auxPrice = self.m_trailingPercent = None
        if created.trailamount:
            self.m_auxPrice = created.trailamount
        elif created.trailpercent:
            self.m_trailingPercent = round(created.trailpercent * 100.0, 8)
        else:
            raise OrderError("IBOrder: a trailing stop needs trailamount or trailpercent")

    def _on_step(self, price: float) -> float:
        details = getattr(self.data, "contractdetails", None)
        step = getattr(details, "m_minTick", None)
        return round(round(price / step) * step, 8) if step else price

    def trailadjust(self, price: float) -> None:
        """Bring a trailing stop as near to `price` as its distance says, and never further away."""
        Order.trailadjust(self, price)  # type: ignore[arg-type]  # the same facts, another family

    def expire(self) -> bool:
        """Whether the order is past the moment until which it is valid; IBKR is not told of it."""
        return bool(self.valid) and self.data.datetime[0] > self.valid

    def to_ibind_order(self, conid: int) -> Any:
        """Return the order as ibind's ``OrderRequest`` for the contract `conid`.

        Raises
        ------
        OrderError
            Something is missing, unknown, or has no counterpart in the Web API.
        """
        return order_request(ticket_of(self, conid), self.m_account)

    def __str__(self) -> str:
        told = [f"{name}: {getattr(self, name)}" for name in TWS_DEFAULTS if name in vars(self)]
        return "\n".join([super().__str__(), *told])


_PARAMETERS: tuple[str, ...] = tuple(OrderBase.params._getkeys())

for _name, _default in TWS_DEFAULTS.items():
    setattr(IBOrder, _name, _default)


class IBOrderState:
    """What IBKR says of an order besides the order: state, margins and commission.

    Parameters
    ----------
    orderstate
        IBKR's word for the state, or an object with the attributes of an order state.
    commission
        Commission, or an estimate of it; None where it is not known.
    commissionCurrency
        Currency of it.
    status
        IBKR's word for the state, by that name.
    """

    _fields = (
        *("status", "initMargin", "maintMargin", "equityWithLoan", "commission"),
        *("minCommission", "maxCommission", "commissionCurrency", "warningText"),
    )

    def __init__(
        self,
        orderstate: Any = "",
        commission: float | None = None,
        commissionCurrency: str = "",
        status: str | None = None,
    ) -> None:
        word = orderstate if status is None else status
        source = None if isinstance(word, str) else word
        for name in self._fields:
            attribute = f"m_{name}"
            setattr(self, attribute, getattr(source, attribute, None))
        if source is None:
            self.m_status = word
            self.m_commission = commission
            self.m_commissionCurrency = commissionCurrency

    def __str__(self) -> str:
        facts_ = [f"{name}: {getattr(self, f'm_{name}')}" for name in self._fields]
        return "\n".join(["--- ORDERSTATE BEGIN", *facts_, "--- ORDERSTATE END"])
