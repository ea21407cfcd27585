"""What an order would do to the account, told before it is placed."""

from __future__ import annotations

from typing import Any

from .account import Account
from .exchange import Exchange
from .orders import Ticket, TicketError, plain
from .records import BrokerageSession, Instrument, Reply

__all__ = ["preview_row"]

# by what a warning begins with; 20 stands for those whose number nobody recorded
_NUMBERS = {"o163": 21, "o10151": 23, "o10153": 26}


def preview_row(exchange: Exchange, account_id: str, body: Any, session: BrokerageSession) -> Reply:
    """Answer a preview; lack of funds is no failure of the request."""
    try:
        ticket, instrument, shortage = exchange.preview(account_id, body)
    except TicketError as refusal:
        return Reply({"error": str(refusal), "statusCode": 400}, _code_of(refusal))
    account = exchange.carriers[account_id]
    asked = exchange.preview_questions(ticket, session.suppressed)
    warnings = [f"{_NUMBERS.get(q.message_id, 20)}/{q.text}" for q in asked]
    price = ticket.limit or ticket.stop or exchange.last.get(instrument.conid)
    # before a snapshot of the contract was asked for, the service knows no figures
    known = f"snapshot:{instrument.conid}" in session.warm and not shortage
    row = _figures(account, ticket, instrument, price if known else None)
    row["amount"] = _amount(account, ticket, instrument, price, bool(shortage))
    return Reply(
        {
            **row,
            "warn": warnings[0] if warnings else None,
            "error": shortage or None,
            "warns": warnings,
            "errors": [shortage] if shortage else [],
            "accruedInterest": None,
            "data": _data(account, ticket, instrument, price),
        }
    )


def _code_of(refusal: TicketError) -> int:
    return 500 if "Order size" in str(refusal) else 400


def _amount(
    account: Account, ticket: Ticket, instrument: Instrument, price: float | None, short: bool
) -> dict[str, str]:
    currency = instrument.currency
    size = f"({plain(ticket.quantity)} {'Shares' if instrument.sec_type == 'STK' else 'Units'})"
    if price is None:
        return {"amount": f"NA {size}", "commission": "NA", "total": "NA"}
    value = float(ticket.quantity) * price * instrument.multiplier
    amount = f"{value:,.2f} {currency} {size}"
    if short:
        return {"amount": amount, "commission": "NA", "total": "NA"}
    commission = float(account.settings.commission(ticket.quantity))
    total = value + ticket.sign * commission
    return {
        "amount": amount,
        "commission": f"{commission:,.2f} {currency}",
        "total": f"{total:,.2f} {currency}",
    }


def _figures(
    account: Account, ticket: Ticket, instrument: Instrument, price: float | None
) -> dict[str, Any]:
    if price is None:
        return {"equity": None, "initial": None, "maintenance": None, "position": None}
    held = account.position(instrument.conid)
    before = held.size if held else ticket.quantity * 0
    after = before + ticket.quantity * ticket.sign
    rate = float(account.rates[instrument.currency])
    fee = float(account.settings.commission(ticket.quantity)) * rate
    mark = account.price_of(held) if held else price
    bound = account.margin(instrument, after, price) - account.margin(instrument, before, mark)
    margin = _change(account.initial_margin, bound)
    return {
        "equity": _change(account.equity_with_loan, -fee),
        "initial": margin,
        "maintenance": dict(margin),
        "position": _change(float(before), float(after - before)),
    }


def _change(current: float, change: float) -> dict[str, str]:
    return {
        "current": f"{current:,.0f}",
        "change": f"{change:,.0f}",
        "after": f"{current + change:,.0f}",
    }


def _data(
    account: Account, ticket: Ticket, instrument: Instrument, price: float | None
) -> list[dict[str, Any]]:
    held = account.position(instrument.conid)
    before = float(held.size) if held else 0.0
    signed = ticket.quantity * ticket.sign
    funds = account.available_funds
    cost = 0.0 if price is None else account.cost_of(instrument, signed, price)
    rows = (
        ("Current Position", "CURRENT_POS", before),
        ("Post-Trade Position*", "AFTER_POS", before + float(signed)),
        ("Available Funds", "CURRENT_FUNDS", funds),
        ("Post Trade Available Funds*", "AFTER_FUNDS", funds - cost),
    )
    return [{"V": [f"{value:.0f}"], "L": label, "N": name} for label, name, value in rows]
