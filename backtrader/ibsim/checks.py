"""Why the exchange refuses a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .account import Account
from .orders import Ticket, TicketError, exact, plain
from .records import Instrument

__all__ = ["CheckSettings", "check_funds", "check_instrument"]


@dataclass(frozen=True)
class CheckSettings:
    """What is refused apart from what cannot be.

    Parameters
    ----------
    forbidden
        Security types (``"FUT"``) and conids that the account has no permission for.
    refuse_chance
        Probability, by the seed, that an order is refused for no reason that the client knows.
    """

    forbidden: tuple[str | int, ...] = ()
    refuse_chance: float = 0.0


def check_instrument(ticket: Ticket, instrument: Instrument, settings: CheckSettings) -> None:
    """Check permission, size and prices of `ticket`.

    Raises
    ------
    TicketError
        With IBKR's words for the first thing that is wrong.
    """
    if instrument.conid in settings.forbidden or instrument.sec_type in settings.forbidden:
        raise TicketError(f"No trading permissions for {instrument.symbol} {instrument.sec_type}")
    if instrument.sec_type == "IND":
        raise TicketError("This contract is not available for trading")
    if not _is_multiple(ticket.quantity, instrument.size_increment):
        size, step = plain(ticket.quantity), plain(exact(instrument.size_increment))
        text = f"The size, {size}, does not conform to the minimum variation of {step} "
        raise TicketError(f"{text}for this contract.")
    for price in (ticket.price, ticket.aux_price):
        if price is not None and price <= 0 and instrument.sec_type != "FUT":
            raise TicketError(f"Invalid price {price:g}")
        if price is not None and not _is_multiple(exact(price), instrument.increment):
            text = f"The price {price:g} does not conform to the minimum price variation of "
            raise TicketError(f"{text}{plain(exact(instrument.increment))} for this contract.")


def _is_multiple(number: Decimal, step: float) -> bool:
    return number % exact(step) == 0


def check_funds(
    account: Account, ticket: Ticket, instrument: Instrument, price: float | None, bound: float
) -> None:
    """Check that `account` can carry `ticket` beside the working orders that bind `bound`.

    `price` is what a unit will cost by estimate; None passes, as nothing is known.

    Raises
    ------
    TicketError
        When funds are missing, or when the instrument's currency has no rate.
    """
    currencies = [instrument.currency]
    if instrument.sec_type == "CASH":
        currencies.append(instrument.symbol)
    for currency in currencies:
        if currency not in account.rates:
            raise TicketError(f"No exchange rate from {currency} to {account.currency}")
    if price is None or not account.settings.check_funds:
        return
    needed = account.cost_of(instrument, ticket.quantity * ticket.sign, price)
    if needed > 0 and needed + bound > account.available_funds:
        base = account.currency
        raise TicketError(
            f"Available converted to base: {account.available_funds:,.2f} {base} Cash needed for "
            f"this order and other pending orders: {needed + bound:,.2f} {base}"
        )
