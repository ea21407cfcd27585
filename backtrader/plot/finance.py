"""Prices and volumes as collections of bars, with their pictures for legends."""

from __future__ import annotations

from typing import Any, ClassVar

import matplotlib.colors as mcolors
import numpy as np
from numpy.typing import ArrayLike

from ._bars import (
    CLEAR,
    Closes,
    PlotHandler,
    Ranges,
    add_all,
    bodies,
    by_direction,
    extend,
    floats,
    shaded,
    slots,
    wicks,
)
from ._dense import Strokes

__all__ = ["CandlestickPlotHandler", "LineOnClosePlotHandler", "OHLCPlotHandler"]
__all__ += ["VolumePlotHandler", "plot_candlestick", "plot_lineonclose", "plot_ohlc"]
__all__ += ["plot_volume"]


class CandlestickPlotHandler(PlotHandler):
    """Candles on `ax`.

    Parameters
    ----------
    ax
        Where to draw.
    x, opens, highs, lows, closes
        Places and prices, of one length.
    colorup, colordown
        Of bodies that close above their open, and of others.
    edgeup, edgedown
        Of their edges; None takes a shade of the body, changed by `edgeshading` percent.
    tickup, tickdown
        Of the wicks; None takes those of the edges.
    width, tickwidth
        Of bodies, as a part of the space for one, and of wicks, in points.
    edgeadjust
        How much narrower bodies are, on each side.
    alpha
        Opacity of bodies.
    label
        For legends.
    fillup, filldown
        Fill the bodies.
    **kwargs
        For the collections.

    Attributes
    ----------
    barcol, tickcol
        The collections of bodies and of wicks.
    """

    legend_opens: ClassVar[list[float]] = [0.50, 0.50, 0.50]
    legend_highs: ClassVar[list[float]] = [1.00, 1.00, 1.00]
    legend_lows: ClassVar[list[float]] = [0.00, 0.00, 0.00]
    legend_closes: ClassVar[list[float]] = [0.80, 0.00, 1.00]

    def __init__(
        self,
        ax: Any,
        x: ArrayLike,
        opens: ArrayLike,
        highs: ArrayLike,
        lows: ArrayLike,
        closes: ArrayLike,
        colorup: Any = "k",
        colordown: Any = "r",
        edgeup: Any = None,
        edgedown: Any = None,
        tickup: Any = None,
        tickdown: Any = None,
        width: float = 1,
        tickwidth: float = 1,
        edgeadjust: float = 0.05,
        edgeshading: float = -10,
        alpha: float = 1.0,
        label: str = "_nolegend",
        fillup: bool = True,
        filldown: bool = True,
        **kwargs: Any,
    ) -> None:
        self.colorup = mcolors.to_rgba(colorup, alpha)
        self.colordown = mcolors.to_rgba(colordown, alpha)
        self.edgeup = shaded(edgeup, colorup, edgeshading)
        self.edgedown = shaded(edgedown, colordown, edgeshading)
        self.tickup = tickup if tickup is not None else self.edgeup
        self.tickdown = tickdown if tickdown is not None else self.edgedown
        fills: dict[str, Any] = {"label": label, "fillup": fillup, "filldown": filldown}
        made = self.barcollection(
            x, opens, highs, lows, closes, width, tickwidth, edgeadjust, **fills, **kwargs
        )
        self.barcol, self.tickcol = made
        self.pictures(self.barcol)
        ax.add_collection(self.tickcol)
        ax.add_collection(self.barcol)
        extend(ax, len(floats(lows)), lows, highs)

    def barcollection(
        self,
        xs: ArrayLike,
        opens: ArrayLike,
        highs: ArrayLike,
        lows: ArrayLike,
        closes: ArrayLike,
        width: float,
        tickwidth: float = 1,
        edgeadjust: float = 0,
        label: str = "_nolegend",
        scaling: float = 1.0,
        bot: float = 0,
        fillup: bool = True,
        filldown: bool = True,
        **kwargs: Any,
    ) -> tuple[Any, Any]:
        """Return the collections of bodies and wicks, of prices times `scaling` plus `bot`."""
        x = floats(xs)
        scaled = [floats(price) * scaling + bot for price in (opens, highs, lows, closes)]
        up, down = self.colorup if fillup else CLEAR, self.colordown if filldown else CLEAR
        faces = by_direction(opens, closes, up, down)
        edges = by_direction(opens, closes, self.edgeup, self.edgedown)
        made = bodies(
            x, width - 2 * edgeadjust, scaled[0], scaled[3], faces, edges, label=label, **kwargs
        )
        colors = by_direction(opens, closes, self.tickup, self.tickdown)
        behind = made.get_zorder() * 0.9999
        return made, wicks(x, scaled, colors, tickwidth, zorder=behind, **kwargs)

    def legend_artist(self, legend: Any, orig_handle: Any, fontsize: Any, handlebox: Any) -> Any:
        """Draw three candles into the box of a legend; return their collections."""
        xs, width = slots(handlebox, len(self.legend_opens))
        artists = self.barcollection(
            xs,
            self.legend_opens,
            self.legend_highs,
            self.legend_lows,
            self.legend_closes,
            width=width,
            tickwidth=2,
            scaling=handlebox.height,
            bot=-handlebox.ydescent,
        )
        add_all(handlebox, artists)
        return artists


