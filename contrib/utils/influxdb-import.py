"""Put files of bars into an InfluxDB database, where `bt.feeds.InfluxDB` finds them.

Each file becomes a measurement. Its first line names the columns: a date (``date`` or
``datetime``), a time where it has one, and ``open``, ``high``, ``low``, ``close``, ``volume`` and
``openinterest``, whatever their case. Times are taken as UTC.

    python influxdb-import.py --database prices --sourcepath data --ticker AAPL MSFT
"""

import argparse
import csv
import datetime
import logging
import sys
from pathlib import Path

_log = logging.getLogger("influxdb-import")

# column of a file -> field in the database, as the feed asks for it
FIELDS = {
    "open": "open_p",
    "high": "high_p",
    "low": "low_p",
    "close": "close_p",
    "volume": "volume",
    "openinterest": "oi",
}
PRICES = ("open", "high", "low", "close")
BATCH = 5000  # points in a request
EXPLAIN = 'The client of InfluxDB is not installed: pip install "influxdb"'


class BadFileError(ValueError):
    """A file that is not what it should be; says where."""


def moment_of(row):
    """Return when a bar is, in the form that the database takes."""
    text = row.get("datetime") or row.get("date") or ""
    if row.get("time"):
        text += f"T{row['time']}"
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).isoformat()


def points_of(path, measurement):
    """Yield one point for each row of a file."""
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in PRICES if name not in reader.fieldnames]
        if missing:
            raise BadFileError(f"{path}: no column {', '.join(missing)}")
        for row in reader:
            try:
                fields = {FIELDS[name]: float(row[name]) for name in FIELDS if row.get(name)}
                yield {"measurement": measurement, "time": moment_of(row), "fields": fields}
            except (TypeError, ValueError) as error:
                raise BadFileError(f"{path}, line {reader.line_num}: {error}") from error


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
    client = InfluxDBClient(args.host, args.port, args.username, args.password, args.database)
    client.create_database(args.database)
    return client


def tickers_of(args):
    """Return the names asked for; without any, those of the files in the folder."""
    names = list(args.ticker)
    if args.ticker_list:
        names += Path(args.ticker_list).read_text(encoding="utf-8").split()
    return names or sorted(path.stem for path in Path(args.sourcepath).glob(f"*{args.suffix}"))


def main(args=None):
    args = parse_args(args)
    logging.basicConfig(level=logging.DEBUG if args.debug else logging.INFO, format="%(message)s")
    client = connect(args)
    failed = 0
    for ticker in tickers_of(args):
        path = Path(args.sourcepath, f"{ticker}{args.suffix}")
        try:
            _log.info("%s: %d bars", ticker, write(client, points_of(path, ticker)))
        except (OSError, BadFileError) as error:
            failed += 1
            _log.error("%s: %s", ticker, error)
    return 1 if failed else 0


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="localhost", help="of the database")
    add("--port", type=int, default=8086, help="of the database")
    add("--username", help="who writes")
    add("--password", help="of that user")
    add("--database", default="store", help="where to write")
    add("--sourcepath", default=".", help="folder of the files")
    add("--suffix", default=".csv", help="what the names of the files end with")
    add("--ticker", nargs="+", default=[], help="names of files, without the suffix")
    add("--ticker-list", metavar="FILE", help="file of such names")
    add("--debug", action="store_true", help="tell more")
    return parser.parse_args(args)


if __name__ == "__main__":
    sys.exit(main())
