"""Storms: strategies that fire random orders of all kinds over random bars, under random terms.

A seed decides everything: the bars, the account, how the run is made, and what is done on each bar.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import backtrader as bt

from .bars import Bar, csv_of
from .journal import Journal, Journalling, Rows, run

SEEDS = 580
FIRST_BAR = dt.datetime(2005, 1, 3)
Order = bt.Order
KINDS = (None, *range(Order.Historical))
PRICED = (Order.Limit, Order.Stop, Order.StopLimit)
TRAILING = (Order.StopTrail, Order.StopTrailLimit)
DISTANCES: tuple[dict[str, float], ...] = (
    {"trailamount": 1.5},
    {"trailpercent": 0.02},
    {"trailamount": 0.0, "trailpercent": 0.01},
)


def walk(rng: random.Random, count: int, minutes: int) -> list[Bar]:
    """Return random bars: some after a gap, some without any extent, some thinly traded."""
    step = dt.timedelta(minutes=minutes) if minutes else dt.timedelta(days=1)
    close, bars = 100.0, []
    for number in range(count):
        first = close * (1.0 + (rng.gauss(0.0, 0.02) if rng.random() < 0.3 else 0.0))
        close = first * (1.0 + rng.gauss(0.0, 0.02))
        high = max(first, close) * (1.0 + abs(rng.gauss(0.0, 0.008)))
        low = min(first, close) * (1.0 - abs(rng.gauss(0.0, 0.008)))
        prices = (close,) * 4 if rng.random() < 0.05 else (first, high, low, close)
        when = FIRST_BAR + number * step
        bars.append(Bar(when, *(round(price, 2) for price in prices), rng.randrange(5, 2000)))
    return bars


class Charging(bt.CommInfoBase):
    """A scheme of the user's: by the unit, with a minimum."""

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:
        return max(1.0, abs(size) * 0.01)


def add_datas(rng: random.Random, cerebro: bt.Cerebro) -> None:
    """Add one to three feeds, by the day or by four hours, perhaps with weeks made of them."""
    count = rng.choice((1, 1, 1, 2, 3))
    minutes = 240 if rng.random() < 0.3 else 0
    for number in range(count):
        rows = walk(rng, 70, minutes)
        if number and rng.random() < 0.5:
            rows = [row for row in rows if rng.random() < 0.7]
        terms: dict[str, Any] = {}
        if minutes:
            terms = {"timeframe": bt.TimeFrame.Minutes, "compression": minutes}
        if rng.random() < 0.3:
            terms["sessionend"] = dt.time(16, 0)
        if rng.random() < 0.3:
            path = csv_of(f"storm{number}", tuple(rows))
            feed = bt.feeds.BacktraderCSVData(dataname=path, **terms)
        else:
            feed = Rows(rows=rows, **terms)
        cerebro.adddata(feed, name=f"feed{number}")
    if count == 1 and rng.random() < 0.25:
        cerebro.resampledata(cerebro.datas[0], timeframe=bt.TimeFrame.Weeks, name="weeks")


def set_commission(rng: random.Random, broker: Any) -> None:
    """Set terms for all feeds, and perhaps others for the first."""
    schemes: tuple[Callable[[Any], Any], ...] = (
        lambda name: None,
        lambda name: broker.setcommission(commission=0.001, name=name),
        lambda name: broker.addcommissioninfo(
            bt.CommInfoBase(commission=0.1, stocklike=True, commtype=0), name=name
        ),
        lambda name: broker.setcommission(commission=2.0, margin=300.0, mult=5.0, name=name),
        lambda name: broker.setcommission(
            commission=0.5, margin=100.0, mult=2.0, leverage=3.0, name=name
        ),
        lambda name: broker.setcommission(
            commission=0.5, margin=100.0, mult=2.0, automargin=rng.choice((-1, 0.5, 3)), name=name
        ),
        lambda name: broker.setcommission(
            commission=0.001, interest=0.2, interest_long=rng.random() < 0.5, name=name
        ),
        lambda name: broker.setcommission(commission=0.001, leverage=5.0, interest=0.05, name=name),
        lambda name: broker.addcommissioninfo(
            bt.CommInfoBase(commission=1.0, stocklike=True, commtype=1, leverage=2.0), name=name
        ),
        lambda name: broker.addcommissioninfo(Charging(), name=name),
    )
    rng.choice(schemes)(None)
    if rng.random() < 0.3:
        rng.choice(schemes)("feed0")