class VolumePlotHandler(PlotHandler):
    """Volumes as bars on `ax`.

    Parameters
    ----------
    ax, x
        Where to draw.
    opens, closes, volumes
        Of the bars; the prices choose the colour.
    colorup, colordown, edgeup, edgedown, edgeshading, edgeadjust, width, alpha, **kwargs
        See `CandlestickPlotHandler`.

    Attributes
    ----------
    barcol
        The collection of bars.
    """

    legend_vols: ClassVar[list[float]] = [0.5, 1.0, 0.75]
    legend_opens: ClassVar[list[float]] = [0, 1, 0]
    legend_closes: ClassVar[list[float]] = [1, 0, 1]

    def __init__(
        self,
        ax: Any,
        x: ArrayLike,
        opens: ArrayLike,
        closes: ArrayLike,
        volumes: ArrayLike,
        colorup: Any = "k",
        colordown: Any = "r",
        edgeup: Any = None,
        edgedown: Any = None,
        edgeshading: float = -5,
        edgeadjust: float = 0.05,
        width: float = 1,
        alpha: float = 1.0,
        **kwargs: Any,
    ) -> None:
        self.colorup = mcolors.to_rgba(colorup, alpha)
        self.colordown = mcolors.to_rgba(colordown, alpha)
        self.edgeup = shaded(edgeup, colorup, edgeshading)
        self.edgedown = shaded(edgedown, colordown, edgeshading)
        self.barcol = self.barcollection(x, opens, closes, volumes, width, edgeadjust, **kwargs)
        self.pictures(self.barcol)
        ax.add_collection(self.barcol)
        extend(ax, len(floats(x)), 0.0, volumes)

    def barcollection(
        self,
        x: ArrayLike,
        opens: ArrayLike,
        closes: ArrayLike,
        vols: ArrayLike,
        width: float,
        edgeadjust: float = 0,
        vscaling: float = 1.0,
        vbot: float = 0,
        **kwargs: Any,
    ) -> Any:
        """Return the collection of bars, from `vbot` up to volumes times `vscaling` plus `vbot`."""
        xs, tops = floats(x), floats(vols) * vscaling + vbot
        faces = by_direction(opens, closes, self.colorup, self.colordown)
        edges = by_direction(opens, closes, self.edgeup, self.edgedown)
        floor = np.full(len(xs), float(vbot))
        return bodies(xs, width - 2 * edgeadjust, floor, tops, faces, edges, **kwargs)

    def legend_artist(self, legend: Any, orig_handle: Any, fontsize: Any, handlebox: Any) -> Any:
        """Draw three bars into the box of a legend; return their collection."""
        xs, width = slots(handlebox, len(self.legend_vols))
        bars = self.barcollection(
            xs,
            self.legend_opens,
            self.legend_closes,
            self.legend_vols,
            width=width,
            vscaling=handlebox.height,
            vbot=-handlebox.ydescent,
        )
        add_all(handlebox, [bars])
        return bars


