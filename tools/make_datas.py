"""Write the sample data of ``datas/``: made-up prices, under file names that scripts know.

    python tools/make_datas.py [FOLDER]

Nothing but additions, products and ``random.Random.random`` is used, which give the same numbers on
every machine and with every Python, so that the files can be made anew byte for byte. Prices are
integers, in hundredths, from the moment a bar is made.
"""

import argparse
import datetime
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

DATAS = Path(__file__).resolve().parent.parent / "datas"

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """Hold one bar: the moment it ends, prices in hundredths, volume in pieces."""

    end: datetime.datetime
    open: int
    high: int
    low: int
    close: int
    volume: int = 0


@dataclass(frozen=True, slots=True)
class Market:
    """Describe how the prices of a made-up instrument move.

    Parameters
    ----------
    seed
        Seed of its random numbers.
    start
        First open, in hundredths.
    drift, spread
        Mean and standard deviation of the change over one bar, as fractions.
    volume
        Mean volume of a bar; 0 for none at all.
    flat
        Share of bars that trade at one price.
    gap
        Share of a bar's standard deviation by which an open differs from the close before.
    """

    seed: int
    start: int
    drift: float
    spread: float
    volume: int = 0
    flat: float = 0.01
    gap: float = 0.4


def bell(source: random.Random) -> float:
    """Return a number of about the standard normal distribution: twelve uniform ones less their
    mean."""
    total = 0.0
    for _ in range(12):  # not sum(), which rounds less from Python 3.12 on
        total += source.random()
    return total - 6.0


def bars(market: Market, ends: Iterable[datetime.datetime]) -> Iterator[Bar]:
    """Yield one bar of a market for each moment."""
    source = random.Random(market.seed)
    price = float(market.start)
    for end in ends:
        spread = price * market.spread
        first = price + market.gap * spread * bell(source)
        last = first + price * market.drift + spread * bell(source)
        above = max(first, last) + abs(0.5 * spread * bell(source))
        below = min(first, last) - abs(0.5 * spread * bell(source))
        volume = int(market.volume * (0.4 + 1.2 * source.random()))
        if source.random() < market.flat:
            last = above = below = first
            volume //= 10
        yield Bar(end, nearest(first), nearest(above), nearest(below), nearest(last), volume)
        price = last


def nearest(price: float) -> int:
    """Return a positive price to the nearest hundredth."""
    return int(price + 0.5)


def sessions(first: datetime.date, last: datetime.date) -> Iterator[datetime.datetime]:
    """Yield midnight of every trading day: weekdays but for a few holidays of fixed date."""
    closed = {(1, 1), (5, 1), (12, 25), (12, 26)}
    day = datetime.datetime.combine(first, datetime.time())
    while day.date() <= last:
        if day.weekday() < 5 and (day.month, day.day) not in closed:
            yield day
        day += DAY


def intraday(
    first: datetime.date, last: datetime.date, minutes: int
) -> Iterator[datetime.datetime]:
    """Yield the ends of the bars of sessions that run from 09:00 to 17:30."""
    for day in sessions(first, last):
        for end in range(540 + minutes, 1051, minutes):
            yield day + end * MINUTE


def grouped(source: Iterable[Bar], key: Callable[[datetime.datetime], object]) -> Iterator[Bar]:
    """Yield larger bars out of all neighbours that agree in ``key(bar.end)``."""
    kept: list[Bar] = []
    for bar in source:
        if kept and key(bar.end) != key(kept[0].end):
            yield merged(kept)
            kept = []
        kept.append(bar)
    if kept:
        yield merged(kept)


def merged(parts: list[Bar]) -> Bar:
    """Return one bar for several neighbours."""
    return Bar(
        parts[-1].end,
        parts[0].open,
        max(part.high for part in parts),
        min(part.low for part in parts),
        parts[-1].close,
        sum(part.volume for part in parts),
    )


def by_week(end: datetime.datetime) -> object:
    """Return what the days of a week have in common."""
    return end.isocalendar()[:2]


def by_month(end: datetime.datetime) -> object:
    """Return what the days of a month have in common."""
    return end.year, end.month


