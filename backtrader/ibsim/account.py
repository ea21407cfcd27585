"""An account: cash by currency, positions, commissions, margin. All money is exact.

Conventions, as IBKR's:

- The average cost of a position includes the commissions of its opening executions and the
  multiplier; its average price leaves the multiplier out.
- A stock or an option is paid when it is bought. A future costs its commission only; its profit
  comes into the cash when it is closed (IBKR books it daily).
- A currency pair exchanges cash; its position is shown and counts nothing, since the cash does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from .orders import Execution, exact
from .records import Instrument

__all__ = ["Account", "AccountSettings", "Position", "Rates"]

_ZERO = Decimal(0)
# what a share of a cost is rounded to; the rest stays with the position
_COST_STEP = Decimal("1e-14")
# digits that no sum of sizes times prices of the precision of floats runs out of
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What an account pays and has to hold.

    Parameters
    ----------
    commission_per_unit, commission_minimum
        IBKR's fixed prices for US stocks: 0.005 a share, at least 1.00 an order.
    margin_rate
        Share of a stock's value that the account must hold in equity; 1.0 makes a cash account of
        it. Futures bind the margin of their instrument; short options their value.
    check_funds
        Whether an order that the account cannot carry is refused.
    """

    commission_per_unit: float = 0.005
    commission_minimum: float = 1.0
    margin_rate: float = 0.25
    check_funds: bool = True

    def commission(self, filled: Decimal) -> Decimal:
        """Return what an order owes in all once `filled` units of it are filled."""
        if not filled:
            return _ZERO
        return max(exact(self.commission_minimum), exact(self.commission_per_unit) * filled)


class Rates:
    """Exchange rates: what a unit of a currency is worth in the base currency.

    Parameters
    ----------
    base
        The base currency.
    rates
        Rates known from the beginning; ticks of currency pairs add to them.
    """

    def __init__(self, base: str, rates: Mapping[str, float] | None = None) -> None:
        self.base = base
        self._rates = {currency: exact(rate) for currency, rate in (rates or {}).items()}
        self._rates[base] = Decimal(1)

    def __contains__(self, currency: str) -> bool:
        return currency in self._rates

    def __getitem__(self, currency: str) -> Decimal:
        return self._rates[currency]

    def see(self, pair: Instrument, price: float) -> None:
        """Learn from the `price` of a currency pair, when it has the base currency in it."""
        if price <= 0:
            return
        if pair.currency == self.base:
            self._rates[pair.symbol] = exact(price)
        elif pair.symbol == self.base:
            self._rates[pair.currency] = Decimal(1) / exact(price)


@dataclass(slots=True)
class Position:
    """What is held of an instrument.

    `cost` is the signed value at which it was opened, in the instrument's currency and with the
    multiplier; `fees` the commissions of that. `realized` is the profit of what was closed.
    """

    instrument: Instrument
    size: Decimal = _ZERO
    cost: Decimal = _ZERO
    fees: Decimal = _ZERO
    realized: Decimal = _ZERO

    @property
    def average_cost(self) -> float:
        """Cost of one unit with commissions and multiplier; 0.0 without a position."""
        return float((self.cost + self.fees) / self.size) if self.size else 0.0

    @property
    def average_price(self) -> float:
        """`average_cost` without the multiplier."""
        return self.average_cost / self.instrument.multiplier

    def add(self, size: Decimal, price: Decimal, commission: Decimal) -> tuple[Decimal, Decimal]:
        """Book a fill of `size` signed units.

        Returns
        -------
        tuple
            Gross profit of what it closed, without any commission; and the share of `size` that
            closed something.
        """
        multiplier = exact(self.instrument.multiplier)
        closing = _ZERO
        if self.size * size < 0:
            closing = size if abs(size) <= abs(self.size) else -self.size
        gross = self._close(closing, price * multiplier)
        opening = size - closing
        opening_fee = commission if not closing else _share(commission, opening, size)
        self.size += opening
        self.cost += opening * price * multiplier
        self.fees += opening_fee
        self.realized -= commission - opening_fee
        return gross, closing

    def _close(self, closing: Decimal, value: Decimal) -> Decimal:
        if not closing:
            return _ZERO
        cost = _share(self.cost, -closing, self.size)
        fees = _share(self.fees, -closing, self.size)
        gross = -closing * value - cost
        self.size += closing
        self.cost -= cost
        self.fees -= fees
        self.realized += gross - fees
        return gross


