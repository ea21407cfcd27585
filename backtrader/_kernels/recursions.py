"""Functions in which each value follows from the one before.

Each reads `src`, float64 ``(n,)``, and writes the results for the bars `start` to `end` (excluded)
into `out`, float64 ``(n,)``, going on from ``out[start - 1]``. They are loops over Python floats,
which are several times as fast to read as the elements of an array, and give bit for bit what a
single step gives.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from .scratch import room

Values = NDArray[np.float64]


def running_total(src: Values, first: float, start: int, end: int, out: Values) -> None:
    """Write `first` plus the values from `start` on, added one by one."""
    sums = accumulate(src[start:end].tolist(), initial=first)
    next(sums)
    out[start:end] = list(sums)


def smooth(src: Values, alpha: float, start: int, end: int, out: Values) -> None:
    """Write ``out[-1] * (1 - alpha) + src * alpha``."""
    keep = 1.0 - alpha
    gains = np.multiply(src[start:end], alpha, room("gains", end - start))
    settled = settling(keep)
    # pieces cost three array operations for each of the bars they are long: bench/indicators.py
    if not 0 < 64 * settled < end - start or not np.isfinite(gains).all():
        out[start:end] = decayed(gains.tolist(), keep, float(out[start - 1]))
    else:
        side_by_side(gains, keep, float(out[start - 1]), settled, out[start:end])


def decayed(gains: list[float], keep: float, value: float) -> list[float]:
    """Return ``value * keep + gain`` from gain to gain, one after the other."""
    values: list[float] = []
    append = values.append
    for gain in gains:
        value = value * keep + gain
        append(value)
    return values


def settling(keep: float) -> int:
    """Return after how many bars two starting values have most likely led to the same, bit for bit.

    Their distance shrinks by `keep` per bar, to below the last place of a float. From there on
    rounding brings them together with a chance of about ``1 - keep`` per bar. Where that takes
    too long to be of use the result is 0.
    """
    return int(60.0 / (1.0 - keep)) if 0.0 < keep < 0.97 else 0


def side_by_side(gains: Values, keep: float, value: float, settled: int, out: Values) -> None:
    """Write what `decayed` returns for many bars, from pieces that are computed at the same time.

    Each piece starts `settled` bars early, from a guess. Where it has by its first bar come to the
    very value at which the piece before ends, which is checked, it goes on as a single run would.
    Where not, it is computed again from that value, until the two meet.
    """
    length = 2 * settled
    count = (len(gains) - 1) // length + 1
    padded = room("padded", settled + count * length)
    padded[:settled] = padded[settled + len(gains) :] = 0.0
    padded[settled : settled + len(gains)] = gains
    pieces = np.lib.stride_tricks.sliding_window_view(padded, settled + length)[::length]
    columns = room("columns", pieces.size).reshape(pieces.shape[::-1])
    columns[:] = pieces.T
    before = columns[0] / (1.0 - keep)
    scaled, keeps = np.empty_like(before), np.full_like(before, keep)
    multiply, add = np.multiply, np.add  # into arrays that are there: half the time of `*=`, `+=`
    for row in columns:
        multiply(before, keeps, scaled)
        add(scaled, row, row)
        before = row
    starts = columns[settled - 1]
    results = room("padded", count * length).reshape(count, length)
    results[:] = columns[settled:].T
    results[0] = decayed(gains[:length].tolist(), keep, value)
    for piece in range(1, count):
        before = float(results[piece - 1, -1])
        first = piece * length
        if before == starts[piece]:
            continue
        if not _rejoin(results[piece], gains[first : first + settled], keep, before):
            results[piece:] = 0.0
            results.reshape(-1)[first : len(gains)] = decayed(gains[first:].tolist(), keep, before)
            break
    out[:] = results.reshape(-1)[: len(gains)]


def _rejoin(values: Values, gains: Values, keep: float, value: float) -> bool:
    """Go on from `value` in place of `values` until both are the same; tell whether they met."""
    right = decayed(gains.tolist(), keep, value)
    met = np.flatnonzero(values[: len(right)] == right)
    if len(met):
        values[: met[0]] = right[: met[0]]
    return len(met) > 0


def smooth_by(src: Values, alpha: Values, start: int, end: int, out: Values) -> None:
    """Write ``out[-1] * (1 - alpha) + src * alpha``, with an `alpha` for each bar."""
    value = float(out[start - 1])
    keeps = (1.0 - alpha[start:end]).tolist()
    gains = (src[start:end] * alpha[start:end]).tolist()
    values: list[float] = []
    append = values.append
    for keep, gain in zip(keeps, gains, strict=True):
        value = value * keep + gain
        append(value)
    out[start:end] = values


def last_nonzero(src: Values, first: float, start: int, end: int, out: Values) -> None:
    """Write the value of the latest bar from `start` on at which it was not 0, `first` before there
    was one."""
    values = src[start:end]
    latest = np.maximum.accumulate(np.where(values != 0.0, np.arange(1, end - start + 1), 0))
    out[start:end] = np.concatenate(([first], values))[latest]


def corrected(value: float, average: float, before: float, alpha: float, limit: int) -> float:
    """Return the new value of an error correcting average.

    Parameters
    ----------
    value, average
        The price and its plain average.
    before
        The error correcting average of the bar before.
    alpha
        Weight of the newest value.
    limit
        Largest gain, in tenths.
    """
    keep = (1.0 - alpha) * before
    error = value - before
    best, least = 0.0, float("inf")
    for tenths in _gains(value, average, before, alpha, limit):
        candidate = alpha * (average + tenths / 10.0 * error) + keep
        distance = abs(value - candidate)
        if distance < least:
            best, least = tenths / 10.0, distance
    return alpha * (average + best * error) + keep


def _gains(value: float, average: float, before: float, alpha: float, limit: int) -> range:
    """The gains, in tenths, among which the best one is.

    The distance falls in a straight line up to the best gain and rises from there, so its
    neighbours are enough, unless a tenth makes so little a difference that rounding decides.
    """
    slope = alpha * (value - before) / 10.0
    if not abs(slope) > 1e-9 * max(abs(value), abs(before), abs(average)):
        return range(-limit, limit + 1)
    best = (value - alpha * average - (1.0 - alpha) * before) / slope
    if not abs(best) < limit:
        return range(-limit, -limit + 1) if best < 0 else range(limit, limit + 1)
    middle = round(best)
    return range(max(middle - 1, -limit), min(middle + 1, limit) + 1)


def error_correcting(
    src: Values, average: Values, alpha: float, limit: int, start: int, end: int, out: Values
) -> None:
    """Write the error correcting average of `src` from its plain `average`: see `corrected`."""
    value = float(out[start - 1])
    values: list[float] = []
    for price, mean in zip(src[start:end].tolist(), average[start:end].tolist(), strict=True):
        value = corrected(price, mean, value, alpha, limit)
        values.append(value)
    out[start:end] = values