def money(hundredths: int) -> str:
    """Return an amount with two decimals."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def prices(bar: Bar) -> str:
    """Return the four prices of a bar as columns."""
    return ",".join(money(value) for value in (bar.open, bar.high, bar.low, bar.close))


def daily_csv(source: Iterable[Bar]) -> Iterator[str]:
    """Yield the rows of a file for ``BacktraderCSVData`` without times."""
    yield "Date,Open,High,Low,Close,Volume,OpenInterest"
    for bar in source:
        yield f"{bar.end:%Y-%m-%d},{prices(bar)},{bar.volume},0"


def timed_csv(source: Iterable[Bar]) -> Iterator[str]:
    """Yield the rows of a file for ``BacktraderCSVData`` with times."""
    yield "Date,Time,Open,High,Low,Close,Volume,OpenInterest"
    for bar in source:
        yield f"{bar.end:%Y-%m-%d,%H:%M:%S},{prices(bar)},{bar.volume},0"


def yahoo_csv(
    source: Iterable[Bar], splits: dict[str, int], newest_first: bool = False
) -> Iterator[str]:
    """Yield the rows of a file for ``YahooFinanceCSVData``.

    Parameters
    ----------
    source
        Bars at adjusted prices.
    splits
        Date from which on one share is worth as many as before it -> number of them, newest date
        first.
    newest_first
        Order of the rows.
    """
    rows = []
    for bar in source:
        date = f"{bar.end:%Y-%m-%d}"
        factor = 1
        for split, shares in splits.items():
            factor *= shares if date < split else 1
        raw = Bar(bar.end, *(factor * x for x in (bar.open, bar.high, bar.low, bar.close)))
        rows.append(f"{date},{prices(raw)},{money(bar.close)},{bar.volume // factor}")
    yield "Date,Open,High,Low,Close,Adj Close,Volume"
    yield from reversed(rows) if newest_first else rows


def tick_csv(seed: int, start: datetime.datetime, count: int) -> Iterator[str]:
    """Yield trades at irregular moments, each as a bar of one price, for ``GenericCSVData``."""
    source = random.Random(seed)
    yield "datetime,open,high,low,close,volume,openinterest"
    at, price = start, 355200
    for _ in range(count):
        at += datetime.timedelta(milliseconds=20 + int(3000 * source.random() * source.random()))
        price += 50 * (int(5 * source.random()) - 2)
        cell = money(price)
        stamp = at.isoformat(timespec="milliseconds")
        yield f"{stamp},{cell},{cell},{cell},{cell},{1 + int(9 * source.random())},0"


def bid_ask_csv(
    seed: int, start: datetime.datetime, count: int, longest_s: int, form: str
) -> Iterator[str]:
    """Yield quotes with four decimals, ``form`` being how their moment is written."""
    source = random.Random(seed)
    yield "Datetime,Bid,Ask"
    at, bid = start, 5346
    for _ in range(count):
        at += datetime.timedelta(seconds=1 + int(longest_s * source.random()))
        bid += int(3 * source.random()) - 1
        ask = bid + 1 + int(2 * source.random())
        yield f"{at:{form}},{bid / 10000:.4f},{ask / 10000:.4f}"


def index_files() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield name and rows of the files about made-up stock indices."""
    both_years = list(
        bars(
            Market(seed=20050103, start=297002, drift=0.0004, spread=0.008),
            sessions(datetime.date(2005, 1, 3), datetime.date(2006, 12, 29)),
        )
    )
    in_2006 = [bar for bar in both_years if bar.end.year == 2006]
    whole_other = bars(
        Market(seed=20060102, start=541000, drift=0.0003, spread=0.009),
        [bar.end for bar in in_2006],
    )
    # Every 23rd session is missing from the second index, and a week in August.
    other = [
        bar
        for number, bar in enumerate(whole_other, 1)
        if number % 23
        and not datetime.datetime(2006, 8, 14) <= bar.end < datetime.datetime(2006, 8, 19)
    ]
    volume = bars(
        Market(seed=20060103, start=357873, drift=0.0004, spread=0.008, volume=250000),
        [bar.end for bar in in_2006],
    )
    yield "2005-2006-day-001.txt", daily_csv(both_years)
    yield "2005-2006-week-001.txt", daily_csv(grouped(both_years, by_week))
    yield "2005-2006-month-001.txt", daily_csv(grouped(both_years, by_month))
    yield "2006-day-001.txt", daily_csv(in_2006)
    yield "2006-day-002.txt", daily_csv(other)
    yield "2006-week-001.txt", daily_csv(grouped(in_2006, by_week))
    yield "2006-week-002.txt", daily_csv(grouped(other, by_week))
    yield "2006-month-001.txt", daily_csv(grouped(in_2006, by_month))
    yield "2006-volume-day-001.txt", daily_csv(volume)


