"""What the store tells the broker, in records with the attribute names of the TWS API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """The state of one of our orders.

    `status` is IBKR's word for it. `whyHeld` is the reason that IBKR gives for having cancelled or
    refused the order; empty where it gave none. Quantities are without sign.
    """

    orderId: int
    status: str
    filled: float = 0.0
    remaining: float | None = None
    avgFillPrice: float | None = None
    permId: int = 0
    parentId: int = 0
    lastFillPrice: float | None = None
    clientId: int = 0
    whyHeld: str = ""


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """IBKR has taken an order, or a change of it (`replaced`)."""

    orderId: int
    contract: Any
    order: Any
    orderState: Any
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """A part of an order that was executed. `m_shares` has no sign, `m_side` is BOT or SLD.

    `time_ms` is the moment of the execution, UTC in milliseconds; None where IBKR gave none.
    """

    m_execId: str
    m_orderId: int
    m_side: str
    m_shares: float
    m_price: float
    time_ms: int | None = None
    m_time: str = ""
    m_cumQty: float = 0.0
    m_avgPrice: float = 0.0
    m_exchange: str = ""
    m_acctNumber: str = ""
    m_orderRef: str = ""
    conid: int = 0


@dataclass(frozen=True, slots=True)
class ExecDetails:
    """An execution and what was traded."""

    reqId: int
    contract: Any
    execution: Execution


@dataclass(frozen=True, slots=True)
class Commission:
    """What an execution cost. IBKR's Web API tells neither realized profit nor currency."""

    m_execId: str
    m_commission: float
    m_currency: str = ""
    m_realizedPNL: float | None = None


@dataclass(frozen=True, slots=True)
class CommissionReport:
    """The commission of an execution that was told before."""

    commissionReport: Commission


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """What went wrong with an order, or -1; `errorCode` is the number that TWS uses for it.

    161 a cancellation that IBKR did not take, 201 refused, 202 cancelled before it was sent, 399 a
    change that IBKR did not take.
    """

    id: int
    errorCode: int
    errorMsg: str


@dataclass(frozen=True, slots=True)
class Holding:
    """A position of an account, from `updatePortfolio` and `position`. `position` has a sign."""

    conid: int
    position: float
    averageCost: float
    marketPrice: float | None = None
    marketValue: float | None = None
    unrealizedPNL: float | None = None
    realizedPNL: float | None = None
    accountName: str = ""
    contract: Any = None
    currency: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class AccountValue:
    """A figure of an account, as from `updateAccountValue`."""

    key: str
    value: float
    currency: str
    accountName: str


NOT_CANCELLED = 161
REFUSED = 201
WITHDRAWN = 202
NOT_CHANGED = 399
