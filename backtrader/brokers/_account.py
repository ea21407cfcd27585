"""The simulated account: cash, positions, value, and the view of them as a fund."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from ..broker import BrokerBase
from ..comminfo import CommInfoBase
from ..position import Position
from ._history import FundHistory
from ._ledger import appraise, unlevered, value_of
from ._settings import Settings

NEVER = float("inf")

# What a scheme may override to move cash or to count time while a position is merely held.
_HOLDING_HOOKS = ("cashadjust", "get_credit_interest", "_get_credit_interest", "stocklike")


def rests(terms: Any) -> bool:
    """Whether a position under this commission scheme moves no cash while it is held."""
    kind = type(terms)
    if not issubclass(kind, CommInfoBase):
        return False
    if any(getattr(kind, hook) is not getattr(CommInfoBase, hook) for hook in _HOLDING_HOOKS):
        return False
    return bool(terms.stocklike) and not terms._creditrate


class _Figure:
    """Attribute that holds a figure of the account as of the last bar, computed when it is read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, account: Any, owner: type | None = None) -> Any:
        if account is None:
            return self
        if account._stale:
            account._appraise()
        return account._figures[self._name]

    def __set__(self, account: Any, value: float) -> None:
        account._figures[self._name] = value


class Account(Settings):
    """Cash, positions and value of the simulated broker.

    The value is that of the last bar which the broker was shown. It is not computed before
    somebody asks, for most strategies never do; `_stale` says that the figures are older than the
    bar.
    """

    _value = _Figure()
    _valuelever = _Figure()
    _valuemkt = _Figure()
    _valuemktlever = _Figure()
    _leverage = _Figure()
    _unrealized = _Figure()
    _fundval = _Figure()

    def __init__(self) -> None:
        self._fundhist: list[Any] = []
        self._figures: dict[str, float] = {}
        super().__init__()

    def init(self) -> None:
        """Put the account in its initial state: the cash of the parameters, no position."""
        super().init()
        cash = self.p.cash
        self.startingcash = self.cash = cash
        self._stale = False
        self._eager = False
        self._value = cash
        self._valuelever = self._valuemkt = self._valuemktlever = self._unrealized = 0.0
        self._leverage = 1.0
        self._fundval = self.p.fundstartval
        self._fundshares = cash / self.p.fundstartval
        self._cash_to_add: deque[tuple[float, float]] = deque()
        self.positions: defaultdict[Any, Position] = defaultdict(Position)
        self.d_credit: defaultdict[Any, float] = defaultdict(float)
        self._terms: dict[Any, tuple[Any, bool, Any]] = {}
        self._usual_terms: dict[Any, Any] = {}
        # whether some position moves cash while it is merely held
        self._accruing = False

    def addcommissioninfo(self, comminfo: Any, name: str | None = None) -> None:
        """Use the commission scheme `comminfo` for the data `name`, or for all without a scheme of
        their own."""
        super().addcommissioninfo(comminfo, name)
        self._end_silence()
        self._terms.clear()
        self._usual_terms.clear()

    def _terms_of(self, data: Any) -> tuple[Any, bool, Any]:
        """Return the commission scheme of `data`, whether it `rests`, and the line of closes."""
        known = self._terms.get(data)
        if known is None:
            terms = self.getcommissioninfo(data)
            known = terms, rests(terms), data.close
            if type(self).getcommissioninfo is BrokerBase.getcommissioninfo:
                self._terms[data] = known
        return known

    # -- silence: nothing that the broker does could change anything --

    def _end_silence(self) -> None:
        """Have the engine call `next` again; what positions read from their feeds is written
        down."""
        if self._quiet:
            self._quiet = False
            self._rests_until = 0.0
            for position in self.positions.values():
                position.unfollow()

    def _close_bar(self) -> bool:
        """Adjust cash for what is held at the close; return whether all positions rest."""
        resting = True
        for data, position in self.positions.items():
            if position.size:
                terms, calm, closes = self._terms_of(data)
                close = closes[0]
                if not calm:
                    self.cash += terms.cashadjust(position.size, position._adjbase, close)
                    resting = False
                position._adjbase = close
                if self._eager:
                    position.datetime = (data, data.datetime[0])
        self._accruing = not resting
        return resting

    def _fall_silent(self, until: float = NEVER) -> None:
        """Tell the engine that `next` can be left out from now on, before the step `until`."""
        for data, position in self.positions.items():
            if position.size:
                position.follow(data)
        self._quiet = True
        self._rests_until = until

    def _charge_interest(self) -> None:
        """Take the interest that positions owe from the cash."""
        charged = 0.0
        for data, position in self.positions.items():
            if position.size:
                terms, calm, _ = self._terms_of(data)
                if not calm:
                    now = data.datetime.datetime(0)
                    owed = terms.get_credit_interest(data, position, now)
                    self.d_credit[data] += owed
                    charged += owed
                    position.datetime = now
        self.cash -= charged

    # -- cash and value --

    def get_cash(self) -> float:
        """Return the cash at hand."""
        return self.cash

    getcash = get_cash

    def set_cash(self, cash: float) -> None:
        """Set the cash at hand, and that with which a run starts."""
        self._end_silence()
        self._freeze()
        self.p.cash = self.startingcash = self.cash = self._value = cash

    setcash = set_cash

    def add_cash(self, cash: float) -> None:
        """Add cash, or take it out where negative, at the end of the next bar; shares of the fund
        are issued."""
        self._end_silence()
        self._cash_to_add.append((cash, self._fundval))

    def get_value(self, datas: Any = None, mkt: bool = False, lever: bool = False) -> float:
        """Return the value of the account.

        Parameters
        ----------
        datas
            Datas whose positions alone are to be valued; None for the account, cash included.
        mkt
            Whether only the positions of the account count.
        lever
            Whether positions count in full; otherwise with what leverage leaves to be paid.
        """
        if datas is not None:
            return self._get_value(datas=datas, lever=lever)
        if not (mkt or lever):
            if self._stale:
                self._appraise()
            return self._figures["_value"]
        if mkt:
            return self._valuemktlever if lever else self._valuemkt
        return self._valuelever

    getvalue = get_value

    def get_value_lever(self, datas: Any = None, mkt: bool = False) -> float:
        """Return the value of the account, as `get_value`."""
        return self.get_value(datas=datas, mkt=mkt)

    def get_leverage(self) -> float:
        """Return the leverage of the account: value of its positions over the cash that they
        bind."""
        return self._leverage

    def get_fundshares(self) -> float:
        """Return the number of shares of the fund."""
        return self._fundshares

    fundshares = property(lambda self: self.get_fundshares(), doc="Number of shares of the fund.")

    def get_fundvalue(self) -> float:
        """Return the value of a share of the fund."""
        return self._fundval

    fundvalue = property(lambda self: self.get_fundvalue(), doc="Value of a share of the fund.")

    def getposition(self, data: Any) -> Position:
        """Return the position in `data`."""
        return self.positions[data]

    def _holdings(self, datas: Any = None) -> list[tuple[Any, Position, float]]:
        """Return (commission scheme, position, close) of what counts for the value of the
        account."""
        positions = self.positions
        held = []
        for data in positions if datas is None else datas:
            position = positions[data]
            terms, _, closes = self._terms.get(data) or self._terms_of(data)
            try:
                close = closes[0]
            except IndexError:  # a data that has not delivered yet
                continue
            # An empty position is worth nothing, unless the price is NaN: that goes into the sum.
            if position.size or close != close:
                held.append((terms, position, close))
        return held

    def _get_value(self, datas: Any = None, lever: bool = False) -> float:
        """Appraise the account now and return its value; for some `datas`, the value of their
        positions."""
        if self._cash_to_add:
            self._freeze()
            self._book_added_cash()
        if datas and len(datas) == 1:
            return self._value_of_one(datas[0], lever)
        self._appraise(datas or None)
        if datas:
            # Compat: the figures of the account are those of these datas until the next bar,
            # tests/unit/test_broker.py
            self._end_silence()
            self._stale = False
        return self._figures["_valuelever" if lever else "_value"]

    def _value_of_one(self, data: Any, lever: bool) -> float:
        position = self.positions[data]
        terms, _, closes = self._terms_of(data)
        close = closes[0]
        value = value_of(terms, position, close, self.p.shortcash)
        if not lever:
            return value
        profit = terms.profitandloss(position.size, position.price, close)
        return unlevered(terms, value, profit)

    def _appraise(self, datas: Any = None) -> None:
        """Compute the figures from the cash, the positions (in `datas`) and the current prices."""
        worth = appraise(self._holdings(datas), self.cash, self.p.shortcash)
        value, value_lever, market, leverage, unrealized, bound = worth
        if self._fundhist:
            share, value = self._fundhist[0].current(self.cerebro.datas)
            self.cash = value - bound
            self._fundshares = value / share
        else:
            share = value / self._fundshares
        self._figures = {
            "_value": value,
            "_valuelever": value_lever,
            "_valuemkt": bound,
            "_valuemktlever": market,
            "_leverage": leverage,
            "_unrealized": unrealized,
            "_fundval": share,
        }

    def _freeze(self) -> None:
        """Have the figures stay what they are, until the next bar."""
        self._end_silence()
        if self._stale:
            self._appraise()
            self._stale = False

    def _book_added_cash(self) -> None:
        while self._cash_to_add:
            cash, share = self._cash_to_add.popleft()
            self._fundshares += cash / share
            self.cash += cash

    def set_fund_history(self, fund: Any) -> None:
        """Take the value of the account from the past of a fund.

        Parameters
        ----------
        fund
            Rows of (date, value of a share, value of the fund), in the order of time.
        """
        self._fundhist = [FundHistory(fund)]
        share, value = self._fundhist[0].first()
        self._value = self.cash = value
        self._fundval = share
        self._fundshares = value / share
