"""What IBKR asks before it takes an order: message ids, texts, and when they come up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .orders import Ticket, plain
from .records import Instrument

__all__ = ["Question", "QuestionSettings", "questions_about"]

_SURE = "\nAre you sure you want to submit this order?"
_STOPS = ("STP", "STOP_LIMIT", "TRAIL", "TRAILLMT")
_LIMITS = ("LMT", "STOP_LIMIT", "TRAILLMT", "LOC", "LIT")


@dataclass(frozen=True, slots=True)
class Question:
    """A question; a `dialogue` has buttons of its own instead of Yes and No."""

    message_id: str
    text: str
    dialogue: bool = False


@dataclass(frozen=True)
class QuestionSettings:
    """Which questions come up.

    Parameters
    ----------
    questions
        Ids of the rules in force, of ``o163`` (limit off the market by more than `price_band`),
        ``o354`` (no market data), ``o383`` (more units than `size_limit`), ``o451`` (more value
        than `value_limit`), ``o403`` (a stop that the market is already beyond), ``o10151`` (every
        market order), ``o10152`` (every stop order), ``o10331`` (every order with a stop),
        ``o10153`` (every order: mandatory cap price). Others are asked about every order.
    price_band
        As a share of the last price.
    question_chance
        Probability, by the seed, of one more question that nobody has heard of.
    """

    questions: tuple[str, ...] = ("o163", "o354", "o383", "o451")
    price_band: float = 0.03
    size_limit: float | None = None
    value_limit: float | None = None
    question_chance: float = 0.0


@dataclass(frozen=True, slots=True)
class _Case:
    ticket: Ticket
    instrument: Instrument
    last: float | None
    settings: QuestionSettings

    @property
    def words(self) -> str:
        size = plain(self.ticket.quantity)
        return f"{self.ticket.side} {size} {self.instrument.symbol} {self.instrument.exchange}"


def questions_about(
    ticket: Ticket,
    instrument: Instrument,
    last: float | None,
    settings: QuestionSettings,
    random: Random,
) -> list[Question]:
    """Return what is asked before `ticket` is taken, in the order of asking.

    `last` is the last price of the instrument, None before its first tick.
    """
    case = _Case(ticket, instrument, last, settings)
    asked = []
    for message_id in settings.questions:
        rule = _RULES.get(message_id)
        text = f"Precaution {message_id} applies to this order." + _SURE
        question = Question(message_id, text) if rule is None else rule(case)
        if question is not None:
            asked.append(question)
    if random.random() < settings.question_chance:
        number = random.randint(90000, 99999)
        asked.append(Question(f"o{number}", f"Precaution {number} applies to this order." + _SURE))
    return asked


def _price_band(case: _Case) -> Question | None:
    price, band = case.ticket.limit, case.settings.price_band
    if case.ticket.order_type not in _LIMITS or price is None or not case.last:
        return None
    if abs(price - case.last) <= band * case.last:
        return None
    # the blank before the line's end is IBKR's, and clients look for it
    text = f'The following order "{case.words} @ {price:.2f}" price exceeds \n'
    return Question("o163", f"{text}the Percentage constraint of {band * 100:g}%.{_SURE}")


def _no_market_data(case: _Case) -> Question | None:
    if not case.instrument.market_data.startswith("N"):
        return None
    text = "You are submitting an order without market data. We strongly recommend against this as "
    return Question("o354", f"{text}it may result in erroneous and unexpected trades.{_SURE}")


def _size_limit(case: _Case) -> Question | None:
    limit = case.settings.size_limit
    if limit is None or float(case.ticket.quantity) <= limit:
        return None
    text = f'The following order "{case.words}" size exceeds the Size Limit of {limit:g}.'
    return Question("o383", text + _SURE)


def _value_limit(case: _Case) -> Question | None:
    limit, price = case.settings.value_limit, case.ticket.limit or case.last
    if limit is None or price is None:
        return None
    value = float(case.ticket.quantity) * price * case.instrument.multiplier
    if value <= limit:
        return None
    currency = case.instrument.currency
    text = (
        f'The following order "{case.words}" value estimate of {value:,.2f} {currency} exceeds \n'
    )
    return Question("o451", f"{text}the Total Value Limit of {limit:,.0f} {currency}.{_SURE}")


def _triggers_at_once(case: _Case) -> Question | None:
    stop, sign = case.ticket.stop, case.ticket.sign
    if case.ticket.order_type not in _STOPS or stop is None or case.last is None:
        return None
    if (case.last - stop) * sign < 0:
        return None
    text = "This order will most likely trigger and fill immediately."
    return Question("o403", text + _SURE)


def _market_order(case: _Case) -> Question | None:
    if case.ticket.order_type != "MKT":
        return None
    text = "<h4>Market Order Confirmation</h4>A Market Order is an instruction to trade your order "
    return Question("o10151", text + "at any available price in the market.", True)


def _stop_order(case: _Case) -> Question | None:
    if case.ticket.order_type != "STP":
        return None
    text = "<h4>Stop Order Confirmation</h4>A Stop Order - i.e. a Stop (Market) Order - is an "
    text += 'instruction to buy or sell at the market price once your trigger ("stop") price is '
    return Question("o10152", text + "reached.", True)


def _stop_risk(case: _Case) -> Question | None:
    if case.ticket.order_type not in _STOPS:
        return None
    text = "You are about to submit a stop order. Please be aware of the various stop order types "
    return Question("o10331", f"{text}available and the risks associated with each one.{_SURE}")


def _cap_price(case: _Case) -> Question | None:
    text = "<h4>Confirm Mandatory Cap Price</h4>To avoid trading at a price that is not consistent "
    text += "with a fair and orderly market, IB may set a cap (for a buy order) or floor (for a "
    text += "sell order). THIS MAY CAUSE AN ORDER THAT WOULD OTHERWISE BE MARKETABLE NOT TO BE "
    return Question("o10153", text + "TRADED.", True)


_RULES: dict[str, Callable[[_Case], Question | None]] = {
    "o163": _price_band,
    "o354": _no_market_data,
    "o383": _size_limit,
    "o451": _value_limit,
    "o403": _triggers_at_once,
    "o10151": _market_order,
    "o10152": _stop_order,
    "o10331": _stop_risk,
    "o10153": _cap_price,
}
