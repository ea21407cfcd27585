"""Bars out of an InfluxDB database."""

from __future__ import annotations

import datetime as _datetime
from collections.abc import Iterable
from typing import Any, ClassVar

from .. import feed
from ..dataseries import TimeFrame
from ..errors import ConnectionFailedError, DataError, MissingDependencyError, ParameterError
from ..utils import date2num

__all__ = ["TIMEFRAMES", "InfluxDB"]

TIMEFRAMES = {
    TimeFrame.Seconds: "s",
    TimeFrame.Minutes: "m",
    TimeFrame.Days: "d",
    TimeFrame.Weeks: "w",
    TimeFrame.Months: "m",
    TimeFrame.Years: "y",
}

# The query language has no months and no years: an "m" is a minute.
_NO_INTERVALS = (TimeFrame.Months, TimeFrame.Years)


class InfluxDB(feed.DataBase):
    """Reads bars out of an InfluxDB database: the mean of each field over each bar.

    `dataname` is the measurement. The package ``influxdb`` does the talking.

    Parameters
    ----------
    host, port : '127.0.0.1', '8086'
        Where the server is.
    username, password : None
        Who asks.
    database : None
        Name of the database.
    startdate : None
        First moment that is asked for, in the words of the query language; default all up to now.
    high, low, open, close, volume, ointerest : names
        The fields: 'high_p', 'low_p', 'open_p', 'close_p', 'volume', 'oi'.
    """

    params: Any = {
        "host": "127.0.0.1",
        "port": "8086",
        "username": None,
        "password": None,
        "database": None,
        "startdate": None,
        "high": "high_p",
        "low": "low_p",
        "open": "open_p",
        "close": "close_p",
        "volume": "volume",
        "ointerest": "oi",
    }

    _fields: ClassVar[dict[str, str]] = {
        "open": "open",
        "high": "high",
        "low": "low",
        "close": "close",
        "volume": "volume",
        "openinterest": "ointerest",
    }

    def start(self) -> None:
        """Ask for the bars."""
        super().start()
        points: Iterable[dict[str, Any]] = self._points()
        self._waiting = iter([self._bar(point) for point in points])

    def _query(self) -> str:
        """The question, in the words of the database."""
        params = self.p
        interval = TIMEFRAMES.get(params.timeframe, "d")
        if params.timeframe in _NO_INTERVALS:
            name = TimeFrame.getname(params.timeframe, 2).lower()
            raise ParameterError(
                f"InfluxDB: the database does not group by {name}: ask for days and resample them"
            )
        means = ", ".join(
            f"mean({_quoted(getattr(params, parameter))}) AS {_quoted(line)}"
            for line, parameter in self._fields.items()
        )
        since = "<= now()" if not params.startdate else f">= '{params.startdate}'"
        return (
            f"SELECT {means} FROM {_quoted(str(params.dataname))} WHERE time {since} "
            f"GROUP BY time({params.compression}{interval}) fill(none)"
        )

    def _points(self) -> list[dict[str, Any]]:
        question = self._query()
        try:
            import influxdb
        except ImportError as error:
            raise MissingDependencyError("the InfluxDB feed", "influxdb") from error
        params = self.p
        client = influxdb.InfluxDBClient(
            params.host, int(params.port), params.username, params.password, params.database
        )
        refusals = (
            influxdb.exceptions.InfluxDBClientError,
            influxdb.exceptions.InfluxDBServerError,
        )
        try:
            return list(client.query(question).get_points())
        except refusals as error:
            raise DataError(f"the database refuses: {error}", text=question) from error
        except OSError as error:  # what requests raises derives from it
            raise ConnectionFailedError(
                f"InfluxDB: no answer from {params.host}:{params.port}"
            ) from error
        finally:
            client.close()

    def _bar(self, point: dict[str, Any]) -> list[float]:
        values = {"datetime": _number(point["time"])}
        for line in self._fields:
            value = point.get(line)
            values[line] = float("nan") if value is None else float(value)
        return [values.get(name, float("nan")) for name in self.lines.getlinealiases()]

    def _load(self) -> bool:
        bar = next(self._waiting, None)
        if bar is None:
            return False
        for line, value in zip(self.lines, bar, strict=True):
            line[0] = value
        return True


def _quoted(name: str) -> str:
    """A name as the query language has it."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(time: str) -> float:
    """The time of a point, UTC, as a number; what is finer than a microsecond is cut off."""
    whole, _, rest = time.rstrip("Z").partition(".")
    moment = _datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S")
    return date2num(moment.replace(microsecond=int(rest[:6].ljust(6, "0")) if rest else 0))