class OHLCPlotHandler(PlotHandler):
    """Bars with ticks for the open and the close on `ax`.

    Parameters
    ----------
    ax, x, opens, highs, lows, closes
        See `CandlestickPlotHandler`.
    colorup, colordown
        Of bars that close above their open, and of others.
    width
        Of the bars, in points.
    tickwidth
        Of the ticks: their length, and their width in points.
    alpha, label, **kwargs
        See `CandlestickPlotHandler`.

    Attributes
    ----------
    barcol, opencol, closecol
        The collections of bars and of ticks.
    """

    legend_opens: ClassVar[list[float]] = [0.50, 0.50, 0.50]
    legend_highs: ClassVar[list[float]] = [1.00, 1.00, 1.00]
    legend_lows: ClassVar[list[float]] = [0.00, 0.00, 0.00]
    legend_closes: ClassVar[list[float]] = [0.80, 0.20, 0.90]

    def __init__(
        self,
        ax: Any,
        x: ArrayLike,
        opens: ArrayLike,
        highs: ArrayLike,
        lows: ArrayLike,
        closes: ArrayLike,
        colorup: Any = "k",
        colordown: Any = "r",
        width: float = 1,
        tickwidth: float = 0.5,
        alpha: float = 1.0,
        label: str = "_nolegend",
        **kwargs: Any,
    ) -> None:
        self.colorup = mcolors.to_rgba(colorup, alpha)
        self.colordown = mcolors.to_rgba(colordown, alpha)
        made = self.barcollection(
            x, opens, highs, lows, closes, width, tickwidth, label=label, **kwargs
        )
        self.barcol, self.opencol, self.closecol = made
        self.pictures(self.barcol)
        for collection in made:
            ax.add_collection(collection)
        extend(ax, len(floats(lows)), lows, highs)

    def barcollection(
        self,
        xs: ArrayLike,
        opens: ArrayLike,
        highs: ArrayLike,
        lows: ArrayLike,
        closes: ArrayLike,
        width: float,
        tickwidth: float,
        label: str = "_nolegend",
        scaling: float = 1.0,
        bot: float = 0,
        **kwargs: Any,
    ) -> tuple[Any, Any, Any]:
        """Return the collections of bars and ticks, of prices times `scaling` plus `bot`."""
        x = floats(xs)
        first, high, low, last = (
            floats(price) * scaling + bot for price in (opens, highs, lows, closes)
        )
        looks = {
            "colors": by_direction(opens, closes, self.colorup, self.colordown),
            "antialiaseds": (0,),
            **kwargs,
        }
        ticks = {"linewidths": (tickwidth,), "label": "_nolegend", "flat": True, **looks}
        return (
            Ranges(x, low, x, high, linewidths=(width,), label=label, **looks),
            Strokes(x - tickwidth, first, x, first, **ticks),
            Strokes(x, last, x + tickwidth, last, **ticks),
        )

    def legend_artist(self, legend: Any, orig_handle: Any, fontsize: Any, handlebox: Any) -> Any:
        """Draw three bars into the box of a legend; return their collections."""
        xs, width = slots(handlebox, len(self.legend_opens))
        artists = self.barcollection(
            xs,
            self.legend_opens,
            self.legend_highs,
            self.legend_lows,
            self.legend_closes,
            width=1.5,
            tickwidth=min(2.0, width / 4.0),
            scaling=handlebox.height,
            bot=-handlebox.ydescent,
        )
        add_all(handlebox, artists)
        return artists


class LineOnClosePlotHandler(PlotHandler):
    """A line of closes on `ax`, its width in points; the line itself is ``loc``."""

    legend_closes: ClassVar[list[float]] = [0.00, 0.66, 0.33, 1.00]

    def __init__(
        self,
        ax: Any,
        x: ArrayLike,
        closes: ArrayLike,
        color: Any = "k",
        width: float = 1,
        alpha: float = 1.0,
        label: str = "_nolegend",
        **kwargs: Any,
    ) -> None:
        self.color = color
        self.alpha = alpha
        (self.loc,) = self.barcollection(x, closes, width, label=label, **kwargs)
        self.pictures(self.loc)
        ax.add_line(self.loc)
        ax.autoscale_view()

    def barcollection(
        self,
        xs: ArrayLike,
        closes: ArrayLike,
        width: float,
        label: str = "_nolegend",
        scaling: float = 1.0,
        bot: float = 0,
        **kwargs: Any,
    ) -> tuple[Any]:
        """Return the line of closes times `scaling` plus `bot`."""
        line = Closes(
            floats(xs),
            floats(closes) * scaling + bot,
            color=self.color,
            linewidth=width,
            label=label,
            alpha=self.alpha,
            **kwargs,
        )
        return (line,)

    def legend_artist(self, legend: Any, orig_handle: Any, fontsize: Any, handlebox: Any) -> Any:
        """Draw a short line into the box of a legend; return it."""
        xs, _ = slots(handlebox, len(self.legend_closes))
        artists = self.barcollection(
            xs, self.legend_closes, 1.5, scaling=handlebox.height, bot=-handlebox.ydescent
        )
        add_all(handlebox, artists)
        return artists


