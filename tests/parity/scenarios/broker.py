"""Cash, margin, commissions and what the broker refuses."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from ..modes import COMMON
from .orders import Script, every
from .registry import Make, family, scenario
from .setting import Crossing, Scripted, setting

BURST: Script = every(
    6, 130, ("buy", {"size": 6}), ("sell", {"size": 9}), ("buy", {"size": 5}), ("sell", {"size": 2})
)


def trading(
    make: Make, *names: str, script: Script | None = None, cash: float | None = None
) -> bt.Cerebro:
    """Return a Cerebro with a strategy that buys and sells often."""
    cerebro = setting(make, *names)
    if cash is not None:
        cerebro.broker.setcash(cash)
    cerebro.addstrategy(Scripted, script=BURST if script is None else script)
    return cerebro


@scenario(COMMON)
def too_little_cash(make: Make) -> bt.Cerebro:
    script: Script = {
        3: [("buy", {"size": 5})],
        5: [("buy", {"size": 500})],
        8: [("buy", {"size": 4}), ("buy", {"size": 2}), ("sell", {"size": 3})],
        12: [("sell", {"size": 600})],
        15: [("buy", {"size": 600})],
    }
    return trading(make, script=script, cash=1000.0)


@scenario(COMMON)
def cash_gone_at_execution(make: Make) -> bt.Cerebro:
    script: Script = {
        3: [("buy", {"size": 9, "exectype": bt.Order.Limit, "price": 101.5})],
        4: [("buy", {"size": 9})],
        30: [("close", {})],
    }
    return trading(make, "gappy", script=script, cash=1000.0)


@scenario(COMMON)
def without_submit_check(make: Make) -> bt.Cerebro:
    script: Script = {
        3: [("buy", {"size": 5})],
        5: [("buy", {"size": 500})],
        8: [("buy", {"size": 4}), ("buy", {"size": 2}), ("sell", {"size": 3})],
        12: [("sell", {"size": 600})],
    }
    cerebro = trading(make, script=script, cash=1000.0)
    cerebro.broker.set_checksubmit(False)
    return cerebro


@scenario()
def without_short_cash(make: Make) -> bt.Cerebro:
    cerebro = trading(make, cash=5000.0)
    cerebro.broker.set_shortcash(False)
    return cerebro


@scenario()
def cash_added(make: Make) -> bt.Cerebro:
    cerebro = trading(make, cash=5000.0)
    cerebro.addstrategy(Depositing)
    return cerebro


class Depositing(bt.Strategy):
    """Pays in and takes out."""

    def next(self) -> None:
        if len(self) == 10:
            self.broker.add_cash(2500.0)
        elif len(self) == 20:
            self.broker.add_cash(-400.0)
            self.buy(size=2)


@family(
    COMMON,
    percent=({"commission": 0.001},),
    percent_absolute=(
        {
            "commission": 0.2,
            "percabs": False,
            "stocklike": True,
            "commtype": bt.CommInfoBase.COMM_PERC,
        },
    ),
    per_unit=({"commission": 0.7, "commtype": bt.CommInfoBase.COMM_FIXED, "stocklike": True},),
    percent_by_type=({"commission": 0.15, "commtype": bt.CommInfoBase.COMM_PERC},),
    futures=({"commission": 2.0, "margin": 150.0, "mult": 10.0},),
    futures_by_multiple=({"commission": 2.0, "margin": True, "mult": 5.0, "automargin": -1},),
    futures_by_percent=({"commission": 2.0, "automargin": 0.3, "mult": 2.0, "stocklike": False},),
    leverage=({"commission": 0.0005, "leverage": 4.0},),
    free=({},),
)
def commission(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    cerebro = trading(make, cash=4000.0)
    cerebro.broker.setcommission(**terms)
    return cerebro


@scenario(COMMON)
def futures_to_ruin(make: Make) -> bt.Cerebro:
    script: Script = {3: [("buy", {"size": 8})], 30: [("buy", {"size": 4})], 50: [("close", {})]}
    cerebro = trading(make, "fall", script=script, cash=10_000.0)
    cerebro.broker.setcommission(commission=2.0, margin=900.0, mult=20.0)
    return cerebro


@scenario()
def commission_by_data(make: Make) -> bt.Cerebro:
    calls = [
        ("buy", {"data": 1, "size": 3}),
        ("buy", {"data": 0}),
        ("sell", {"data": 1, "size": 4}),
    ]
    cerebro = trading(make, "day", "day_b", script=every(5, 120, *calls))
    cerebro.broker.setcommission(commission=0.002)
    cerebro.broker.setcommission(commission=1.5, margin=20.0, mult=3.0, name="day_b")
    return cerebro


class Stepped(bt.CommInfoBase):
    """A fee with a least amount, and a surcharge on large orders."""

    params = (("least", 1.0), ("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:
        fee = max(self.p.least, abs(size) * price * self.p.commission)
        return fee if abs(size) < 6 else fee * 1.5


@scenario()
def commission_of_the_user(make: Make) -> bt.Cerebro:
    cerebro = trading(make, cash=4000.0)
    cerebro.broker.addcommissioninfo(Stepped(commission=0.0012, least=0.9))
    return cerebro


@scenario()
def two_strategies_share_cash(make: Make) -> bt.Cerebro:
    cerebro = trading(make, cash=1500.0)
    cerebro.addstrategy(Crossing, fast=3, slow=7, size=6)
    return cerebro


class Bookkeeper(bt.Strategy):
    """Prints what the broker says of value, cash and positions."""

    def next(self) -> None:
        if len(self) % 10 == 5:
            self.buy(data=self.data1, size=2)
            self.sell(data=self.data0, size=1)
        if len(self) % 10 == 0:
            broker = self.broker
            print(broker.getcash(), broker.getvalue(), broker.getvalue([self.data1]))
            print(self.position, self.getposition(self.data1))
            print(broker.getcommissioninfo(self.data).getsize(self.data.close[0], 1000.0))


@scenario()
def books_printed(make: Make) -> bt.Cerebro:
    cerebro = setting(make, "day", "day_b")
    cerebro.broker.setcommission(commission=0.001)
    cerebro.addstrategy(Bookkeeper)
    return cerebro


class Verbose(Crossing):
    """Prints orders and trades as users do."""

    def notify_order(self, order: Any) -> None:
        if order.status == order.Completed:
            told = str(order).splitlines()
            print([part for part in told if not part.startswith(("Ref", "CommInfo"))])
            print(bt.num2date(order.executed.dt), order.executed.price, order.executed.comm)

    def notify_trade(self, trade: Any) -> None:
        if trade.isclosed:
            print(
                f"{trade.pnl:.2f} {trade.pnlcomm:.2f}", trade.open_datetime(), trade.getdataname()
            )


@scenario()
def trades_printed(make: Make) -> bt.Cerebro:
    cerebro = setting(make)
    cerebro.broker.setcommission(commission=0.001)
    cerebro.addstrategy(Verbose, short=True)
    return cerebro


@scenario(COMMON)
def shorts_on_several_datas(make: Make) -> bt.Cerebro:
    calls = [
        ("sell", {"data": 0, "size": 3}),
        ("buy", {"data": 1, "size": 20}),
        ("sell", {"data": 2, "size": 1}),
        ("close", {"data": 0}),
        ("sell", {"data": 1, "size": 30}),
        ("close", {"data": 2}),
    ]
    cerebro = trading(make, "day", "day_b", "day_c", script=every(3, 130, *calls))
    cerebro.broker.setcommission(commission=0.001)
    return cerebro
