"""What can be traded: the instruments of a simulation, and how they are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..errors import ParameterError
from .records import Instrument

__all__ = ["DERIVATIVES", "Catalogue", "month_code"]

DERIVATIVES = frozenset({"FUT", "OPT", "FOP", "WAR"})

# Contract ids that no listing of IBKR has: those of symbols that only a tape brings.
_FIRST_OWN_CONID = 900_000_001

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def month_code(expiry: str) -> str:
    """Return ``YYYYMMDD`` as IBKR names the month of a contract: ``JAN26``."""
    return f"{_MONTHS[int(expiry[4:6]) - 1]}{expiry[2:4]}"


def _names(instrument: Instrument) -> set[str]:
    return {instrument.symbol.upper(), instrument.local_symbol.upper()} - {""}


class Catalogue:
    """Instruments by contract id.

    The order in which they are added is the order in which they are listed; among those with one
    symbol the first is what a tape means that gives the symbol alone.
    """

    def __init__(self, instruments: Iterable[Instrument] = ()) -> None:
        self._by_conid: dict[int, Instrument] = {}
        self._by_name: dict[str, list[Instrument]] = {}
        for instrument in instruments:
            self.add(instrument)

    def __len__(self) -> int:
        return len(self._by_conid)

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._by_conid.values())

    def __contains__(self, conid: object) -> bool:
        return conid in self._by_conid

    def add(self, instrument: Instrument) -> Instrument:
        """Add an instrument, in the place of one with the same contract id."""
        old = self._by_conid.get(instrument.conid)
        names = _names(instrument)
        if old is not None:
            for name in _names(old) - names:
                self._by_name[name].remove(old)
        self._by_conid[instrument.conid] = instrument
        for name in names:
            listed = self._by_name.setdefault(name, [])
            if old in listed:
                listed[listed.index(old)] = instrument
            else:
                listed.append(instrument)
        return instrument

    def get(self, conid: int) -> Instrument | None:
        """Return the instrument of a contract id, or None."""
        return self._by_conid.get(conid)

    def named(self, name: str) -> list[Instrument]:
        """Return the instruments with this symbol or local symbol, in the order of adding."""
        return list(self._by_name.get(name.upper(), ()))

    def of_type(self, sec_type: str) -> list[Instrument]:
        """Return the instruments of a type: ``STK``, ``FUT``, ``OPT``, ``CASH``, ``IND`` ..."""
        return [item for item in self if item.sec_type == sec_type]

    def derivatives(self, underlying_conid: int, sec_type: str = "") -> list[Instrument]:
        """Return what is written on an instrument, expired or not, in order of expiry."""
        found = [
            item
            for item in self
            if item.underlying_conid == underlying_conid
            and item.sec_type in DERIVATIVES
            and (not sec_type or item.sec_type == sec_type)
        ]
        return sorted(found, key=lambda item: (item.expiry, item.strike, item.right))

    def resolve(self, instrument: Instrument | str | int) -> Instrument:
        """Return what a tape names; add an instrument that is not there yet.

        Raises
        ------
        ParameterError
            A contract id that is not in the catalogue.
        """
        if isinstance(instrument, Instrument):
            return self.add(instrument)
        if isinstance(instrument, str):
            known = self.named(instrument)
            return known[0] if known else self._stock(instrument)
        if instrument not in self._by_conid:
            raise ParameterError(f"Catalogue: no instrument has the contract id {instrument}")
        return self._by_conid[instrument]

    def _stock(self, symbol: str) -> Instrument:
        conid = max(_FIRST_OWN_CONID, max(self._by_conid, default=0) + 1)
        return self.add(Instrument(conid, symbol, company=f"{symbol.upper()} INC"))
