"""Fetch bars from IQFeed and put them into an InfluxDB database.

IQConnect, the program that IQFeed's subscribers run, listens for requests of history on this
machine. Each ticker becomes a measurement, whose fields are those that `bt.feeds.InfluxDB` asks
for. IQFeed's times are New York's.

    python iqfeed-to-influxdb.py --database prices --ticker AAPL --fromdate 2024-01-01
"""

import argparse
import datetime
import logging
import socket
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

_log = logging.getLogger("iqfeed-to-influxdb")

NEW_YORK = ZoneInfo("America/New_York")
END = "!ENDMSG!"
BATCH = 5000  # points in a request
PATIENCE_S = 30.0  # for the next piece of an answer
EXPLAIN = 'The client of InfluxDB is not installed: pip install "influxdb"'


class IQFeedError(Exception):
    """IQFeed refused, or sent what cannot be understood."""


def request_text(ticker, seconds, fromdate, todate):
    """Return the request of all bars of an interval, oldest first."""
    begin, end = (f"{moment:%Y%m%d %H%M%S}" if moment else "" for moment in (fromdate, todate))
    return f"HIT,{ticker},{seconds},{begin},{end},,,,1\r\n"


def lines_of(connection):
    """Yield the lines of an answer up to its end."""
    rest = b""
    while True:
        piece = connection.recv(65536)
        if not piece:
            raise IQFeedError("the connection was closed in the middle of an answer")
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            text = line.decode("ascii").strip()
            if text.startswith(END):
                return
            yield text


def point_of(text, ticker):
    """Return the point for a line: moment, high, low, open, close, total volume, volume."""
    if text.startswith("E,"):
        raise IQFeedError(f"{ticker}: {text[2:].rstrip(',')}")
    try:
        moment, high, low, first, last, _, volume = text.split(",")[:7]
        at = datetime.datetime.fromisoformat(moment).replace(tzinfo=NEW_YORK)
        prices = zip(
            ("open_p", "high_p", "low_p", "close_p", "volume"),
            (first, high, low, last, volume),
            strict=True,
        )
        fields = {name: float(value) for name, value in prices}
    except ValueError as error:
        raise IQFeedError(f"{ticker}: cannot read {text!r}: {error}") from error
    time = at.astimezone(datetime.timezone.utc).isoformat()
    return {"measurement": ticker, "time": time, "fields": fields}


def fetch(host, port, ticker, seconds, fromdate, todate):
    """Yield the points of a ticker."""
    with socket.create_connection((host, port), timeout=PATIENCE_S) as connection:
        request = request_text(ticker, seconds, fromdate, todate)
        connection.sendall(request.encode("ascii"))
        for text in lines_of(connection):
            if text:
                yield point_of(text, ticker)


def write(client, points):
    """Write points in batches; return how many."""
    batch, written = [], 0
    for point in points:
        batch.append(point)
        if len(batch) == BATCH:
            client.write_points(batch)
            written, batch = written + len(batch), []
    if batch:
        client.write_points(batch)
    return written + len(batch)


def connect(args):
    """Return a client of the database, which is made where it is missing."""
    try:
        from influxdb import InfluxDBClient
    except ImportError:
        raise SystemExit(EXPLAIN) from None
    client = InfluxDBClient(args.dbhost, args.dbport, args.username, args.password, args.database)
    client.create_database(args.database)
    return client


def main(args=None):
    args = parse_args(args)
    logging.basicConfig(level=logging.DEBUG if args.debug else logging.INFO, format="%(message)s")
    tickers = list(args.ticker)
    if args.ticker_list:
        tickers += Path(args.ticker_list).read_text(encoding="utf-8").split()
    client = connect(args)
    failed = 0
    for ticker in tickers:
        points = fetch(
            args.iqfeed_host,
            args.iqfeed_port,
            ticker,
            args.compression,
            args.fromdate,
            args.todate,
        )
        try:
            _log.info("%s: %d bars", ticker, write(client, points))
        except (OSError, IQFeedError) as error:
            failed += 1
            _log.error("%s", error)
    return 1 if failed else 0


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--iqfeed-host", default="localhost", help="of IQConnect")
    add("--iqfeed-port", type=int, default=9100, help="of IQConnect, for history")
    add("--dbhost", default="localhost", help="of the database")
    add("--dbport", type=int, default=8086, help="of the database")
    add("--username", help="who writes")
    add("--password", help="of that user")
    add("--database", default="store", help="where to write")
    add("--fromdate", type=datetime.datetime.fromisoformat, help="begin, New York's time")
    add("--todate", type=datetime.datetime.fromisoformat, help="end, New York's time")
    add("--compression", type=int, default=60, help="seconds in a bar")
    add("--ticker", nargs="+", default=[], help="what to fetch")
    add("--ticker-list", metavar="FILE", help="file of tickers")
    add("--debug", action="store_true", help="tell more")
    return parser.parse_args(args)


if __name__ == "__main__":
    sys.exit(main())
