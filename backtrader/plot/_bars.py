"""What the kinds of bars are made of: collections by price, and their pictures in legends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.colors as mcolors
import matplotlib.legend as mlegend
import numpy as np
from matplotlib.legend_handler import HandlerBase
from numpy.typing import ArrayLike, NDArray

from ._dense import Boxes, Curve, Strokes
from .utils import shade_color

__all__ = ["CLEAR", "Bodies", "Closes", "PlotHandler", "Ranges", "add_all", "by_direction"]
__all__ += ["bodies", "extend", "floats", "shaded", "slots", "wicks"]

Floats = NDArray[np.float64]

CLEAR = (0.0, 0.0, 0.0, 0.0)


def floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def by_direction(opens: ArrayLike, closes: ArrayLike, up: Any, down: Any) -> Floats:
    """Return the colour of each bar: `up` where it closes above its open."""
    rising = floats(opens) < floats(closes)
    pair = np.array([mcolors.to_rgba(down), mcolors.to_rgba(up)])
    return pair[rising.astype(np.intp)]


def shaded(color: Any, base: Any, percent: float) -> Any:
    """Return `color`, or where it is None a shade of `base`."""
    return color if color is not None else shade_color(base, percent)


def extend(ax: Any, count: int, lows: ArrayLike, highs: ArrayLike) -> None:
    """Have the axes leave room for `count` bars between the lowest and the highest price."""
    low = float(np.min(floats(lows), initial=np.inf))
    high = float(np.max(floats(highs), initial=-np.inf))
    if count and np.isfinite([low, high]).all():
        ax.update_datalim([(0, low), (count, high)])
    ax.autoscale_view()


class PlotHandler:
    """What draws a kind of bars, and its picture in a legend."""

    def pictures(self, artist: Any) -> None:
        """Have legends show `artist` as this handler pictures it."""
        artist._bt_handler = self
        mlegend.Legend.get_default_handler_map().setdefault(type(artist), _PICTURES)

    def legend_artist(self, legend: Any, orig_handle: Any, fontsize: Any, handlebox: Any) -> Any:
        """Draw the picture into the box of a legend; return its artists."""
        raise NotImplementedError


class _Pictures(HandlerBase):
    """Finds the handler of an artist: one entry for all charts in matplotlib's registry."""

    def legend_artist(self, legend: Any, orig_handle: Any, fontsize: Any, handlebox: Any) -> Any:
        """Draw the picture of `orig_handle`."""
        return orig_handle._bt_handler.legend_artist(legend, orig_handle, fontsize, handlebox)


_PICTURES = _Pictures()


class Bodies(Boxes):
    """The bodies of candles, or volumes."""


class Ranges(Strokes):
    """The strokes from lows to highs."""


class Closes(Curve):
    """The line of closes."""


def slots(handlebox: Any, count: int) -> tuple[Floats, float]:
    """Return where `count` bars stand in the box of a legend, and how wide they are."""
    width = handlebox.width / count
    return -handlebox.xdescent + width * (np.arange(count) + 0.5), width


def add_all(handlebox: Any, artists: Sequence[Any]) -> None:
    for artist in artists:
        artist.set_transform(handlebox.get_transform())
        handlebox.add_artist(artist)


def bodies(
    x: Floats, width: float, low: Floats, high: Floats, faces: Floats, edges: Floats, **looks: Any
) -> Bodies:
    """Return boxes `width` wide around `x`, between `low` and `high`."""
    half = width / 2.0
    return Bodies(
        x - half,
        x + half,
        low,
        high,
        facecolors=faces,
        edgecolors=edges,
        antialiaseds=(0,),
        linewidths=(0.5,),
        **looks,
    )


def wicks(
    x: Floats, prices: Sequence[Floats], colors: Floats, width: float, **looks: Any
) -> Ranges:
    """Return the strokes above and below the bodies of candles."""
    opens, highs, lows, closes = prices
    twice = np.concatenate([x, x])
    return Ranges(
        twice,
        np.concatenate([highs, lows]),
        twice,
        np.concatenate([np.maximum(opens, closes), np.minimum(opens, closes)]),
        colors=colors,
        linewidths=(width,),
        antialiaseds=(0,),
        **looks,
    )
