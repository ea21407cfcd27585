"""The instruments that a simulation has when it is given none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from .catalogue import Catalogue
from .records import Instrument

__all__ = ["default_catalogue"]

_FUTURE_MONTHS = "FGHJKMNQUVXZ"

_MEXICO: dict[str, Any] = {
    "exchange": "MEXI",
    "currency": "MXN",
    "is_us": False,
    "time_zone": "America/Mexico_City",
}
_XETRA: dict[str, Any] = {
    "exchange": "IBIS",
    "currency": "EUR",
    "is_us": False,
    "time_zone": "Europe/Berlin",
}

# Contract ids below 600,000,000 are IBKR's own, except those of the invented company TWINS, whose
# symbol stands for two companies in the United States.
_STOCKS = (
    Instrument(265598, "AAPL", company="APPLE INC", trading_class="NMS"),
    Instrument(38708077, "AAPL", company="APPLE INC", **_MEXICO),
    Instrument(272093, "MSFT", company="MICROSOFT CORP", trading_class="NMS"),
    Instrument(8314, "IBM", exchange="NYSE", company="INTL BUSINESS MACHINES CORP"),
    Instrument(756733, "SPY", exchange="ARCA", company="SPDR S&P 500 ETF TRUST"),
    Instrument(600000001, "TWIN", exchange="NYSE", company="TWINS HOLDING CORP"),
    Instrument(600000002, "TWIN", exchange="AMEX", company="TWINS TRUST"),
    Instrument(14204, "SAP", company="SAP SE", **_XETRA),
)

_INDICES = (
    Instrument(416904, "SPX", "IND", "CBOE", company="S&P 500 Stock Index"),
    Instrument(11004968, "ES", "IND", "CME", company="E-mini S&P 500"),
    Instrument(11004958, "NQ", "IND", "CME", company="E-mini NASDAQ 100"),
)

_CFDS = (
    Instrument(620_000_001, "AAPL", "CFD", "SMART", company="APPLE INC", underlying_conid=265598),
    Instrument(
        620_000_002, "MSFT", "CFD", "SMART", company="MICROSOFT CORP", underlying_conid=272093
    ),
)
_BONDS = (
    Instrument(
        630_000_001,
        "IBM",
        "BOND",
        "SMART",
        company="INTL BUSINESS MACHINES CORP",
        expiry="20340215",
        local_symbol="IBM 4.75 02/15/34",
        increment=0.001,
    ),
)

# symbol: contract id of the index, first contract id, class, multiplier, margin
_FUTURES = {
    "ES": (11004968, 601_000_000, 50.0, 15_000.0),
    "NQ": (11004958, 602_000_000, 20.0, 22_000.0),
}

_FIRST_OPTION = 610_000_001
_STRIKES = tuple(range(150, 355, 5))

_FIRST_OPTION_ON_FUTURE = 615_000_001
_STRIKES_ON_FUTURE = tuple(range(5500, 7300, 100))

_PAIRS = (("EUR.USD", 12087792), ("GBP.USD", 12087797))


def default_catalogue(today: date) -> Catalogue:
    """Return a few stocks, indices, currencies, a crypto currency, futures, options, CFDs, a bond.

    The futures are those of the quarter that ended before `today` and of the five next ones, the
    options on AAPL those of the next three months, those on the E-mini S&P 500 of the next quarter.
    """
    catalogue = Catalogue(_STOCKS)
    derivatives = (*_futures(today), *_options(today), *_options_on_futures(today))
    for instrument in (*_INDICES, *_currencies(), *derivatives, *_CFDS, *_BONDS):
        catalogue.add(instrument)
    return catalogue


def _currencies() -> Iterator[Instrument]:
    for symbol, conid in _PAIRS:
        base, currency = symbol.split(".")
        yield Instrument(
            conid,
            base,
            "CASH",
            "IDEALPRO",
            currency,
            company=f"{base} in {currency}",
            local_symbol=symbol,
            trading_class=symbol,
            increment=0.00005,
            size_increment=1.0,
        )
    yield Instrument(
        479624278,
        "BTC",
        "CRYPTO",
        "PAXOS",
        company="Bitcoin cryptocurrency",
        local_symbol="BTC.USD",
        trading_class="BTC",
        increment=0.25,
        size_increment=0.00000001,
        time_zone="UTC",
    )


def _third_friday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(4 - first.weekday()) % 7 + 14)


def _expiries(today: date, months: range) -> list[date]:
    """Return the third Fridays of `months`, the last one before `today` and those after it."""
    counts = range(today.year * 12 + today.month - 5, today.year * 12 + today.month + 20)
    fridays = [_third_friday(n // 12, n % 12 + 1) for n in counts if n % 12 + 1 in months]
    past = sum(friday < today for friday in fridays)
    return fridays[past - 1 :]


def _futures(today: date) -> Iterator[Instrument]:
    for symbol, (index, first, multiplier, margin) in _FUTURES.items():
        for expiry in _expiries(today, range(3, 13, 3))[:6]:
            code = f"{symbol}{_FUTURE_MONTHS[expiry.month - 1]}{expiry.year % 10}"
            yield Instrument(
                first + expiry.year * 100 + expiry.month,
                symbol,
                "FUT",
                "CME",
                company=f"E-mini {symbol}",
                multiplier=multiplier,
                expiry=expiry.strftime("%Y%m%d"),
                underlying_conid=index,
                trading_class=symbol,
                local_symbol=code,
                increment=0.25,
                margin=margin,
                time_zone="America/Chicago",
            )


def _options(today: date) -> Iterator[Instrument]:
    conid = _FIRST_OPTION
    for expiry in _expiries(today, range(1, 13))[1:4]:
        for strike in _STRIKES:
            for right in "CP":
                local = f"AAPL  {expiry:%y%m%d}{right}{strike * 1000:08d}"
                yield Instrument(
                    conid,
                    "AAPL",
                    "OPT",
                    "SMART",
                    company="APPLE INC",
                    multiplier=100.0,
                    expiry=expiry.strftime("%Y%m%d"),
                    strike=float(strike),
                    right=right,
                    underlying_conid=265598,
                    trading_class="AAPL",
                    local_symbol=local,
                )
                conid += 1


def _options_on_futures(today: date) -> Iterator[Instrument]:
    conid = _FIRST_OPTION_ON_FUTURE
    expiry = _expiries(today, range(3, 13, 3))[1]
    for strike in _STRIKES_ON_FUTURE:
        for right in "CP":
            yield Instrument(
                conid,
                "ES",
                "FOP",
                "CME",
                company="E-mini S&P 500",
                multiplier=50.0,
                expiry=expiry.strftime("%Y%m%d"),
                strike=float(strike),
                right=right,
                underlying_conid=_FUTURES["ES"][0],
                trading_class="ES",
                local_symbol=f"ES {expiry:%y%m%d} {right}{strike}",
                increment=0.25,
                time_zone="America/Chicago",
            )
            conid += 1
