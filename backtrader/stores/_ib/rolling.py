"""What a feed does about a continuous future: it says when that rolls, and goes on when told to."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Callable
from typing import Any

from ...errors import DataError, StoreError
from .lookup import zone_of
from .phases import Phase
from .rolls import Roll

__all__ = ["Rolling"]


class Rolling:
    """The part of a feed that knows its continuous future.

    Nothing rolls by itself: a position lies in the contract in which it was opened, and to close it
    there is the strategy's business.
    """

    contract: Any
    contractdetails: Any
    ib: Any
    precontract: Any
    pretradecontract: Any
    tradecontract: Any
    tradecontractdetails: Any
    canceldata: Callable[[], None]
    reqdata: Callable[[], None]
    _details: Callable[[Any], Any]
    _held: Any
    _name: str
    _phase: Phase
    _roll: Roll | None
    _roll_told: bool

    def _find_roll(self) -> None:
        """Look up what follows on the front contract, and say so."""
        self._roll, self._roll_told = None, False
        if self.precontract is None or self.precontract.m_secType != "CONTFUT":
            return
        try:
            self._roll = self.ib._desk.contracts.roll(self.precontract, self.contract)
        except StoreError as failure:
            self.ib.put_notification(str(failure))
            return
        self._tell(self._roll.words)

    def _watch_roll(self, moment: _datetime.datetime) -> None:
        """Say, once, that another contract is the front one; `moment` is naive UTC."""
        roll = self._roll
        if roll is None or roll.date is None or self._roll_told:
            return
        zone = zone_of(self.contractdetails.m_timeZoneId)
        day = moment.replace(tzinfo=_datetime.timezone.utc).astimezone(zone).date()
        if day >= roll.date and roll.following is not None:
            self._roll_told = True
            following = roll.following.describe()
            self._tell(f"rolls: {following} is the front contract now; roll() goes on to it")

    def _tell(self, text: str) -> None:
        self.ib.put_notification(f"{self._name}: {text}", data=self, roll=self._roll)

    def roll(self) -> None:
        """Go on to the next contract of a continuous future: data, and orders from now on.

        Its history since the last bar is delivered first; prices are not adjusted. Orders and
        positions in the contract before stay as they are: close them first.

        Raises
        ------
        DataError
            It is no continuous future, has no later contract, or does not deliver live data.
        """
        roll = self._roll
        if roll is None or roll.following is None:
            raise DataError(f"{self._name}: there is no contract to roll to")
        if self._phase is not Phase.LIVE:
            raise DataError(f"{self._name}: it can roll while it delivers live data alone")
        details = self._details(roll.following)
        if details is None:
            raise DataError(f"{self._name}: {roll.following.describe()} is not found any more")
        self.canceldata()
        self._held.clear()
        self.contractdetails, self.contract = details, details.m_summary
        if self.pretradecontract is None:
            self.tradecontractdetails, self.tradecontract = details, details.m_summary
        self._find_roll()
        self.reqdata()
