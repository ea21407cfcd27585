"""Commission schemes: what a trade costs, what it is worth and what it earns."""

from __future__ import annotations

from typing import Any

from .metabase import ParamsBase
from .position import Position

__all__ = ["CommInfoBase", "CommissionInfo"]


class CommInfoBase(ParamsBase):
    """Describe the costs and the valuation of an instrument; subclasses override what differs.

    Parameters
    ----------
    commission
        Amount per unit, or fraction of the value, see `commtype` and `percabs`.
    mult
        Value of one point of price for futures-like instruments.
    margin
        Cash that one unit of a futures-like instrument binds.
    commtype
        `COMM_PERC`, `COMM_FIXED`, or None: then `margin` decides, with one it is a futures-like
        instrument with a fixed commission, without one a stock with a percentage.
    stocklike
        Whether buying pays the price itself; only looked at where `commtype` is not None.
    percabs
        Whether a percentage is given as 0.01 (True) or as 1.0 (False).
    interest
        Yearly rate charged on short positions, 0.05 for five percent.
    interest_long
        Whether long positions are charged too.
    leverage
        How many times the cash bound an operation may be worth.
    automargin
        False: `margin` stands. Negative: the margin is ``price * mult``; positive: ``price *
        automargin``.
    """

    COMM_PERC, COMM_FIXED = range(2)

    params = {
        **{"commission": 0.0, "mult": 1.0, "margin": None},
        **{"commtype": None, "stocklike": False, "percabs": False},
        **{"interest": 0.0, "interest_long": False, "leverage": 1.0, "automargin": False},
    }

    p: Any
    _stocklike: bool
    _commtype: int
    _creditrate: float

    def __init__(self) -> None:
        super().__init__()
        p = self.p
        self._stocklike = p.stocklike
        self._commtype = p.commtype
        if self._commtype is None:
            self._stocklike = not p.margin
            self._commtype = self.COMM_FIXED if p.margin else self.COMM_PERC
        if not (self._stocklike or p.margin):
            p.margin = 1.0
        if self._commtype == self.COMM_PERC and not p.percabs:
            p.commission /= 100.0
        self._creditrate = p.interest / 365.0

    @property
    def margin(self) -> Any:
        """Parameter `margin`: cash bound per unit."""
        return self.p.margin

    @property
    def stocklike(self) -> bool:
        """Whether the instrument pays its price when bought, as a share does."""
        return self._stocklike

    def get_margin(self, price: float) -> Any:
        """Return the cash that one unit binds at `price`."""
        automargin = self.p.automargin
        if not automargin:
            return self.p.margin
        return (self.p.mult if automargin < 0 else automargin) * price

    def get_leverage(self) -> float:
        """Return the leverage of the instrument."""
        return self.p.leverage

    def getsize(self, price: float, cash: float) -> int:
        """Return how many whole units `cash` buys at `price`, leverage included."""
        unit = price if self._stocklike else self.get_margin(price)
        return int(self.p.leverage * (cash // unit))

    def getoperationcost(self, size: float, price: float) -> float:
        """Return the cash that an operation of `size` units at `price` needs."""
        return abs(size) * (price if self._stocklike else self.get_margin(price))

    def getvaluesize(self, size: float, price: float) -> float:
        """Return what `size` units are worth at `price`; shorts of a stock are worth less than
        nothing."""
        if self._stocklike:
            return size * price
        return abs(size) * self.get_margin(price)

    def getvalue(self, position: Position, price: float) -> float:
        """Return what a position is worth at `price`, where selling short binds cash."""
        size = position.size
        if not self._stocklike:
            return abs(size) * self.get_margin(price)
        if size >= 0:
            return size * price
        opened_for = position.price
        return opened_for * size + (opened_for - price) * size

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:
        """Return the commission of an operation; `pseudoexec` is False where it really takes
        place."""
        if self._commtype == self.COMM_PERC:
            return abs(size) * self.p.commission * price
        return abs(size) * self.p.commission

    def getcommission(self, size: float, price: float) -> float:
        """Return the commission that an operation of `size` units at `price` would cost."""
        return self._getcommission(size, price, pseudoexec=True)

    def confirmexec(self, size: float, price: float) -> float:
        """Return the commission of an operation that takes place."""
        return self._getcommission(size, price, pseudoexec=False)

    def profitandloss(self, size: float, price: float, newprice: float) -> float:
        """Return what `size` units earn while the price goes from `price` to `newprice`."""
        return size * (newprice - price) * self.p.mult

    def cashadjust(self, size: float, price: float, newprice: float) -> float:
        """Return the cash that futures-like instruments settle while they are held; 0.0 for
        stocks."""
        if self._stocklike:
            return 0.0
        return size * (newprice - price) * self.p.mult

    def get_credit_interest(self, data: Any, pos: Position, dt: Any) -> float:
        """Return the interest that a position owes since it was last looked at.

        Parameters
        ----------
        data
            Feed of the instrument.
        pos
            Position; its ``datetime`` is the moment of the last charge or trade.
        dt
            Now, a ``datetime.datetime``.
        """
        size = pos.size
        if size > 0 and not self.p.interest_long:
            return 0.0
        today, charged = dt.date(), pos.datetime.date()
        if today <= charged:
            return 0.0
        days = (today - charged).days
        return self._get_credit_interest(data, size, pos.price, days, today, charged)

    def _get_credit_interest(
        self, data: Any, size: float, price: float, days: int, dt0: Any, dt1: Any
    ) -> float:
        """Return the interest on `size` units at `price` for the `days` from `dt1` to `dt0`.

        Formula: days * (interest / 365) * abs(size) * price
        """
        return days * self._creditrate * abs(size) * price


class CommissionInfo(CommInfoBase):
    """Commission scheme whose percentages are absolute: 0.01 is one percent."""

    params = (("percabs", True),)