def set_terms(rng: random.Random, broker: Any) -> None:
    """Set cash, commission, slippage, filler and the switches of the broker."""
    broker.setcash(rng.choice((3e3, 1e4, 1e5, 1e6)))
    set_commission(rng, broker)
    how = {name: rng.random() < 0.5 for name in ("slip_open", "slip_limit", "slip_match")}
    how["slip_out"] = rng.random() < 0.3
    slips = rng.random()
    if slips < 0.3:
        broker.set_slippage_perc(rng.choice((0.001, 0.02)), **how)
    elif slips < 0.45:
        broker.set_slippage_fixed(rng.choice((0.1, 2.0)), **how)
    if rng.random() < 0.2:
        broker.set_filler(
            rng.choice(
                (
                    bt.fillers.FixedSize(size=5),
                    bt.fillers.FixedBarPerc(perc=rng.choice((1.0, 10.0))),
                    bt.fillers.BarPointPerc(minmov=0.5, perc=50.0),
                )
            )
        )
    switches = (
        (broker.set_coc, True, 0.15),
        (broker.set_checksubmit, False, 0.2),
        (broker.set_eosbar, True, 0.2),
        (broker.set_shortcash, False, 0.2),
        (broker.set_int2pnl, False, 0.2),
    )
    for switch, value, share in switches:
        if rng.random() < share:
            switch(value)
    if rng.random() < 0.15:
        broker.set_fundmode(True, rng.choice((None, 50.0)))


