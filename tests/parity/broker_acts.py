"""What the strategies of the broker's cases do, bar by bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import backtrader as bt

from .journal import Journalling

Order = bt.Order
Act = Callable[[Any, int], None]
WAYS = ("buy", "sell")


class Acting(Journalling):
    """Does on each bar what `act` says, which is given the strategy and the number of the bar."""

    params = (("act", None), ("made", None))

    def __init__(self) -> None:
        self.sent: list[Any] = []
        if self.p.made is not None:
            self.p.made(self)

    def next(self) -> None:
        self.look("next")
        if self.p.act is not None:
            self.p.act(self, len(self))

    def notify_timer(self, timer: Any, when: Any, *args: Any, **kwargs: Any) -> None:
        self.p.journal.note("timer", len(self), when, *args, *kwargs)
        self.buy(size=1)


class ActingAtOpen(Acting):
    """Does it at the open of each bar, before orders are matched."""

    def next(self) -> None:
        self.look("next")

    def next_open(self) -> None:
        self.p.journal.note("open", len(self))
        self.p.act(self, len(self))


class Telling(Acting):
    """Is told of cash, value and the fund as well."""

    def notify_cashvalue(self, cash: float, value: float) -> None:
        self.p.journal.note("cash", cash, value)

    def notify_fund(self, cash: float, value: float, fundvalue: float, shares: float) -> None:
        self.p.journal.note("fund", cash, value, fundvalue, shares)


class Signalled(bt.SignalStrategy):
    """Keeps a journal of what signals make it do."""

    params = (("journal", None),)
    notify_order = Journalling.notify_order
    notify_trade = Journalling.notify_trade
    stop = Journalling.stop

    def next(self) -> None:
        self.p.journal.account("next", self)


def near(strategy: Any, kind: str, way: str, turn: int) -> dict[str, Any]:
    """Return the prices of an order of a kind, a little off the close, further with each turn."""
    away = (turn % 5 - 1) * 0.004 * (1 if (way == "buy") == kind.startswith("Stop") else -1)
    price = round(strategy.data.close[0] * (1.0 + away), 2)
    asked: dict[str, Any] = {"exectype": getattr(Order, kind), "size": 1 + turn % 4}
    if kind not in ("Market", "Close"):
        asked["price"] = price
    if kind in ("StopLimit", "StopTrailLimit"):
        asked["plimit"] = round(price * (1.0 + (turn % 3 - 1) * 0.005), 2)
    if kind.startswith("StopTrail"):
        asked.update({"trailamount": 1.1} if turn % 2 else {"trailpercent": 0.012})
    return asked


def ordering(*kinds: str, ways: tuple[str, ...] = WAYS, step: int = 3, **terms: Any) -> Act:
    """Return an act: every so many bars an order of the next kind, in the next direction."""

    def act(strategy: Any, bar: int) -> None:
        if bar % step:
            return
        turn = bar // step
        kind, way = kinds[turn % len(kinds)], ways[turn // len(kinds) % len(ways)]
        asked = near(strategy, kind, way, turn)
        given = {key: value(strategy) if callable(value) else value for key, value in terms.items()}
        strategy.sent.append(getattr(strategy, way)(**{**asked, **given}))

    return act


def switching(size: int, step: int = 6) -> Act:
    """Return an act: long, more, less, flat, short, long at once, and out."""
    steps = (size, size, -size, -size, -size, 2 * size, -size)

    def act(strategy: Any, bar: int) -> None:
        if bar % step == 0:
            units = steps[bar // step % len(steps)]
            (strategy.buy if units > 0 else strategy.sell)(size=abs(units))

    return act


def grouped(kind: str, late: bool) -> Act:
    """Return an act: groups of three of which one cancels the others, or a cancel by hand."""

    def act(strategy: Any, bar: int) -> None:
        if bar % 7 == 1:
            first = strategy.buy(**near(strategy, kind, "buy", bar))
            second = strategy.sell(**near(strategy, "Limit", "sell", 3), oco=first)
            strategy.sent = [first, second]
        if bar % 7 == (3 if late else 1):
            first, second = strategy.sent
            strategy.sell(**near(strategy, "Stop", "sell", 4), oco=second if late else first)
        if bar % 21 == 5:
            strategy.cancel(strategy.sent[bar % 2])

    return act


def bracketing(way: str, entry: str, part: str) -> Act:
    """Return an act: brackets as far as nothing is held, with a `part` left out or changed."""
    parts: dict[str, dict[str, Any]] = {
        "whole": {},
        "no_stop": {"stopexec": None},
        "no_limit": {"limitexec": None},
        "bare": {"stopexec": None, "limitexec": None},
        "trailing": {"stopexec": Order.StopTrail, "stopargs": {"trailamount": 1.5}},
        "for_days": {"valid": dt.timedelta(days=4)},
    }
    sign = 1 if way == "buy" else -1

    def act(strategy: Any, bar: int) -> None:
        if bar % 4 == 0 and not strategy.position.size:
            close = strategy.data.close[0]
            strategy.sent = getattr(strategy, f"{way}_bracket")(
                size=2,
                exectype=getattr(Order, entry),
                price=round(close * (1.0 - sign * (0.003 if entry == "Limit" else -0.003)), 2),
                stopprice=round(close * (1.0 - sign * 0.012), 2),
                limitprice=round(close * (1.0 + sign * 0.015), 2),
                **parts[part],
            )
        if bar % 30 == 9 and strategy.sent:
            strategy.cancel(strategy.sent[bar // 30 % 3] or strategy.sent[0])

    return act


def aiming(method: str, targets: tuple[float, ...]) -> Act:
    """Return an act: every five bars the next target."""

    def act(strategy: Any, bar: int) -> None:
        if bar % 5 == 0:
            getattr(strategy, method)(target=targets[bar // 5 % len(targets)])

    return act


def sized(strategy: Any, bar: int) -> None:
    """Leave the size to the sizer."""
    if bar % 5 == 0:
        (strategy.buy, strategy.sell, strategy.close)[bar // 5 % 3]()


def paying(strategy: Any, bar: int) -> None:
    """Pay in, take out and set the cash, with a position."""
    if bar in (3, 40):
        strategy.buy(size=20)
    if bar % 10 == 0:
        strategy.broker.add_cash((500.0, -300.0)[bar // 10 % 2])
    if bar == 65:
        strategy.broker.set_cash(20_000.0)


def moving(strategy: Any, bar: int) -> None:
    """Move the price of an order that waits; cancel what was not reached."""
    if bar % 12 == 1:
        limit = strategy.data.close[0] * 0.8
        strategy.sent = [strategy.buy(exectype=Order.Limit, price=limit, size=3)]
    if bar % 12 == 6:
        strategy.sent[0].created.price = strategy.sent[0].created.pricelimit = strategy.data.close[
            0
        ]
    if bar % 12 == 10:
        strategy.cancel(strategy.sent[0])
        strategy.close()
