"""What the store answers beyond what upstream's could: snapshots, many histories, figures."""

from __future__ import annotations

import datetime as _datetime
import time
from collections.abc import Iterable
from typing import Any

from ...errors import ContractError, DataError
from .chains import combination, option_chain
from .contracts import Contract, parse_name
from .data import MarketDesk

__all__ = ["FIELD_NAMES", "Services"]

# IBKR's field -> name in a snapshot
FIELD_NAMES = {
    "31": "last",
    "84": "bid",
    "86": "ask",
    "88": "bid_size",
    "85": "ask_size",
    "7059": "last_size",
    "70": "high",
    "71": "low",
    "7295": "open",
    "7296": "close",
    "7741": "prior_close",
    "7762": "volume",
    "6509": "availability",
    "55": "symbol",
    "7308": "delta",
    "7309": "gamma",
    "7310": "theta",
    "7311": "vega",
    "7633": "implied_volatility",
    "7283": "underlying_volatility",
    "7638": "open_interest",
}
_OF_OPTIONS = ("7308", "7309", "7310", "7311", "7633", "7283", "7638")
_USUAL = tuple(name for name in FIELD_NAMES if name not in _OF_OPTIONS)
_SNAPSHOT_TRIES = 8  # the first answers about a contract carry no fields
_SNAPSHOT_PAUSE_S = 0.25


class Services:
    """Answers that need no state of their own.

    Parameters
    ----------
    connection
        The session with IBKR.
    market
        Contracts and histories.
    """

    def __init__(self, connection: Any, market: MarketDesk) -> None:
        self._connection = connection
        self._market = market

    def resolve(self, symbol: Any) -> Any:
        """Return the contract that a name in the form of ``dataname`` stands for, conid included.

        Raises
        ------
        ContractError
            It stands for none, or for several: ``candidates`` lists them.
        """
        return self._market.contracts.resolve(parse_name(symbol))

    def conid(self, symbol: Any) -> int:
        """Return IBKR's number of the contract that `symbol` stands for; raises as `resolve`."""
        return int(self.resolve(symbol).m_conId)

    def chain(
        self,
        name: Any,
        expiry: str | None,
        right: str | None,
        strikes: tuple[float, float] | None,
        details: bool,
    ) -> list[Contract]:
        """Return the options on a contract; see `option_chain`."""
        contracts = self._market.contracts
        get = self._connection.get
        return option_chain(contracts, get, parse_name(name), expiry, right, strikes, details)

    def combination(self, legs: Iterable[tuple[Any, int]], currency: str) -> str:
        """Return the ``conidex`` of several contracts; see `chains.combination`."""
        return combination(self._market.contracts, legs, currency)

    def snapshot(
        self, symbol: Any, conid: int | None, fields: Iterable[str] | None
    ) -> dict[str, Any]:
        """Return the present quote of a contract, given by name or number.

        Parameters
        ----------
        fields
            IBKR's field ids; default price, sizes, volume, the day's range and availability. Those
            of options (greeks, volatility, open interest) have names too, but are to be asked for.

        Returns
        -------
        dict
            Values as IBKR gives them, text, by the names in `FIELD_NAMES` (or the id). A field that
            is not known is left out.
        """
        number = conid if conid is not None else self.conid(symbol)
        wanted = [str(field) for field in (fields or _USUAL)]
        query = {"conids": str(number), "fields": ",".join(wanted)}
        self._connection.get("iserver/accounts")
        row: dict[str, Any] = {}
        for _ in range(_SNAPSHOT_TRIES):
            answer = self._connection.get("iserver/marketdata/snapshot", query)
            row = next((each for each in answer or () if str(each.get("conid")) == str(number)), {})
            if any(field in row for field in wanted):
                break
            time.sleep(_SNAPSHOT_PAUSE_S)
        found = {FIELD_NAMES.get(key, key): row[key] for key in wanted if key in row}
        return {"conid": number, **found}

    def histories(
        self, symbols: Iterable[Any], period: str, bar_size: str
    ) -> dict[Any, list[dict[str, Any]]]:
        """Return the latest bars of several contracts, asked for at the same time.

        Parameters
        ----------
        period, bar_size
            In IBKR's grammar: ``1d``, ``2w``, ``3m``; ``1min``, ``1h``, ``1d``.

        Returns
        -------
        dict
            By symbol the bars, oldest first: ``datetime`` (UTC), ``open`` ... ``volume``.

        Raises
        ------
        ContractError, StoreError
            What the first contract that fails fails with.
        """
        contracts = {symbol: self.resolve(symbol) for symbol in symbols}
        result = {}
        for symbol, contract in contracts.items():
            query = {"conid": contract.m_conId, "period": period, "bar": bar_size}
            answer = self._connection.get("iserver/marketdata/history", query)
            if not isinstance(answer, dict) or "data" not in answer:
                raise DataError(f"{symbol}: no history of {period} with bars of {bar_size}")
            factor = float(answer.get("volumeFactor") or 1)
            result[symbol] = [_bar(row, factor) for row in answer["data"]]
        return result

    def cached_details(self, symbol: Any) -> Any:
        """Return what is known of the one contract that `symbol` stands for, asking IBKR at most
        once; None where there is none.
        """
        try:
            return self._market.contracts.details(parse_name(symbol))
        except ContractError:
            return None


def _bar(row: dict[str, Any], factor: float) -> dict[str, Any]:
    moment = _datetime.datetime.fromtimestamp(row["t"] / 1000, _datetime.timezone.utc)
    names = (("open", "o"), ("high", "h"), ("low", "l"), ("close", "c"))
    prices = {name: float(row[key]) for name, key in names}
    volume = float(row.get("v") or 0.0) * factor
    return {"datetime": moment.replace(tzinfo=None), **prices, "volume": volume}
