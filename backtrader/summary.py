"""What came of a run, on one screen."""

from __future__ import annotations

import datetime as _datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._core import course as _course
from .analyzers import DrawDown, SharpeRatio, TimeDrawDown, TradeAnalyzer

__all__ = ["Summary", "TradeSummary"]

_DAYS_IN_YEAR = 365.25
_WIDTH = 20  # characters of the name of a figure, and of its value


@dataclass(frozen=True)
class TradeSummary:
    """What came of the trades of a strategy; amounts are those of closed ones, in money, net of
    commission.

    Attributes
    ----------
    total, open, closed : int
        Number of trades.
    won, lost : int
        Closed trades that did not lose anything, and the others.
    net_profit : float
        Sum of all.
    gross_won, gross_lost : float
        Sum of the trades that won, and of those that lost (0 or less).
    best, worst : float or None
        The largest profit and the largest loss; None where nothing was won, or lost.
    """

    total: int
    open: int
    closed: int
    won: int
    lost: int
    net_profit: float
    gross_won: float
    gross_lost: float
    best: float | None
    worst: float | None

    @property
    def win_rate(self) -> float | None:
        """Won trades as a fraction of the closed ones."""
        return self.won / self.closed if self.closed else None

    @property
    def average(self) -> float | None:
        """Mean net profit of a closed trade."""
        return self.net_profit / self.closed if self.closed else None

    @property
    def profit_factor(self) -> float | None:
        """What was won over what was lost; None where nothing was lost."""
        return self.gross_won / -self.gross_lost if self.gross_lost else None


@dataclass(frozen=True)
class Summary:
    """What came of a run; ``print`` shows it on one screen. What is not known is None.

    Attributes
    ----------
    strategy : str
        Name of the class.
    parameters : dict
        Its parameters.
    first, last : datetime.datetime or None
        Times of the first and the last bar.
    bars : int or None
        Steps that the strategy made.
    start_value, end_value : float or None
        Value of the account, in money.
    total_return, annual_return : float or None
        Return of the whole run, and the same in a year; 0.01 is one per cent. Cash that was added
        to the account is no return.
    max_drawdown : float or None
        Largest fall below the highest value so far, as a fraction of it.
    max_drawdown_money : float or None
        Largest fall in money.
    max_drawdown_bars : int or None
        Most bars in a row below the highest value.
    sharpe : float or None
        Sharpe ratio: of an analyzer `SharpeRatio` of the run, else that of the returns by day (by
        week, month or year, where bars are no shorter) brought to a year, riskless rate 0.01.
    sharpe_basis : str
        Which of these.
    trades : TradeSummary or None
        What came of the trades.
    """

    strategy: str
    parameters: dict[str, Any] = field(repr=False)
    first: _datetime.datetime | None = None
    last: _datetime.datetime | None = None
    bars: int | None = None
    start_value: float | None = None
    end_value: float | None = None
    total_return: float | None = None
    annual_return: float | None = None
    max_drawdown: float | None = None
    max_drawdown_money: float | None = None
    max_drawdown_bars: int | None = None
    sharpe: float | None = None
    sharpe_basis: str = ""
    trades: TradeSummary | None = None

    def __str__(self) -> str:
        return "\n".join([*self._head(), "", *self._account_rows(), "", *self._trade_rows()])

    def _head(self) -> Iterable[str]:
        terms = ", ".join(f"{name}={_short(value)}" for name, value in self.parameters.items())
        yield f"{self.strategy}({terms})"
        if self.last is not None:
            first = "-" if self.first is None else _moment(self.first)
            yield f"{first} to {_moment(self.last)}, {self.bars:,} bars"

    def _account_rows(self) -> Iterable[str]:
        yield _row("Value at the start", _number(self.start_value))
        yield _row("Value at the end", _number(self.end_value))
        yield _row("Return", _percent(self.total_return))
        yield _row("Return in a year", _percent(self.annual_return))
        notes = []
        if self.max_drawdown_money is not None:
            notes.append(_number(self.max_drawdown_money))
        if self.max_drawdown_bars is not None:
            notes.append(f"{self.max_drawdown_bars:,} bars at most")
        yield _row("Largest drawdown", _percent(self.max_drawdown), *notes)
        yield _row("Sharpe ratio", _number(self.sharpe, 3), self.sharpe_basis)

    def _trade_rows(self) -> Iterable[str]:
        trades = self.trades
        if trades is None:
            yield _row("Trades", "-")
            return
        yield _row("Trades", f"{trades.total:,}", f"{trades.open:,} open" if trades.open else "")
        if not trades.closed:
            return
        yield _row("Won", f"{trades.won:,}", _percent(trades.win_rate))
        yield _row("Lost", f"{trades.lost:,}")
        yield _row("Net profit", _number(trades.net_profit))
        yield _row("A trade", _number(trades.average))
        yield _row("Best, worst", f"{_number(trades.best)}, {_number(trades.worst)}")
        yield _row("Profit factor", _number(trades.profit_factor))


def _row(name: str, value: str, *notes: str) -> str:
    told = ", ".join(note for note in notes if note)
    return f"{name:{_WIDTH}}{value:>{_WIDTH}}" + (f"   {told}" if told else "")


def _short(value: object) -> str:
    text = value.__name__ if isinstance(value, type) else repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _moment(moment: _datetime.datetime) -> str:
    # days end with their session, by default on the last moment
    daily = (moment.hour, moment.minute) in ((0, 0), (23, 59))
    return f"{moment:%Y-%m-%d}" if daily else f"{moment:%Y-%m-%d %H:%M}"


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100.0 * value:,.2f} %"


@dataclass(frozen=True)
class Ends:
    """How a run began and ended; with an analyzer it is what a slim result has."""

    first: _datetime.datetime | None
    last: _datetime.datetime | None
    bars: int
    start_value: float | None
    end_value: float | None
    total_return: float | None


