"""What every broker offers: commissions, fund figures, and the interface that the rest of the
house talks to."""

from __future__ import annotations

from typing import Any

from . import fillers
from .comminfo import CommInfoBase
from .metabase import ParamsBase

__all__ = ["BrokerBase"]

filler = fillers  # scripts find them here by either name


class BrokerBase(ParamsBase):
    """Base of the brokers.

    Parameters
    ----------
    commission
        Commission scheme of all datas that have none of their own.

    Attributes
    ----------
    cerebro
        The engine that the broker works for; set by the engine.
    comminfo
        Commission schemes by the name of the data; the key None is for all others.
    """

    params = (("commission", CommInfoBase(percabs=True)),)

    p: Any
    cerebro: Any = None
    # Whether the engine may leave out `next` on this bar; only a broker that knows better sets it.
    _quiet: bool = False
    # The step from which on the engine must not leave it out, in a run whose steps are known.
    _rests_until: float = 0.0

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for alias, name in (("get_cash", "getcash"), ("get_value", "getvalue")):
            if not hasattr(cls, alias):
                setattr(cls, alias, getattr(cls, name))

    def __init__(self) -> None:
        super().__init__()
        self.comminfo: dict[str | None, Any] = {}
        self.init()

    def init(self) -> None:
        """Put the broker in its initial state."""
        if None not in self.comminfo:
            self.comminfo = {None: self.p.commission}

    def start(self) -> None:
        """Get ready for a run; called by the engine."""
        self.init()

    def stop(self) -> None:
        """Take note that the run is over; called by the engine."""

    def next(self) -> None:
        """Work through one bar; called by the engine."""

    def add_order_history(self, orders: Any, notify: bool = False) -> None:
        """Take orders that were executed in the past; not every broker can."""
        raise NotImplementedError(f"{type(self).__name__} takes no order history")

    def set_fund_history(self, fund: Any) -> None:
        """Take the figures of a fund from the past; not every broker can."""
        raise NotImplementedError(f"{type(self).__name__} takes no fund history")

    def getcommissioninfo(self, data: Any) -> Any:
        """Return the commission scheme of `data`: the one under its name, or that for all."""
        schemes = self.comminfo
        name = data._name
        return schemes[name] if name in schemes else schemes[None]

    def setcommission(
        self,
        commission: float = 0.0,
        margin: float | None = None,
        mult: float = 1.0,
        commtype: int | None = None,
        percabs: bool = True,
        stocklike: bool = False,
        interest: float = 0.0,
        interest_long: bool = False,
        leverage: float = 1.0,
        automargin: Any = False,
        name: str | None = None,
    ) -> None:
        """Make a commission scheme of these parameters, see `CommInfoBase`, for the data `name` or
        for all."""
        scheme = CommInfoBase(
            commission=commission,
            margin=margin,
            mult=mult,
            commtype=commtype,
            stocklike=stocklike,
            percabs=percabs,
            interest=interest,
            interest_long=interest_long,
            leverage=leverage,
            automargin=automargin,
        )
        self.addcommissioninfo(scheme, name=name)

    def addcommissioninfo(self, comminfo: Any, name: str | None = None) -> None:
        """Use the commission scheme `comminfo` for the data `name`, or for all without a scheme of
        their own."""
        self.comminfo[name] = comminfo

    def getcash(self) -> float:
        """Return the cash at hand."""
        raise NotImplementedError(f"{type(self).__name__} has no getcash")

    def getvalue(self, datas: Any = None) -> float:
        """Return the value of the account, or of the positions in `datas`."""
        raise NotImplementedError(f"{type(self).__name__} has no getvalue")

    def get_fundshares(self) -> float:
        """Return the number of shares of the fund that the account is seen as."""
        return 1.0

    fundshares = property(lambda self: self.get_fundshares(), doc="Number of shares of the fund.")

    def get_fundvalue(self) -> float:
        """Return the value of one share of the fund."""
        return self.getvalue()

    fundvalue = property(lambda self: self.get_fundvalue(), doc="Value of a share of the fund.")

    def set_fundmode(self, fundmode: bool, fundstartval: float | None = None) -> None:
        """Have the account seen as a fund; not every broker can."""

    def get_fundmode(self) -> bool:
        """Whether the account is seen as a fund."""
        return False

    fundmode = property(
        lambda self: self.get_fundmode(),
        lambda self, value: self.set_fundmode(value),
        doc="Whether the account is seen as a fund.",
    )

    def getposition(self, data: Any) -> Any:
        """Return the position in `data`."""
        raise NotImplementedError(f"{type(self).__name__} has no getposition")

    def submit(self, order: Any) -> Any:
        """Send an order."""
        raise NotImplementedError(f"{type(self).__name__} has no submit")

    def cancel(self, order: Any) -> Any:
        """Cancel an order."""
        raise NotImplementedError(f"{type(self).__name__} has no cancel")

    def replace(
        self,
        order: Any,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
    ) -> bool:
        """Change an order that waits; not every broker can."""
        raise NotImplementedError(f"{type(self).__name__} has no replace")

    def buy(
        self,
        owner: Any,
        data: Any,
        size: Any,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: Any = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        **kwargs: Any,
    ) -> Any:
        """Create and send an order that buys."""
        raise NotImplementedError(f"{type(self).__name__} has no buy")

    def sell(
        self,
        owner: Any,
        data: Any,
        size: Any,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: Any = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        **kwargs: Any,
    ) -> Any:
        """Create and send an order that sells."""
        raise NotImplementedError(f"{type(self).__name__} has no sell")
