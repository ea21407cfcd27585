"""What is drawn for an indicator or observer: its lines with their labels, looks and fills."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..dataseries import TimeFrame
from ._window import Window

__all__ = ["Curve", "Fill", "Palette", "Prices", "curves", "prices"]

Floats = NDArray[np.float64]


class Palette(Protocol):
    """Hands out the colours of a pane, one after another."""

    def next(self) -> Any:
        """Return the next colour."""

    def current(self) -> Any:
        """Return the colour handed out last."""


@dataclass(frozen=True)
class Fill:
    """An area between a curve and another, or a value.

    Attributes
    ----------
    other
        float64 ``(n,)`` or a number.
    side : str
        Fill where the curve is "above", "below", or "both".
    color
        Of the area.
    alpha : float
        Its opacity.
    """

    other: Any
    side: str
    color: Any
    alpha: float


@dataclass(frozen=True)
class Curve:
    """A line to be drawn.

    Attributes
    ----------
    label : str
        For the legend; starts with an underscore where it is not to be in it.
    x, y
        Places along the time axis and values, float64 ``(n,)``; NaN is a hole.
    method : str or None
        Method of matplotlib's axes to draw it with; None is a plain line.
    looks : dict
        Keyword arguments for it.
    accent
        Colour of the tag.
    last : float
        The last value in the window; NaN where there is none.
    tagged : bool
        Whether to tag it.
    fills : list of Fill
    """

    label: str
    x: Floats
    y: Floats
    method: str | None
    looks: dict[str, Any]
    accent: Any
    last: float
    tagged: bool
    fills: list[Fill] = field(default_factory=list)


@dataclass(frozen=True)
class Prices:
    """The bars of a feed in a window: places along the time axis, prices, volumes, label."""

    x: NDArray[np.int64]
    opens: Floats
    highs: Floats
    lows: Floats
    closes: Floats
    volumes: Floats
    label: str


def prices(data: Any, window: Window, scheme: Any) -> Prices:
    """Return the bars of `data` in `window`."""
    part, places = window.bars(data)
    found = [_values(getattr(data.lines, name), part) for name in _OHLCV]
    opens, highs, lows, closes, volumes = found
    label = title_of(data)
    if len(closes) and scheme.linevalues and data.plotinfo._get("plotlinevalues", True):
        shown = {"O": opens, "H": highs, "L": lows, "C": closes}
        if scheme.style in ("line", "area"):
            shown = {"C": closes}
        label += "".join(f" {letter}:{values[-1]:.2f}" for letter, values in shown.items())
    return Prices(places, opens, highs, lows, closes, volumes, label)


_OHLCV = ("open", "high", "low", "close", "volume")


def title_of(data: Any) -> str:
    """Return the name of `data` with its timeframe."""
    name = data._name or data.plotinfo._get("plotname") or ""
    timeframe = TimeFrame.getname(data._timeframe, data._compression)
    return f"{name} ({data._compression} {timeframe})"


def _values(line: Any, part: slice) -> Floats:
    array = line.array
    stop = min(part.stop, len(array))
    found = np.array(array[min(part.start, stop) : stop], dtype=np.float64)
    missing = part.stop - part.start - len(found)
    return np.append(found, np.full(missing, np.nan)) if missing else found


def curves(item: Any, window: Window, scheme: Any, palette: Palette, apart: bool) -> list[Curve]:
    """Return what to draw for `item`, an indicator or observer.

    Parameters
    ----------
    item
        With lines, ``plotinfo`` and ``plotlines``.
    window
        The bars to show.
    scheme : PlotScheme
        Options of the chart.
    palette
        Colours of the pane.
    apart : bool
        It has a pane of its own, where each line is named.
    """
    part, places = window.bars(item)
    wanted = list(_shown_lines(item))
    # legends list what is no plain line last: the title goes over what comes first after them
    titled = sum("_method" in looks for _, _, looks in wanted) % max(1, len(wanted))
    named = apart or bool(item.plotinfo.plotlinelabels)
    made = []
    for number, (index, alias, looks) in enumerate(wanted):
        y = _values(item.lines.lines[index], part)
        last = float(y[-1]) if len(y) else math.nan
        label = _label(item, alias, looks, number == titled, named)
        if not math.isnan(last) and _both(scheme.linevalues, item, "plotlinevalues", looks):
            label += f" {last:.2f}"
        fills = list(_fills(item, looks, part, scheme))
        x = places.astype(np.float64)
        if looks.get("_skipnan"):
            there = ~np.isnan(y)
            x, y = x[there], y[there]
            fills = [_cut(fill, there) for fill in fills]
        style = _style(looks, palette)
        tagged = _both(scheme.valuetags, item, "plotvaluetags", looks)
        made.append(
            Curve(
                label,
                x,
                y,
                looks.get("_method"),
                style,
                palette.current(),
                last,
                bool(tagged) and not math.isnan(last),
                fills,
            )
        )
    return made


def _shown_lines(item: Any) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield number, name and looks of the lines to draw."""
    for index in range(item.lines.size()):
        alias = item.lines._getlinealias(index)
        looks = {
            **_looks(item.plotlines, alias),
            **_looks(item.plotlines, f"_{index}"),
        }
        if not looks.get("_plotskip"):
            yield index, alias, looks


def _looks(plotlines: Any, name: str) -> dict[str, Any]:
    entry = getattr(plotlines, name, None)
    if entry is None or isinstance(entry, dict):
        return dict(entry or {})
    return {**entry._getkwargs(), **vars(entry)}


_FLAGS = {"plotlinevalues": "_plotvalue", "plotvaluetags": "_plotvaluetag"}


def _both(general: bool, item: Any, name: str, looks: dict[str, Any]) -> bool:
    """Return whether scheme, object and line all want what `name` stands for."""
    wanted = general and item.plotinfo._get(name, True)
    return bool(wanted and looks.get(_FLAGS[name], True))


def _label(item: Any, alias: str, looks: dict[str, Any], titled: bool, named: bool) -> str:
    if not named:
        return str(item.plotlabel()) if titled else "_nolegend"
    name = str(looks.get("_name") or alias)
    return f"{item.plotlabel()}\n{name}" if titled else name


def _style(looks: dict[str, Any], palette: Palette) -> dict[str, Any]:
    """Return the keyword arguments for matplotlib, with a colour."""
    style = {name: value for name, value in looks.items() if not name.startswith("_")}
    if "color" not in style:
        style["color"] = palette.current() if looks.get("_samecolor") else palette.next()
    return style


_SIDES = {"_fill_gt": "above", "_fill_lt": "below", "_fill": "both"}


def _fills(item: Any, looks: dict[str, Any], part: slice, scheme: Any) -> Iterator[Fill]:
    for name, side in _SIDES.items():
        if looks.get(name) is None:
            continue
        other, color = looks[name]
        if isinstance(other, str):
            other = _values(getattr(item.lines, other), part)
        alpha = scheme.fillalpha
        if isinstance(color, (tuple, list)) and len(color) == 2:
            color, alpha = color
        yield Fill(other, side, color, alpha)


def _cut(fill: Fill, there: NDArray[np.bool_]) -> Fill:
    other = fill.other[there] if isinstance(fill.other, np.ndarray) else fill.other
    return Fill(other, fill.side, fill.color, fill.alpha)
