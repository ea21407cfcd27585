"""Strategies that fire random orders of the five kinds; the seed decides everything."""

from __future__ import annotations

import datetime as dt
import os
import random
from typing import Any

import backtrader as bt

from ..modes import COMMON
from .registry import Make, family
from .setting import setting

Order = bt.Order
RECORDED_SEEDS = 30
SEEDS = int(os.environ.get("PARITY_SEEDS", RECORDED_SEEDS))
KINDS = (Order.Market, Order.Close, Order.Limit, Order.Stop, Order.StopLimit)
SERIES = ("day", "gappy", "day_b", "holes", "late", "penny", "five_minutes", "week")


class RandomOrders(bt.Strategy):
    """On random bars, random orders near the price, random cancels and closes."""

    params = (("seed", 0),)

    def __init__(self) -> None:
        self.rng = random.Random(self.p.seed)
        self.sent: list[Any] = []
        self.mean = bt.indicators.SMA(period=self.rng.randrange(1, 8))

    def next(self) -> None:
        while self.rng.random() < 0.3:
            self.act()

    def act(self) -> None:
        """Do one random thing."""
        choice = self.rng.random()
        data = self.rng.choice(self.datas)
        if choice < 0.12 and self.sent:
            self.cancel(self.rng.choice(self.sent))
        elif choice < 0.2:
            self.sent.append(self.close(data=data))
        else:
            self.sent.append(self.order(data))
        self.sent = [order for order in self.sent if order is not None][-8:]

    def order(self, data: Any) -> Any:
        """Send one random order on the data."""
        rng = self.rng
        kind = rng.choice(KINDS)
        price = round(data.close[0] * rng.uniform(0.97, 1.03), 2)
        limit = round(price * rng.uniform(0.98, 1.02), 2)
        valid = rng.choice((None, None, 0, dt.timedelta(days=rng.randrange(1, 9))))
        terms: dict[str, Any] = {"exectype": kind, "size": rng.randrange(1, 30), "valid": valid}
        if kind not in (Order.Market, Order.Close):
            terms["price"] = price
        if kind == Order.StopLimit:
            terms["plimit"] = limit
        if rng.random() < 0.2:
            terms["tradeid"] = rng.randrange(1, 4)
        return (self.buy if rng.random() < 0.5 else self.sell)(data=data, **terms)


@family(COMMON, **{f"{seed:03d}": (seed,) for seed in range(SEEDS)})
def random_orders(make: Make, seed: int) -> bt.Cerebro:
    rng = random.Random(1000 + seed)
    cerebro = setting(make, *rng.sample(SERIES, rng.randrange(1, 4)), stdstats=rng.random() < 0.5)
    cerebro.broker.setcash(rng.choice((1_000.0, 10_000.0, 100_000.0)))
    if rng.random() < 0.5:
        cerebro.broker.setcommission(commission=rng.choice((0.0005, 0.002)))
    elif rng.random() < 0.5:
        cerebro.broker.setcommission(commission=1.5, margin=40.0, mult=4.0)
    cerebro.broker.set_checksubmit(rng.random() < 0.8)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="trades")
    cerebro.addstrategy(RandomOrders, seed=seed)
    return cerebro