class Storm(Journalling):
    """On every bar a few random acts."""

    params = (("seed", 0), ("big", False), ("compensated", False))

    def __init__(self) -> None:
        self.rng = random.Random(self.p.seed)
        self.sent: list[Any] = []
        self.acts = (
            *(self.send,) * 55,
            *(self.send_bracket,) * 15,
            *(self.cancel_one,) * 10,
            *(self.close_one,) * 8,
            *(self.aim,) * 8,
            *(self.touch_account,) * 4,
        )
        if self.p.compensated and len(self.datas) > 1:
            self.datas[1].compensate(self.datas[0])

    def prenext(self) -> None:
        self.act("before")

    def next(self) -> None:
        self.act("next")

    def act(self, where: str) -> None:
        """Look at the account, then do a few things."""
        self.look(where)
        for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2, 3))):
            data = self.rng.choice(self.datas)
            if len(data):
                self.rng.choice(self.acts)(data)

    def near(self, data: Any) -> float:
        """Return a price near the last close."""
        return round(data.close[0] * (1.0 + self.rng.gauss(0.0, 0.02)), 2)

    def size(self) -> int:
        """Return a size."""
        return self.rng.choice((1, 2, 5, 10, 37)) * (20 if self.p.big else 1)

    def until(self, data: Any) -> Any:
        """Return one of the forms of an order's validity; mostly none."""
        now = data.datetime.datetime(0)
        dates = now + dt.timedelta(days=3), now.date() + dt.timedelta(days=2)
        spans = 0, Order.DAY, dt.timedelta(days=2), dt.timedelta(hours=5)
        return self.rng.choice((*(None,) * 6, *spans, *dates, data.datetime[0] + 2.5))

    def keep(self, *orders: Any) -> None:
        """Remember the latest orders, and note their numbers."""
        self.sent = [*self.sent, *(order for order in orders if order is not None)][-6:]
        self.p.journal.note("sent", *map(self.p.journal.number, orders))

    def prices(self, data: Any, kind: int | None) -> dict[str, Any]:
        """Return prices and distances that an order of this kind needs, and at times others."""
        rng, asked = self.rng, {}
        if kind in PRICED and rng.random() < 0.9 or rng.random() < 0.1:
            asked["price"] = self.near(data)
        if kind in TRAILING:
            asked.update(rng.choice(DISTANCES))
            if rng.random() < 0.5 or kind == Order.StopTrailLimit:
                asked["price"] = self.near(data)
        if kind in (Order.StopLimit, Order.StopTrailLimit):
            asked.update(price=self.near(data), plimit=self.near(data))
        return asked

    def send(self, data: Any) -> None:
        """Send an order of any kind, at times tied to one before."""
        rng = self.rng
        kind = rng.choice(KINDS)
        asked = self.prices(data, kind)
        asked.update(data=data, size=self.size(), exectype=kind, valid=self.until(data))
        if self.sent and rng.random() < 0.25:
            other = rng.choice(self.sent)
            if other.alive() or rng.random() < 0.3:
                asked["oco"] = other
        if self.sent and rng.random() < 0.05:
            asked["parent"] = rng.choice(self.sent)
        if rng.random() < 0.15:
            asked["tradeid"] = rng.randrange(3)
        if rng.random() < 0.1:
            asked["coc"] = False
        self.keep(rng.choice((self.buy, self.sell))(**asked))

    def send_bracket(self, data: Any) -> None:
        """Send a bracket, at times without one of its children or with a trailing stop."""
        rng, close = self.rng, data.close[0]
        send, away = rng.choice(((self.buy_bracket, 1.0), (self.sell_bracket, -1.0)))
        asked: dict[str, Any] = {
            "exectype": rng.choice((Order.Market, Order.Limit, Order.Stop)),
            "price": self.near(data),
            "stopprice": round(close * (1.0 - away * 0.03), 2),
            "limitprice": round(close * (1.0 + away * 0.03), 2),
        }
        trailing = {"stopexec": Order.StopTrail, "stopargs": {"trailamount": 2.0}}
        asked.update(rng.choice((*({},) * 7, {"stopexec": None}, {"limitexec": None}, trailing)))
        if rng.random() < 0.2:
            asked["valid"] = self.until(data)
        self.keep(*send(data=data, size=self.size(), **asked))

    def cancel_one(self, data: Any) -> None:
        """Cancel one of the latest orders, done or not."""
        if self.sent:
            order = self.rng.choice(self.sent)
            self.cancel(order)
            self.p.journal.note("cancelled", self.p.journal.number(order), order.status)

    def close_one(self, data: Any) -> None:
        """Close the position."""
        self.keep(self.close(data=data))

    def aim(self, data: Any) -> None:
        """Order up to a target."""
        rng = self.rng
        way = rng.random()
        if way < 0.4:
            sent = self.order_target_percent(data=data, target=rng.choice((-0.3, 0, 0.2, 0.5)))
        elif way < 0.7:
            sent = self.order_target_value(data=data, target=rng.choice((-3000, 0, 5000)))
        else:
            sent = self.order_target_size(data=data, target=rng.choice((-5, 0, 5, 11)))
        self.keep(sent)

    def touch_account(self, data: Any) -> None:
        """Pay in, set the cash, or ask for the value of some positions."""
        way = self.rng.random()
        if way < 0.5:
            self.broker.add_cash(self.rng.choice((500.0, -200.0)))
        elif way < 0.75:
            self.broker.set_cash(self.rng.choice((20000.0, 5000.0)))
        else:
            self.p.journal.note("value", self.broker.getvalue([data]))
        self.p.journal.account("touched", self)


class OpenStorm(Storm):
    """The same at the open of the bars as well, before they are matched."""

    def next_open(self) -> None:
        self.act("open")


def storm(seed: int) -> list[str]:
    """Run the storm of this seed and return its journal."""
    rng = random.Random(9_000 + seed)
    modes: tuple[dict[str, Any], ...] = ({}, {}, {"runonce": False}, {"preload": False})
    early = rng.random() < 0.2
    cerebro = bt.Cerebro(
        stdstats=rng.random() < 0.2,
        cheat_on_open=early,
        quicknotify=rng.random() < 0.1,
        tradehistory=rng.random() < 0.1,
        **rng.choice(modes),
    )
    add_datas(rng, cerebro)
    set_terms(rng, cerebro.broker)
    journal = Journal()
    asked = {
        "seed": seed,
        "journal": journal,
        "every": rng.choice((1, 2, 7)),
        "big": rng.random() < 0.1,
        "compensated": rng.random() < 0.1,
    }
    cerebro.addstrategy(OpenStorm if early else Storm, **asked)
    return run(cerebro, journal)
