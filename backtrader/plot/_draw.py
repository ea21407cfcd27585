"""Drawing on matplotlib's axes what has been worked out, and small decisions about figures."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.ticker as mticker
import numpy as np

from ._curves import Curve, Fill, Prices
from ._dense import Curve as DenseCurve
from ._dense import TranslucentBoxes
from .finance import plot_candlestick, plot_lineonclose, plot_ohlc, plot_volume
from .formatters import MyVolFormatter
from .multicursor import MultiCursor

__all__ = ["area", "can_show", "cross_hair", "curve", "dates_below", "fills"]
__all__ += ["labelled", "legend", "limit", "prices", "save", "volume"]

# backends that draw without ever showing
_SILENT = frozenset(("agg", "cairo", "pdf", "pgf", "ps", "svg", "template"))


def curve(ax: Any, drawn: Curve) -> Any:
    """Draw a curve; return its artist."""
    if drawn.method == "bar":
        return _bars(ax, drawn.x, drawn.y, drawn.label, dict(drawn.looks))
    if drawn.method is None:
        line = ax.add_line(DenseCurve(drawn.x, drawn.y, label=drawn.label, **drawn.looks))
        ax.autoscale(enable=None)
        return line
    made = getattr(ax, drawn.method)(drawn.x, drawn.y, label=drawn.label, **drawn.looks)
    return made[0] if isinstance(made, (list, tuple)) else made


def _bars(ax: Any, x: Any, heights: Any, label: str, looks: dict[str, Any]) -> Any:
    """Draw upright bars as one collection, with the arguments of matplotlib's ``bar``."""
    width, bottom = looks.pop("width", 0.8), looks.pop("bottom", 0.0)
    left = x - (width / 2.0 if looks.pop("align", "center") == "center" else 0.0)
    looks["facecolor"] = looks.pop("color")
    looks.setdefault("edgecolor", "none")
    floor = np.broadcast_to(np.asarray(bottom, dtype=float), x.shape)
    boxes = TranslucentBoxes(left, left + width, floor, floor + heights, label=label, **looks)
    boxes.sticky_edges.y.append(float(floor.min(initial=0.0)))
    ax.add_collection(boxes)
    ax.autoscale_view()
    return boxes


def fills(ax: Any, drawn: Curve) -> None:
    """Draw the areas between a curve and others."""
    for fill in drawn.fills:
        ax.fill_between(
            drawn.x,
            drawn.y,
            fill.other,
            where=_where(drawn, fill),
            facecolor=fill.color,
            alpha=fill.alpha,
            interpolate=True,
        )


def _where(drawn: Curve, fill: Fill) -> Any:
    if fill.side == "both":
        return None
    return drawn.y > fill.other if fill.side == "above" else drawn.y < fill.other


def area(ax: Any, bars: Prices, color: Any, alpha: float) -> None:
    """Fill from the closes down to the lowest of them."""
    floor = np.nanmin(bars.closes, initial=np.inf)
    ax.fill_between(bars.x, bars.closes, floor, facecolor=color, alpha=alpha)


def prices(ax: Any, bars: Prices, scheme: Any, color: Any) -> Any:
    """Draw prices; return what stands for them in a legend."""
    span = (bars.x, bars.opens, bars.highs, bars.lows, bars.closes)
    found: Any
    if scheme.style in ("line", "area"):
        found = plot_lineonclose(ax, bars.x, bars.closes, color=color, label=bars.label)
        if scheme.style == "area":
            area(ax, bars, color, scheme.fillalpha)
    elif scheme.style.startswith("candle"):
        found = plot_candlestick(
            ax,
            *span,
            colorup=scheme.barup,
            colordown=scheme.bardown,
            alpha=scheme.baralpha,
            label=bars.label,
            fillup=scheme.barupfill,
            filldown=scheme.bardownfill,
        )
    else:
        colors = {"colorup": scheme.barup, "colordown": scheme.bardown}
        found = plot_ohlc(ax, *span, label=bars.label, **colors)
    ax.yaxis.set_major_locator(mticker.MaxNLocator(prune="both"))
    ax.yaxis.tick_right()
    return found[0]