def plot_candlestick(
    ax: Any,
    x: ArrayLike,
    opens: ArrayLike,
    highs: ArrayLike,
    lows: ArrayLike,
    closes: ArrayLike,
    colorup: Any = "k",
    colordown: Any = "r",
    edgeup: Any = None,
    edgedown: Any = None,
    tickup: Any = None,
    tickdown: Any = None,
    width: float = 1,
    tickwidth: float = 1.25,
    edgeadjust: float = 0.05,
    edgeshading: float = -10,
    alpha: float = 1.0,
    label: str = "_nolegend",
    fillup: bool = True,
    filldown: bool = True,
    **kwargs: Any,
) -> tuple[Any, Any]:
    """Draw candles, see `CandlestickPlotHandler`; return the bodies and the wicks."""
    handler = CandlestickPlotHandler(
        ax,
        *(x, opens, highs, lows, closes),
        *(colorup, colordown, edgeup, edgedown, tickup, tickdown),
        width=width,
        tickwidth=tickwidth,
        edgeadjust=edgeadjust,
        edgeshading=edgeshading,
        alpha=alpha,
        label=label,
        fillup=fillup,
        filldown=filldown,
        **kwargs,
    )
    return handler.barcol, handler.tickcol


def plot_volume(
    ax: Any,
    x: ArrayLike,
    opens: ArrayLike,
    closes: ArrayLike,
    volumes: ArrayLike,
    colorup: Any = "k",
    colordown: Any = "r",
    edgeup: Any = None,
    edgedown: Any = None,
    edgeshading: float = -5,
    edgeadjust: float = 0.05,
    width: float = 1,
    alpha: float = 1.0,
    **kwargs: Any,
) -> tuple[Any]:
    """Draw volumes, see `VolumePlotHandler`; return the bars."""
    colors = (colorup, colordown, edgeup, edgedown)
    sizes = (edgeshading, edgeadjust, width, alpha)
    handler = VolumePlotHandler(ax, x, opens, closes, volumes, *colors, *sizes, **kwargs)
    return (handler.barcol,)


def plot_ohlc(
    ax: Any,
    x: ArrayLike,
    opens: ArrayLike,
    highs: ArrayLike,
    lows: ArrayLike,
    closes: ArrayLike,
    colorup: Any = "k",
    colordown: Any = "r",
    width: float = 1.5,
    tickwidth: float = 0.5,
    alpha: float = 1.0,
    label: str = "_nolegend",
    **kwargs: Any,
) -> tuple[Any, Any, Any]:
    """Draw bars, see `OHLCPlotHandler`; return the bars, the opens and the closes."""
    prices = (x, opens, highs, lows, closes)
    sizes: Any = (colorup, colordown, width, tickwidth, alpha, label)
    handler = OHLCPlotHandler(ax, *prices, *sizes, **kwargs)
    return handler.barcol, handler.opencol, handler.closecol


def plot_lineonclose(
    ax: Any,
    x: ArrayLike,
    closes: ArrayLike,
    color: Any = "k",
    width: float = 1.5,
    alpha: float = 1.0,
    label: str = "_nolegend",
    **kwargs: Any,
) -> tuple[Any]:
    """Draw a line of closes, see `LineOnClosePlotHandler`; return it."""
    handler = LineOnClosePlotHandler(ax, x, closes, color, width, alpha, label, **kwargs)
    return (handler.loc,)
