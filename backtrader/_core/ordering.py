"""What a strategy says to its broker: orders, targets, sizes and positions."""

from __future__ import annotations

from typing import Any

from ..order import Order


class OrderMethods:
    """The order methods of a strategy; mixed into `Strategy`."""

    datas: list[Any]
    broker: Any
    env: Any
    _sizer: Any

    # datas

    def getdatanames(self) -> list[str]:
        """Return the names of the feeds."""
        return list(self.env.datasbyname)

    def getdatabyname(self, name: str) -> Any:
        """Return the feed called `name`; KeyError where there is none."""
        return self.env.datasbyname[name]

    def _data(self, data: Any) -> Any:
        """The feed that an order method means: by name, or the first by default."""
        if data is None:
            return self.datas[0]
        return self.getdatabyname(data) if isinstance(data, str) else data

    # orders

    def cancel(self, order: Any) -> None:
        """Ask the broker to cancel `order`."""
        self.broker.cancel(order)

    def buy(
        self,
        data: Any = None,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: int = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        parent: Any = None,
        transmit: bool = True,
        **kwargs: Any,
    ) -> Any:
        """Send an order to buy; return it, or None where the sizer says not to.

        Parameters
        ----------
        data : feed or name
            What to buy; default the first feed.
        size : float
            Units to buy; default what the sizer says.
        price : float
            Limit of a Limit order, trigger of the Stop kinds; of no meaning to Market and Close.
        plimit : float
            Limit of a StopLimit order, once triggered.
        exectype : int
            ``Order.Market`` (default), ``Close``, ``Limit``, ``Stop``, ``StopLimit``,
            ``StopTrail``, ``StopTrailLimit``.
        valid : None, datetime, date, timedelta, 0 or number
            Until when: cancelled by hand, that moment, that long, the session's end, that day
            number.
        tradeid : int
            Which of several trades in one feed the order belongs to.
        oco : Order
            An order of the group of which one cancels the others.
        trailamount, trailpercent : float
            Distance of a trailing stop, in price units or as a fraction (0.02: 2%).
        parent, transmit : Order, bool
            The order that has to be filled first; False holds a group back until its last order.
        **kwargs
            For brokers that take more.
        """
        data = self._data(data)
        size = size if size is not None else self.getsizing(data, isbuy=True)
        if not size:
            return None
        return self.broker.buy(
            self,
            data,
            size=_units(size),
            price=price,
            plimit=plimit,
            exectype=exectype,
            valid=valid,
            tradeid=tradeid,
            oco=oco,
            trailamount=trailamount,
            trailpercent=trailpercent,
            parent=parent,
            transmit=transmit,
            **kwargs,
        )

    def sell(
        self,
        data: Any = None,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = None,
        valid: Any = None,
        tradeid: int = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        parent: Any = None,
        transmit: bool = True,
        **kwargs: Any,
    ) -> Any:
        """Send an order to sell; the arguments are those of `buy`."""
        data = self._data(data)
        size = size if size is not None else self.getsizing(data, isbuy=False)
        if not size:
            return None
        return self.broker.sell(
            self,
            data,
            size=_units(size),
            price=price,
            plimit=plimit,
            exectype=exectype,
            valid=valid,
            tradeid=tradeid,
            oco=oco,
            trailamount=trailamount,
            trailpercent=trailpercent,
            parent=parent,
            transmit=transmit,
            **kwargs,
        )

    def close(self, data: Any = None, size: float | None = None, **kwargs: Any) -> Any:
        """Send the order that closes the position in `data`, or `size` units of it; None where
        there is none.
        """
        data = self._data(data)
        held = self.getposition(data, self.broker).size
        size = _units(held if size is None else size)
        if held > 0:
            return self.sell(data=data, size=size, **kwargs)
        if held < 0:
            return self.buy(data=data, size=size, **kwargs)
        return None

    def buy_bracket(
        self,
        data: Any = None,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = Order.Limit,
        valid: Any = None,
        tradeid: int = 0,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        oargs: Any = {},  # noqa: B006  (part of the API; never changed)
        stopprice: float | None = None,
        stopexec: int | None = Order.Stop,
        stopargs: Any = {},  # noqa: B006
        limitprice: float | None = None,
        limitexec: int | None = Order.Limit,
        limitargs: Any = {},  # noqa: B006
        **kwargs: Any,
    ) -> list[Any]:
        """Send an order to buy with a stop below and a limit above that become active once it is
        filled.

        Parameters
        ----------
        data, size, price, plimit, exectype, valid, tradeid, trailamount, trailpercent
            As for `buy`, of the order that opens.
        oargs, stopargs, limitargs : dict
            Further arguments of each of the three orders.
        stopprice, limitprice : float
            Prices of the two orders that close.
        stopexec, limitexec : int or None
            Their kinds; None leaves the order out.
        **kwargs
            Further arguments of all three.

        Returns
        -------
        list
            The opening, the stop and the limit order; None for one that was left out.
        """
        main = dict(
            data=data,
            size=size,
            price=price,
            plimit=plimit,
            exectype=exectype,
            valid=valid,
            tradeid=tradeid,
            trailamount=trailamount,
            trailpercent=trailpercent,
        )
        shared = dict(data=data, valid=valid, tradeid=tradeid)
        stop = {**shared, "price": stopprice, "exectype": stopexec, **stopargs, **kwargs}
        limit = {**shared, "price": limitprice, "exectype": limitexec, **limitargs, **kwargs}
        return _bracket(
            (self.buy, {**main, **oargs, **kwargs}),
            (self.sell, stop if stopexec is not None else None),
            (self.sell, limit if limitexec is not None else None),
        )

    def sell_bracket(
        self,
        data: Any = None,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        exectype: int | None = Order.Limit,
        valid: Any = None,
        tradeid: int = 0,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        oargs: Any = {},  # noqa: B006
        stopprice: float | None = None,
        stopexec: int | None = Order.Stop,
        stopargs: Any = {},  # noqa: B006
        limitprice: float | None = None,
        limitexec: int | None = Order.Limit,
        limitargs: Any = {},  # noqa: B006
        **kwargs: Any,
    ) -> list[Any]:
        """Send an order to sell with a stop above and a limit below; the arguments are those of
        `buy_bracket`.
        """
        main = dict(
            data=data,
            size=size,
            price=price,
            plimit=plimit,
            exectype=exectype,
            valid=valid,
            tradeid=tradeid,
            trailamount=trailamount,
            trailpercent=trailpercent,
        )
        shared = dict(data=data, valid=valid, tradeid=tradeid)
        stop = {**shared, "price": stopprice, "exectype": stopexec, **stopargs, **kwargs}
        limit = {**shared, "price": limitprice, "exectype": limitexec, **limitargs, **kwargs}
        return _bracket(
            (self.sell, {**main, **oargs, **kwargs}),
            (self.buy, stop if stopexec is not None else None),
            (self.buy, limit if limitexec is not None else None),
        )

    def order_target_size(self, data: Any = None, target: float = 0, **kwargs: Any) -> Any:
        """Send the order that brings the position in `data` to `target` units; None where it is
        there.
        """
        data = self._data(data)
        held = self.getposition(data, self.broker).size
        if not target and held:
            return self.close(data=data, size=held, **kwargs)
        if target > held:
            return self.buy(data=data, size=target - held, **kwargs)
        if target < held:
            return self.sell(data=data, size=held - target, **kwargs)
        return None

    def order_target_value(
        self, data: Any = None, target: float = 0.0, price: float | None = None, **kwargs: Any
    ) -> Any:
        """Send the order that brings the value of the position in `data` to `target`; None where it
        is there.

        The number of units comes from `price`, by default the current close.
        """
        data = self._data(data)
        held = self.getposition(data, self.broker).size
        if not target and held:
            return self.close(data=data, size=held, price=price, **kwargs)
        missing = target - self.broker.getvalue(datas=[data])
        if missing == 0.0 or missing != missing:
            return None
        price = data.close[0] if price is None else price
        size = self.broker.getcommissioninfo(data).getsize(price, abs(missing))
        send = self.buy if missing > 0.0 else self.sell
        return send(data=data, size=size, price=price, **kwargs)

    def order_target_percent(self, data: Any = None, target: float = 0.0, **kwargs: Any) -> Any:
        """As `order_target_value`, with `target` a fraction of the account's value (0.05: 5%)."""
        data = self._data(data)
        return self.order_target_value(data=data, target=target * self.broker.getvalue(), **kwargs)

    # positions

    def getposition(self, data: Any = None, broker: Any = None) -> Any:
        """Return the position in `data` (default the first feed)."""
        return (broker or self.broker).getposition(self.datas[0] if data is None else data)

    position = property(getposition)

    def getpositionbyname(self, name: str | None = None, broker: Any = None) -> Any:
        """Return the position in the feed called `name` (default the first feed)."""
        data = self.getdatabyname(name) if name else self.datas[0]
        return (broker or self.broker).getposition(data)

    positionbyname = property(getpositionbyname)

    def getpositions(self, broker: Any = None) -> Any:
        """Return the positions by feed."""
        return (broker or self.broker).positions

    positions = property(getpositions)

    def getpositionsbyname(self, broker: Any = None) -> dict[str, Any]:
        """Return the positions by name of the feed."""
        positions = (broker or self.broker).positions
        return {name: positions[data] for name, data in self.env.datasbyname.items()}

    positionsbyname = property(getpositionsbyname)

    # sizes

    def setsizer(self, sizer: Any) -> Any:
        """Let `sizer` decide on sizes that orders leave open; return it."""
        self._sizer = sizer
        sizer.set(self, self.broker)
        return sizer

    def getsizer(self) -> Any:
        """Return the sizer."""
        return self._sizer

    sizer = property(getsizer, setsizer)

    def getsizing(self, data: Any = None, isbuy: bool = True) -> float:
        """Return the size that the sizer gives for an order."""
        size: float = self._sizer.getsizing(self.datas[0] if data is None else data, isbuy)
        return size


def _bracket(main: tuple[Any, Any], *children: tuple[Any, Any]) -> list[Any]:
    """Send the orders of a bracket, given as (method, arguments or None), the last of which
    transmits all.
    """
    send, arguments = main
    wanted = [index for index, (_, child) in enumerate(children) if child is not None]
    arguments["transmit"] = not wanted
    parent = send(**arguments)
    orders = [parent, *[None] * len(children)]
    if parent is None:
        return orders
    for index in wanted:
        send, arguments = children[index]
        arguments.update(parent=parent, size=parent.size, transmit=index == wanted[-1])
        orders[index + 1] = send(**arguments)
    return orders


def _units(size: Any) -> Any:
    """The size without its sign; what is no number is left for the broker to refuse by name."""
    try:
        return abs(size)
    except TypeError:
        return size