def volume(ax: Any, bars: Prices, scheme: Any, behind: bool) -> Any:
    """Draw volume, `behind` prices or for itself; return the artist, None if there is none."""
    if not behind:
        ax.yaxis.tick_right()
    largest = float(np.nanmax(bars.volumes, initial=0.0))
    if not largest:
        ax.set_yticks([])
        return None
    (handle,) = plot_volume(
        ax,
        *(bars.x, bars.opens, bars.closes, bars.volumes),
        colorup=scheme.volup,
        colordown=scheme.voldown,
        alpha=scheme.voltrans if behind else 1.0,
        label=bars.label,
    )
    bins, prune = (int(6 / scheme.volscaling), None) if behind else (6, "both")
    if behind:
        ax.set_ylim(0, largest / scheme.volscaling, auto=True)
    ax.yaxis.set_major_locator(mticker.MaxNLocator(nbins=bins, prune=prune))
    ax.yaxis.set_major_formatter(MyVolFormatter(largest))
    return handle


def cross_hair(canvas: Any, axes: list[Any]) -> MultiCursor:
    """Return a cross hair over all panes."""
    looks: dict[str, Any] = {"color": "black", "lw": 1, "ls": ":"}
    return MultiCursor(canvas, axes, horizOn=True, vertOn=True, **looks)


def limit(ax: Any, data: Any, room: float) -> None:
    """Keep the prices of a feed in view, whatever is drawn over them later.

    Parameters
    ----------
    ax
        Where they are drawn.
    data
        The feed; ``plotinfo.plotylimited`` says whether to where no `room` is asked for.
    room
        To leave below them, as a part of the lowest price in view.
    """
    if room or data.plotinfo._get("plotylimited", True):
        low, high = ax.get_ylim()
        ax.set_ylim(low - low * room, high)


def labelled(ax: Any) -> tuple[list[Any], list[str]]:
    """Return what has a label on `ax`, in the order of a legend: bars come last."""
    handles, labels = ax.get_legend_handles_labels()
    order = sorted(range(len(handles)), key=lambda i: isinstance(handles[i], TranslucentBoxes))
    return [handles[i] for i in order], [labels[i] for i in order]


def legend(ax: Any, handles: list[Any], labels: list[str], loc: Any, prop: Any) -> None:
    """Draw a legend without a frame, where there is anything to name."""
    if handles:
        ax.legend(
            handles,
            labels,
            loc=loc,
            frameon=False,
            shadow=False,
            fancybox=False,
            prop=prop,
            numpoints=1,
        )


def dates_below(axes: list[Any], rotation: float) -> None:
    """Show dates below the lowest pane only."""
    lowest = min(ax.get_position().y0 for ax in axes)
    for ax in axes:
        bottom = ax.get_position().y0 < lowest + 1e-6
        ax.tick_params(axis="x", labelbottom=bottom, labelrotation=rotation if bottom else 0)


def can_show(inline: bool) -> bool:
    """Return whether the backend has windows, or a notebook to show figures in if `inline`."""
    backend = matplotlib.get_backend().lower()
    if backend in _SILENT:
        return False
    return inline or "inline" not in backend or "ipykernel" not in sys.modules


def save(
    plotter: Any,
    figures: list[list[Any]],
    path: str | os.PathLike[str],
    width: float,
    height: float,
    dpi: int,
    tight: bool,
) -> list[Path]:
    """Write the figures to files; return their paths: further ones have a number at the end."""
    target, written = Path(path), []
    for number, figure in enumerate(itertools.chain.from_iterable(figures), start=1):
        place = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
        plotter.savefig(figure, place, width=width, height=height, dpi=dpi, tight=tight)
        written.append(place)
    return written
