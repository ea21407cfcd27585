"""What the WebSocket tells of accounts: the topics ``spl``, ``ssd`` and ``sld``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .account import Account
from .account_rows import ledger, profit_row, summary
from .closes import calendar_day
from .exchange import Exchange
from .records import Subscriber, Tick

__all__ = ["LedgerTopic", "ProfitTopic", "SummaryTopic"]

_PROFIT_INTERVAL_MS = 1000
_ACCOUNT_INTERVAL_MS = 10_000

# the topic spells the summary's keys in another way than the REST answer
_NAMES: tuple[str, ...] = (
    "AccountCode",
    "AccountReady",
    "AccountType",
    "AccruedCash",
    "AvailableFunds",
)
_NAMES += ("BuyingPower", "Cushion", "EquityWithLoanValue", "ExcessLiquidity")
_NAMES += ("FullAvailableFunds", "FullExcessLiquidity", "FullInitMarginReq")
_NAMES += ("FullMaintMarginReq", "GrossPositionValue", "InitMarginReq", "MaintMarginReq")
_NAMES += ("NetLiquidation", "PreviousDayEquityWithLoanValue", "RegTEquity", "RegTMargin", "SMA")
_NAMES += ("TotalCashValue", "AvailableFunds-S", "EquityWithLoanValue-S", "ExcessLiquidity-S")
_NAMES += ("GrossPositionValue-S", "InitMarginReq-S", "Leverage-S", "MaintMarginReq-S")
_NAMES += ("NetLiquidation-S", "TotalCashValue-S")

_LEDGER_NAMES = {
    "acctcode": "acctCode",
    "cashbalance": "cashbalance",
    "cashbalancefxsegment": "cashBalanceFXSegment",
    "dividends": "dividends",
    "exchangerate": "exchangeRate",
    "netliquidationvalue": "netLiquidationValue",
    "realizedpnl": "realizedPnl",
    "unrealizedpnl": "unrealizedPnl",
    "secondkey": "secondKey",
    "settledcash": "settledCash",
    "severity": "severity",
    "stockmarketvalue": "stockMarketValue",
    "interest": "interest",
}


class ProfitTopic:
    """``spl``: the day's profit of each account, at most once a simulated second."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._last_ms: dict[Subscriber, int] = {}
        exchange.on_tick_done.append(self._on_tick)

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send now, and then as prices move."""
        self._send(subscriber, self._exchange.now_ms)

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send no more."""
        self._last_ms.pop(subscriber, None)

    def drop(self, subscriber: Subscriber) -> None:
        """Forget a connection that is gone."""
        self._last_ms.pop(subscriber, None)

    def _on_tick(self, tick: Tick) -> None:
        for subscriber, last_ms in list(self._last_ms.items()):
            if tick.time_ms - last_ms >= _PROFIT_INTERVAL_MS:
                self._send(subscriber, tick.time_ms)

    def _send(self, subscriber: Subscriber, now_ms: int) -> None:
        self._last_ms[subscriber] = now_ms
        accounts = self._exchange.accounts
        rows = {f"{name}.Core": profit_row(account) for name, account in accounts.items()}
        subscriber.send({"topic": "spl", "args": rows})


Row = dict[str, Any]


class _AccountTopic:
    """Sends rows of one account every ten simulated seconds: all at first, then what changed."""

    topic = ""
    farewell = ""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._told: dict[tuple[Subscriber, str], dict[str, Row]] = {}
        self._wanted: dict[tuple[Subscriber, str], Callable[[str], bool]] = {}
        self._last_ms: dict[tuple[Subscriber, str], int] = {}
        exchange.on_tick_done.append(self._on_tick)

    def _rows(self, account: Account, now_ms: int) -> dict[str, Row]:
        raise NotImplementedError

    def _delta(self, row: Row, before: Row | None) -> Row | None:
        raise NotImplementedError

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send all rows, of ``keys`` when there are any; an unknown account is not answered."""
        if target not in self._exchange.accounts:
            return
        keys = args.get("keys") or ()
        self._wanted[subscriber, target] = lambda key: not keys or key in keys
        self._told[subscriber, target] = {}
        self._send(subscriber, target, self._exchange.now_ms)

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send no more but the confirmation."""
        self._forget(subscriber, target)
        subscriber.send({"topic": f"{self.topic}+{target}", "result": self.farewell})

    def drop(self, subscriber: Subscriber) -> None:
        """Forget a connection that is gone."""
        for key in list(self._told):
            if key[0] is subscriber:
                self._forget(*key)

    def _forget(self, subscriber: Subscriber, target: str) -> None:
        for table in (self._told, self._wanted, self._last_ms):
            table.pop((subscriber, target), None)

    def _on_tick(self, tick: Tick) -> None:
        for (subscriber, target), last_ms in list(self._last_ms.items()):
            if tick.time_ms - last_ms >= _ACCOUNT_INTERVAL_MS:
                self._send(subscriber, target, tick.time_ms)

    def _send(self, subscriber: Subscriber, target: str, now_ms: int) -> None:
        place = (subscriber, target)
        self._last_ms[place] = now_ms
        before = self._told[place]
        rows = self._rows(self._exchange.accounts[target], now_ms)
        wanted = {key: row for key, row in rows.items() if self._wanted[place](key)}
        changed = [self._delta(row, before.get(key)) for key, row in wanted.items()]
        result = [row | {"timestamp": now_ms // 1000} for row in changed if row is not None]
        self._told[place] = wanted
        if result:
            subscriber.send({"result": result, "topic": f"{self.topic}+{target}"})


class SummaryTopic(_AccountTopic):
    """``ssd``: the account's summary."""

    topic = "ssd"
    farewell = "unsubscribed from summary"

    def _rows(self, account: Account, now_ms: int) -> dict[str, Row]:
        figures = summary(account, now_ms, calendar_day(now_ms)[0])
        return {name: _summary_row(name, figures[name.lower()]) for name in _NAMES}

    def _delta(self, row: Row, before: Row | None) -> Row | None:
        return None if row == before else row


def _summary_row(name: str, figure: Row) -> Row:
    if figure["value"] is not None:
        return {"key": name, "value": figure["value"], "severity": 0}
    amount = {"currency": figure["currency"], "monetaryValue": round(figure["amount"], 2)}
    return {"key": name, **amount, "severity": 0}


class LedgerTopic(_AccountTopic):
    """``sld``: the account's ledger; what did not change comes with its key only."""

    topic = "sld"
    farewell = "unsubscribed from ledger"

    def _rows(self, account: Account, now_ms: int) -> dict[str, Row]:
        return {
            f"LedgerList{currency}": {"key": f"LedgerList{currency}"}
            | {name: figures[key] for key, name in _LEDGER_NAMES.items()}
            | {"exchangeRate": float(figures["exchangerate"])}
            for currency, figures in ledger(account, now_ms).items()
        }

    def _delta(self, row: Row, before: Row | None) -> Row | None:
        return {"key": row["key"]} if row == before else row