def _share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return `amount` x `part` / `whole`, with a bounded number of digits."""
    if part == whole:
        return amount
    return (amount * part / whole).quantize(_COST_STEP, ROUND_HALF_EVEN)


@dataclass(slots=True)
class Account:
    """One account.

    Parameters
    ----------
    account_id
        As ``DU1234567``.
    rates
        Its base currency and the value of others in it.
    mark
        Gives the last price of a conid, or None before its first tick.
    balances
        Cash by currency, exact.
    positions
        By conid; flat ones are in `closed`, for the profit that they brought.
    day_opening, daily_values
        What the account was worth as today, and each day (``YYYYMMDD``), began.
    noted
        When the positions were last looked at by `remembered`, and what was found.
    """

    account_id: str
    rates: Rates
    mark: Callable[[int], float | None]
    settings: AccountSettings = field(default_factory=AccountSettings)
    balances: dict[str, Decimal] = field(default_factory=dict)
    positions: dict[int, Position] = field(default_factory=dict)
    commissions: dict[str, Decimal] = field(default_factory=dict)
    closed: dict[int, Position] = field(default_factory=dict)
    day_opening: float = 0.0
    daily_values: dict[str, float] = field(default_factory=dict)
    noted: tuple[int | None, list[Position]] = (None, [])

    def __post_init__(self) -> None:
        unknown = [currency for currency in self.balances if currency not in self.rates]
        if unknown:
            raise ValueError(f"cash in {unknown[0]}, but no rate to {self.currency}: give `rates`")
        self.balances.setdefault(self.currency, _ZERO)
        self.day_opening = self.net_liquidation

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.rates.base

    @property
    def cash(self) -> float:
        """All cash, in the base currency."""
        return float(self._in_base(self.balances))

    def _in_base(self, amounts: Mapping[str, Decimal]) -> Decimal:
        return sum((amount * self.rates[key] for key, amount in amounts.items()), _ZERO)

    def position(self, conid: int) -> Position | None:
        """Return what is held of `conid`, None when nothing is."""
        return self.positions.get(conid)

    def book(self, execution: Execution) -> None:
        """Move cash and position by a fill."""
        with localcontext() as context:
            context.prec = _DIGITS
            self._book(execution)

    def _book(self, execution: Execution) -> None:
        instrument = execution.order.instrument
        conid = instrument.conid
        position = self.positions.pop(conid, None) or self.closed.pop(conid, None)
        position = position or Position(instrument)
        size, price = execution.signed_size, exact(execution.price)
        gross, _ = position.add(size, price, execution.commission)
        (self.positions if position.size else self.closed)[conid] = position
        self._pay(instrument.currency, -execution.commission)
        spent = self.commissions.get(instrument.currency, _ZERO)
        self.commissions[instrument.currency] = spent + execution.commission
        if instrument.sec_type == "FUT":
            self._pay(instrument.currency, gross)
        else:
            self._pay(instrument.currency, -size * price * exact(instrument.multiplier))
        if instrument.sec_type == "CASH":
            self._pay(instrument.symbol, size)

    def _pay(self, currency: str, amount: Decimal) -> None:
        self.balances[currency] = self.balances.get(currency, _ZERO) + amount

    # -- values, all in the base currency unless said otherwise

    def price_of(self, position: Position) -> float:
        """Return the last price, before the first tick the price it was opened at."""
        price = self.mark(position.instrument.conid)
        return position.average_price if price is None else price

    def market_value(self, position: Position) -> Decimal:
        """Return the value of `position` in its own currency, with the multiplier; signed."""
        multiplier = exact(position.instrument.multiplier)
        return position.size * exact(self.price_of(position)) * multiplier

    def unrealized(self, position: Position) -> Decimal:
        """Return the profit of what is open, after its opening commissions, in its currency."""
        return self.market_value(position) - position.cost - position.fees

    def total_value(self, *sec_types: str, currency: str | None = None) -> float:
        """Return the market value of positions of some kinds, of all currencies or in one.

        A future is worth its open profit: that is what it adds to the account.
        """
        total = _ZERO
        for position in self.positions.values():
            instrument = position.instrument
            if instrument.sec_type not in sec_types:
                continue
            value = self.market_value(position)
            if instrument.sec_type == "FUT":
                value -= position.cost
            if currency is None:
                total += value * self.rates[instrument.currency]
            elif instrument.currency == currency:
                total += value
        return float(total)

    def total_profit(self, realized: bool, currency: str | None = None) -> float:
        """Return all realized or unrealized profit, of all currencies or in one."""
        total = _ZERO
        for position in (*self.positions.values(), *self.closed.values()):
            profit = position.realized if realized else self.unrealized(position)
            if currency is None:
                total += profit * self.rates[position.instrument.currency]
            elif position.instrument.currency == currency:
                total += profit
        return float(total)

    @property
    def net_liquidation(self) -> float:
        """What the account is worth."""
        return self.cash + self.total_value("STK", "OPT", "FUT")

    @property
    def gross_value(self) -> float:
        """Absolute value of stocks and options."""
        held = (p for p in self.positions.values() if p.instrument.sec_type in ("STK", "OPT"))
        values = (abs(self.market_value(p)) * self.rates[p.instrument.currency] for p in held)
        return float(sum(values, _ZERO))

    @property
    def equity_with_loan(self) -> float:
        """Net liquidation without the options that are held long."""
        return self.net_liquidation - self._long_options()

    def _long_options(self) -> float:
        held = (p for p in self.positions.values() if p.instrument.sec_type == "OPT" and p.size > 0)
        values = (self.market_value(p) * self.rates[p.instrument.currency] for p in held)
        return float(sum(values, _ZERO))

    @property
    def initial_margin(self) -> float:
        """What the positions bind; it serves as maintenance margin too."""
        return sum(
            self.margin(p.instrument, p.size, self.price_of(p)) for p in self.positions.values()
        )

    def margin(self, instrument: Instrument, size: Decimal, price: float) -> float:
        """Return what holding `size` units of `instrument` at `price` binds."""
        value = float(abs(size)) * price * instrument.multiplier
        if instrument.sec_type == "STK":
            bound = value * self.settings.margin_rate
        elif instrument.sec_type == "FUT":
            bound = float(abs(size)) * instrument.margin
        elif instrument.sec_type == "OPT":
            bound = value if size < 0 else 0.0
        else:
            bound = 0.0
        return bound * float(self.rates[instrument.currency])

    @property
    def available_funds(self) -> float:
        """What new positions may bind."""
        return self.equity_with_loan - self.initial_margin

    @property
    def buying_power(self) -> float:
        """Value of stocks that `available_funds` carries."""
        return max(self.available_funds, 0.0) / self.settings.margin_rate

    def cost_of(self, instrument: Instrument, size: Decimal, price: float) -> float:
        """Return by how much a fill of `size` signed units at `price` lowers the available funds.

        Commission is included; what closes a position may come out negative.
        """
        held = self.positions.get(instrument.conid)
        before = held.size if held else _ZERO
        mark = self.price_of(held) if held else price
        after = self.margin(instrument, before + size, price)
        needed = after - self.margin(instrument, before, mark)
        if instrument.sec_type == "OPT" and before + size > max(before, _ZERO):
            bought = before + size - max(before, _ZERO)
            premium = float(bought) * price * instrument.multiplier
            needed += premium * float(self.rates[instrument.currency])
        commission = float(self.settings.commission(abs(size)))
        return needed + commission * float(self.rates[instrument.currency])

    def remembered(self, now_ms: int, life_ms: int) -> list[Position]:
        """Return the positions as they were up to `life_ms` ago, in the order of their conids."""
        noted_ms, noted = self.noted
        if not life_ms or noted_ms is None or now_ms - noted_ms >= life_ms:
            held = sorted(self.positions.values(), key=lambda p: p.instrument.conid)
            noted = [replace(position) for position in held]
            self.noted = (now_ms, noted)
        return noted

    def begin_day(self, date: str) -> None:
        """Note what the account is worth as the day `date` (``YYYYMMDD``) begins."""
        self.day_opening = self.net_liquidation
        self.daily_values[date] = self.day_opening
