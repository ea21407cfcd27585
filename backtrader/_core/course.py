"""The course that the value of the account took in a run, for those who ask after it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..brokers._account import rests
from ..brokers.bbroker import BackBroker
from ..dataseries import TimeFrame
from ..mathsupport import average, standarddev
from ..observers.broker import Broker, FundValue, Value

Column = NDArray[np.float64]

_EPOCH = 719163  # number of 1970-01-01 among the days from which moments are counted
_ROUNDING = 9.5e-6 / 86400.0  # less than 10 microseconds before midnight counts as midnight
_RISKLESS = 0.01  # what SharpeRatio takes by default

# name, unit of numpy and number of them in a year, as SharpeRatio has it
_DAY = ("daily", "D", 252)
_PERIODS = {
    TimeFrame.Weeks: ("weekly", "W", 52),
    TimeFrame.Months: ("monthly", "M", 12),
    TimeFrame.Years: ("yearly", "Y", 1),
}


class Course(NamedTuple):
    """Values at the steps of a strategy.

    Attributes
    ----------
    start : float
        Value before the first step.
    moments : numpy.ndarray
        float64 ``(n,)``: the time of each step, as a number in UTC.
    values : numpy.ndarray
        float64 ``(n,)``, finite.
    in_money : bool
        Whether it is the value of the account; else that of a share of the fund.
    """

    start: float
    moments: Column
    values: Column
    in_money: bool


class Fall(NamedTuple):
    """The largest drawdown: as a fraction of the maximum, in money, and the most steps below it."""

    fraction: float
    money: float
    steps: int


def course_of(strategy: Any) -> Course | None:
    """Return the course of the account of a strategy; None where it cannot be known.

    It is what an observer recorded. Without one it is worked out from the executions, where they
    are all that moved the account.
    """
    times = strategy.lines.datetime
    steps = len(strategy)
    if not steps or len(times.array) < steps:  # forgotten, with bounded memory
        return None
    moments = np.array(times.array[:steps])
    found = _recorded(strategy, steps) or _of_executions(strategy, moments)
    if found is None:
        return None
    start, values, in_money = found
    known = np.isfinite(values)
    return Course(start, moments[known], values[known], in_money) if known.any() else None


def _recorded(strategy: Any, steps: int) -> tuple[float, Column, bool] | None:
    broker = strategy.broker
    for observer in strategy.getobservers():
        if not isinstance(observer, (Broker, FundValue, Value)):
            continue
        line = observer.lines.lines[-1]
        in_money = not isinstance(observer, FundValue) and not observer._fundmode
        start = start_of(broker) if in_money else getattr(broker.p, "fundstartval", None)
        whole = len(observer) == steps <= len(line.array)
        if whole and start and not (in_money and cash_flowed(broker)):
            return start, np.array(line.array[:steps]), in_money
    return None


def start_of(broker: Any) -> float | None:
    """Return the value of the account before the first step; None where it is not known."""
    start: float | None = getattr(broker, "startingvalue", None)
    if start is None and isinstance(broker, BackBroker):
        start = broker.startingcash
    return start


def cash_flowed(broker: Any) -> bool:
    """Whether cash was added or withdrawn, so that the value tells nothing about returns."""
    if not isinstance(broker, BackBroker):
        return False
    shares = broker.startingcash / broker.p.fundstartval
    return bool(broker._fundhist) or broker.get_fundshares() != shares


def _of_executions(strategy: Any, moments: Column) -> tuple[float, Column, bool] | None:
    broker = strategy.broker
    if type(broker) is not BackBroker or cash_flowed(broker) or broker.p.coc:
        return None
    values = np.full(len(moments), float(broker.startingcash))
    bits = [(order.data, bit) for order in broker.orders for bit in order.executed.exbits]
    for data in dict.fromkeys(data for data, _ in bits):
        terms = broker.getcommissioninfo(data)
        profits = _profits(data, [bit for of, bit in bits if of is data], moments, terms.p.mult)
        if profits is None or not rests(terms):
            return None
        values += profits
    # whatever else moved cash shows in the end
    if not math.isclose(values[-1], broker.getvalue(), rel_tol=1e-9):
        return None
    return broker.startingcash, values, True


def _profits(data: Any, bits: list[Any], moments: Column, mult: float) -> Column | None:
    """What executions of one data came to at each step, by the close of its bar.

    None where it cannot be told in which step they were: on a bar that lasted several.
    """
    times, closes = np.array(data.datetime.array), np.array(data.close.array)
    bars = np.searchsorted(times, moments, "right") - 1
    steps = np.searchsorted(moments, [bit.dt for bit in bits])
    lasting = np.bincount(bars[bars >= 0], minlength=len(times))
    if steps.max() >= len(moments) or (bars[steps] < 0).any() or (lasting[bars[steps]] > 1).any():
        return None

    def summed(amounts: list[float]) -> Column:
        return np.cumsum(np.bincount(steps, amounts, len(moments)))

    sizes = summed([bit.size for bit in bits])
    paid = summed([bit.size * bit.price for bit in bits])
    worth = np.where(sizes == 0.0, 0.0, sizes * closes[bars])
    return (worth - paid) * mult - summed([bit.comm for bit in bits])


def largest_fall(course: Course) -> Fall:
    """Return the largest drawdown, by the arithmetic of the analyzer `DrawDown`."""
    values = course.values
    peaks = np.maximum.accumulate(values)
    money = peaks - values
    steps = np.arange(len(values))
    lengths = steps - np.maximum.accumulate(np.where(money == 0.0, steps, -1))
    return Fall(float((money / peaks).max()), float(money.max()), int(lengths.max()))


def sharpe(course: Course, timeframe: int) -> tuple[float | None, str]:
    """Return the Sharpe ratio brought to a year, and of which returns it is.

    Parameters
    ----------
    course
        Values; the last of each period counts.
    timeframe
        That of the bars, from `TimeFrame`; for bars below a day the periods are days.

    Returns
    -------
    ratio : float or None
        As ``SharpeRatio_A`` of these periods gives it; None where no return differs from another.
    basis : str
    """
    name, unit, in_year = _PERIODS.get(timeframe, _DAY)
    whole = np.floor(course.moments)
    late = course.moments - whole + _ROUNDING >= 1.0
    days = (whole + late).astype(np.int64) - _EPOCH
    if unit == "W":
        periods = (days + 3) // 7  # 1970-01-01 was a Thursday, and weeks begin on Mondays
    else:
        periods = days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64)
    last = np.flatnonzero(np.append(periods[1:] > periods[:-1], True))
    ends = np.concatenate(([course.start], course.values[last]))
    riskless = math.pow(1.0 + _RISKLESS, 1.0 / in_year) - 1.0
    excess = [float(each) - riskless for each in ends[1:] / ends[:-1] - 1.0]
    mean = average(excess)
    deviation = standarddev(excess, avgx=mean)
    # equal returns may differ in the last digit
    if len(excess) < 2 or deviation <= 1e-15:
        return None, name
    return math.sqrt(in_year) * mean / deviation, name