def intraday_files() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield name and rows of the files with bars of minutes, ticks and quotes."""
    first = datetime.date(2006, 1, 2)
    five = Market(seed=5, start=357873, drift=0.000005, spread=0.0008, flat=0.02)
    one = Market(seed=1, start=357873, drift=0.000001, spread=0.0004, volume=900, flat=0.05)
    yield "2006-min-005.txt", timed_csv(bars(five, intraday(first, datetime.date(2006, 1, 27), 5)))
    yield (
        "2006-01-02-volume-min-001.txt",
        timed_csv(bars(one, intraday(first, datetime.date(2006, 1, 3), 1))),
    )
    yield "ticksample.csv", tick_csv(7, datetime.datetime(2006, 1, 2, 9), 600)
    quotes = datetime.datetime(2010, 2, 3, 16, 53, 50)
    yield "bidask.csv", bid_ask_csv(8, quotes, 20, 1, "%m/%d/%Y %H:%M:%S")
    yield "bidask2.csv", bid_ask_csv(9, quotes, 400, 12, "%m/%d/%Y %H:%M:%S")


def yahoo_files() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield name and rows of the files in the form of Yahoo's downloads."""

    def years(first: int, last: int, source: list[Bar]) -> list[Bar]:
        return [bar for bar in source if first <= bar.end.year <= last]

    def stock(first: datetime.date, last: datetime.date, market: Market) -> list[Bar]:
        return list(bars(market, sessions(first, last)))

    yhoo = stock(
        datetime.date(1996, 4, 12),
        datetime.date(2015, 12, 31),
        Market(1996, 300, 0.0008, 0.016, 22_000_000),
    )
    orcl = stock(
        datetime.date(1995, 1, 3),
        datetime.date(2014, 12, 31),
        Market(1995, 260, 0.0007, 0.015, 45_000_000),
    )
    nvda = stock(
        datetime.date(1999, 1, 22),
        datetime.date(2014, 12, 31),
        Market(1999, 280, 0.0008, 0.018, 12_000_000),
    )
    yhoo_splits = {"2004-05-12": 2, "2000-02-14": 2, "1999-02-08": 2}
    orcl_splits = {"2000-10-13": 2, "2000-01-19": 2, "1997-08-18": 2}
    nvda_splits = {"2006-04-07": 2, "2001-09-17": 2}
    yield "yhoo-1996-2014.txt", yahoo_csv(years(1996, 2014, yhoo), yhoo_splits)
    yield "yhoo-1996-2015.txt", yahoo_csv(yhoo, yhoo_splits)
    yield "yhoo-2003-2005.txt", yahoo_csv(years(2003, 2005, yhoo), yhoo_splits)
    yield "orcl-1995-2014.txt", yahoo_csv(orcl, orcl_splits)
    orcl_short = years(2003, 2005, orcl)
    yield "orcl-2003-2005.txt", yahoo_csv(orcl_short, orcl_splits)
    yield "orcl-2003-2005-newest-first.txt", yahoo_csv(orcl_short, orcl_splits, newest_first=True)
    yield "nvda-1999-2014.txt", yahoo_csv(nvda, nvda_splits)
    yield "yhoo-2014.txt", yahoo_csv(years(2014, 2014, yhoo), yhoo_splits)
    yield "orcl-2014.txt", yahoo_csv(years(2014, 2014, orcl), orcl_splits)
    yield "nvda-2014.txt", yahoo_csv(years(2014, 2014, nvda), nvda_splits)


def write(folder: Path) -> list[Path]:
    """Write all files into a folder, which is made where missing, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for files in (index_files(), intraday_files(), yahoo_files()):
        for name, rows in files:
            path = folder / name
            path.write_bytes(("\n".join(rows) + "\n").encode("ascii"))
            written.append(path)
    return written


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DATAS, help="where to write")
    for path in write(parser.parse_args().folder):
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
