"""When an instrument trades: sessions and trading days, in the time of its exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from .records import Instrument

__all__ = ["DAY_MS", "MINUTE_MS", "Hours", "hours_of"]

MINUTE_MS = 60_000
DAY_MS = 1440 * MINUTE_MS

# Offsets of all zones change at a quarter of an hour of UTC, so that one offset serves each.
_QUARTER_MS = 15 * MINUTE_MS

# Minutes of the trading day: regular opening and close, then those of the extended session; before
# midnight is negative.
_Minutes = tuple[int, int, int, int]
_US_STOCK: _Minutes = (570, 960, 240, 1200)
_EUROPE_STOCK: _Minutes = (540, 1050, 540, 1050)
_ASIA_STOCK: _Minutes = (540, 900, 540, 900)
_FUTURE: _Minutes = (510, 960, -420, 960)  # Chicago: 17:00 the evening before until 16:00
_CURRENCY: _Minutes = (-420, 1020, -420, 1020)  # New York: 17:00 until 17:00
_ALL_DAY: _Minutes = (0, 1440, 0, 1440)


@dataclass(frozen=True, slots=True)
class Hours:
    """The sessions of an exchange, as minutes of its trading day.

    A trading day is a count of days since 1970-01-01 of the exchange's own calendar; an evening
    session belongs to the day that follows. Moments are UTC milliseconds.
    """

    zone: str
    open_minute: int
    close_minute: int
    early_minute: int
    late_minute: int

    def offset_ms(self, moment_ms: int) -> int:
        """Return what is added to UTC to get the exchange's wall clock."""
        return _offset_ms(self.zone, moment_ms // _QUARTER_MS)

    def to_utc(self, local_ms: int) -> int:
        """Return the moment at which the exchange's wall clock shows `local_ms`."""
        guess = local_ms - self.offset_ms(local_ms)
        return local_ms - self.offset_ms(guess)

    @property
    def evening_ms(self) -> int:
        """Say how long before midnight the trading day begins."""
        return -min(self.early_minute, 0) * MINUTE_MS

    def trading_day(self, moment_ms: int) -> int:
        """Return the trading day that a moment belongs to."""
        return (moment_ms + self.offset_ms(moment_ms) + self.evening_ms) // DAY_MS

    def day_start(self, day: int) -> int:
        """Return the moment at which a trading day begins."""
        return self.to_utc(day * DAY_MS - self.evening_ms)

    def regular(self, day: int) -> tuple[int, int]:
        """Return opening and close of the regular session."""
        return self._session(day, self.open_minute, self.close_minute)

    def extended(self, day: int) -> tuple[int, int]:
        """Return beginning and end of all trading of a day."""
        return self._session(day, self.early_minute, self.late_minute)

    def is_regular(self, moment_ms: int) -> bool:
        """Say whether a moment lies in the regular session; a trade at the close does."""
        opening, close = self.regular(self.trading_day(moment_ms))
        return opening <= moment_ms <= close

    def label(self, day: int) -> int:
        """Return the time that IBKR's daily bars carry: the opening of the regular session, and
        midnight where that begins the evening before.
        """
        return self.to_utc(day * DAY_MS + max(self.open_minute, 0) * MINUTE_MS)

    @staticmethod
    def date_text(day: int) -> str:
        """Return the date of a trading day as ``YYYYMMDD``."""
        return (date(1970, 1, 1) + timedelta(days=day)).strftime("%Y%m%d")

    def _session(self, day: int, first: int, last: int) -> tuple[int, int]:
        midnight = day * DAY_MS
        return self.to_utc(midnight + first * MINUTE_MS), self.to_utc(midnight + last * MINUTE_MS)


@lru_cache(maxsize=65536)
def _offset_ms(zone: str, quarter: int) -> int:
    moment = datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, timezone.utc)
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) * 1000


@lru_cache(maxsize=256)
def _hours(zone: str, sec_type: str) -> Hours:
    if sec_type == "CRYPTO":
        return Hours(zone, *_ALL_DAY)
    if sec_type == "CASH":
        return Hours(zone, *_CURRENCY)
    if sec_type in {"FUT", "FOP"}:
        return Hours(zone, *_FUTURE)
    if zone.startswith("Europe/"):
        return Hours(zone, *_EUROPE_STOCK)
    if zone.startswith("Asia/"):
        return Hours(zone, *_ASIA_STOCK)
    return Hours(zone, *_US_STOCK)


def hours_of(instrument: Instrument) -> Hours:
    """Return the hours of an instrument, by its type and the time zone of its exchange."""
    return _hours(instrument.time_zone, instrument.sec_type)