def ends_of(strategy: Any) -> Ends:
    """Return how the run of a strategy began and ended."""
    broker, times, bars = strategy.broker, strategy.lines.datetime, len(strategy)
    first = _time(times, 1 - bars) if 0 < bars <= len(times.array) else None
    last = _time(times, 0) if bars else None
    start, end = _course.start_of(broker), broker.getvalue()
    if _course.cash_flowed(broker):
        total = broker.get_fundvalue() / broker.p.fundstartval - 1.0
    else:
        total = end / start - 1.0 if start and end is not None else None
    return Ends(first, last, bars, start, end, total)


def _time(times: Any, ago: int) -> _datetime.datetime | None:
    """The time of a step; None where its bars have none."""
    found: _datetime.datetime | None = times.datetime(ago) if times[ago] >= 1.0 else None
    return found


class Summarised:
    """The method `summary` of a strategy and of what an optimisation keeps of one."""

    def summary(self) -> Summary:
        """Return what came of the run, for ``print``: returns, drawdown, Sharpe ratio and trades.

        The analyzers of the run tell where there are any. What they do not tell comes from the
        values that an observer (one of the standard ones does) recorded, or from the executions
        where these are all that moved the account. What cannot be known is None: drawdown, Sharpe
        ratio and trades of an optimisation without analyzers for them, for example.
        """
        kept: Any = self
        analyzers = [each for _, each in kept.analyzers.getitems()]
        figures = _of_analyzers(analyzers)
        strategy = vars(kept).get("strategycls")
        if strategy is None:
            figures = {**_of_strategy(kept, figures), **figures}
            strategy, ends = type(kept), ends_of(kept)
        else:
            ends = kept._ends
        if "max_drawdown" not in figures:
            figures["max_drawdown"] = _fall_by_periods(analyzers)
        parameters = dict(kept.params._getkwargs())
        years = _years(ends)
        growth = None if ends.total_return is None else 1.0 + ends.total_return
        return Summary(
            strategy.__name__,
            parameters,
            **vars(ends),
            annual_return=growth ** (1.0 / years) - 1.0
            if years and growth and growth > 0
            else None,
            **figures,
        )


def _years(ends: Ends) -> float | None:
    """Calendar years that a run took; None for less than a day, which tells nothing of a year."""
    if ends.first is None or ends.last is None:
        return None
    days = (ends.last - ends.first).total_seconds() / 86400.0
    return days / _DAYS_IN_YEAR if days >= 1.0 else None


def _of_analyzers(analyzers: list[Any]) -> dict[str, Any]:
    """The figures that analyzers tell."""
    found: dict[str, Any] = {}
    for analyzer in analyzers:
        results = analyzer.get_analysis()
        if isinstance(analyzer, DrawDown):
            largest = results["max"]
            found["max_drawdown"] = largest["drawdown"] / 100.0
            found["max_drawdown_bars"] = int(largest["len"])
            if not analyzer._fundmode:
                found["max_drawdown_money"] = largest["moneydown"]
        elif isinstance(analyzer, SharpeRatio) and results.get("sharperatio") is not None:
            found["sharpe"] = results["sharperatio"]
            found["sharpe_basis"] = f"of the analyzer {type(analyzer).__name__}"
        elif isinstance(analyzer, TradeAnalyzer):
            found["trades"] = _trades_analyzed(results)
    return found


def _fall_by_periods(analyzers: list[Any]) -> float | None:
    """The largest drawdown at the ends of periods, which may be less than that at any bar."""
    found = [each.maxdd / 100.0 for each in analyzers if isinstance(each, TimeDrawDown)]
    return max(found, default=None)


def _trades_analyzed(results: Any) -> TradeSummary:
    total = results["total"]
    counts = total["total"], total.get("open", 0), total.get("closed", 0)
    if not counts[2]:
        return TradeSummary(*counts, 0, 0, 0.0, 0.0, 0.0, None, None)
    won, lost = results["won"], results["lost"]
    return TradeSummary(
        *counts,
        won["total"],
        lost["total"],
        results["pnl"]["net"]["total"],
        won["pnl"]["total"],
        lost["pnl"]["total"],
        won["pnl"]["max"] if won["total"] else None,
        lost["pnl"]["max"] if lost["total"] else None,
    )


def _of_strategy(strategy: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that are not `known`, as far as a strategy can tell them."""
    found: dict[str, Any] = {"trades": _trades_of(strategy)}
    if {"max_drawdown_bars", "sharpe"} <= set(known):
        return found
    course = _course.course_of(strategy)
    if course is None:
        return found
    fall = _course.largest_fall(course)
    found["max_drawdown"] = fall.fraction
    found["max_drawdown_bars"] = fall.steps
    if course.in_money:
        found["max_drawdown_money"] = fall.money
    found["sharpe"], name = _course.sharpe(course, strategy.data._timeframe)
    found["sharpe_basis"] = f"of {name} returns, brought to a year"
    return found


def _trades_of(strategy: Any) -> TradeSummary:
    """What the trades that a strategy was told of come to."""
    trades = [
        trade
        for by_id in strategy._trades.values()
        for some in by_id.values()
        for trade in some
        if trade.status != trade.Created
    ]
    profits = [trade.pnlcomm for trade in trades if trade.status == trade.Closed]
    won = [each for each in profits if each >= 0.0]
    lost = [each for each in profits if each < 0.0]
    return TradeSummary(
        len(trades),
        len(trades) - len(profits),
        len(profits),
        len(won),
        len(lost),
        math.fsum(profits),
        math.fsum(won),
        math.fsum(lost),
        max(won, default=None),
        min(lost, default=None),
    )
