"""Collections of very many bars, and lines through very many points.

The bars are held as arrays, complete, and as paths only once somebody asks for them. Where several
share a column of pixels and are opaque, they are painted into the pixels directly, in their order
(never in svg or pdf): they look as if each were drawn, within a pixel, bench/plotting.py.
"""

from __future__ import annotations

import copy
import inspect
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

__all__ = ["Boxes", "Curve", "Strokes", "TranslucentBoxes"]

Floats = NDArray[np.float64]

# below this many in a column of pixels, all are drawn
_CROWDED = 3


class _Dense:
    """What the two kinds of collections share: arrays in the place of paths."""

    _corners: Floats  # (n, corners, 2)
    axes: Any
    stale: bool
    _built: list[Path] | None = None
    _cap = 0.0  # how much of the width of an edge bars are longer by
    _flat = False  # strokes along the time axis: they cover no more than themselves

    def _path_codes(self) -> list[Any]:
        raise NotImplementedError

    def get_paths(self) -> list[Path]:
        """Return the paths of all bars."""
        if self._built is None:
            self._built = self._paths_of(self._corners)
        return self._built

    def _paths_of(self, corners: Floats) -> list[Path]:
        codes = self._path_codes()
        if len(codes) > corners.shape[1]:
            corners = np.concatenate([corners, corners[:, :1]], axis=1)
        # one array of codes for all: checking one for each path takes most of the time otherwise
        shared = np.array(codes, dtype=Path.code_type)
        template = Path(corners[0], shared) if len(corners) else None
        return [_like(template, points) for points in corners]

    def get_datalim(self, transData: Any) -> Bbox:
        """Return the box around all bars, in the coordinates that `transData` starts from."""
        points = self._corners[np.isfinite(self._corners).all(axis=(1, 2))].reshape(-1, 2)
        if not len(points):
            return Bbox.null()
        ends = np.array([points.min(axis=0), points.max(axis=0)])
        placed: Any = self
        return Bbox((placed.get_transform() - transData).transform(ends))

    def _pixels(self) -> tuple[Floats, NDArray[np.intp]]:
        """Return the corners in pixels of what may be seen, and the numbers of these bars."""
        flat = self._corners.reshape(-1, 2)
        pixels = self.axes.transData.transform(flat).reshape(self._corners.shape)
        box, center = self.axes.bbox, pixels[:, :, 0].mean(axis=1)
        seen = (center > box.x0 - 1) & (center < box.x1 + 1) & np.isfinite(pixels).all(axis=(1, 2))
        numbers = np.nonzero(seen)[0]
        return pixels[numbers], numbers

    def draw(self, renderer: Any) -> None:
        """Draw the bars; where they are crowded and opaque, straight into pixels."""
        artist: Any = self
        edges = np.atleast_2d(artist.get_edgecolor())
        opaque = len(edges) and (edges[:, -1] == 1.0).all()
        if not opaque or not _paints(self, renderer, len(self._corners)):
            super().draw(renderer)  # type: ignore[misc]
            return
        pixels, numbers = self._pixels()
        if not _paints(self, renderer, len(numbers)):
            super().draw(renderer)  # type: ignore[misc]
            return
        if _only_measures(renderer):
            return
        canvas = _Canvas(self.axes)
        width = float(renderer.points_to_pixels(artist.get_linewidth()[0]))
        across, upright = (pixels[:, :, side] - canvas.origin[side] for side in (0, 1))
        first, after = _cells(across, width, 0.0 if self._flat else 1.0)
        low, high = _cells(upright, width, 1.0 if self._flat else self._cap)
        packed = _packed(edges[numbers % len(edges)])
        pixel = canvas.pixels
        spans = zip(*(x.tolist() for x in (low, high, first, after)), packed, strict=True)
        for bottom, top, begin, end, color in spans:
            pixel[bottom:top, begin:end] = color
        canvas.show(self, renderer)


class Curve(Line2D):
    """A line; through very many points it is painted column by column of pixels."""

    def draw(self, renderer: Any) -> None:
        """Draw the line."""
        plain = self.get_linestyle() == "-" and self.get_drawstyle() == "default"
        plain = plain and self.get_marker() in ("None", None, "", " ")
        if not plain or not self.get_visible() or not _paints(self, renderer, self._count()):
            super().draw(renderer)
            return
        if _only_measures(renderer):
            return
        canvas = _Canvas(self.axes)
        radius = float(renderer.points_to_pixels(self.get_linewidth())) / 2.0
        found = self._spans(canvas)
        if found is None:
            super().draw(renderer)
            return
        low, high = _spread(*found, radius)
        red, green, blue, alpha = to_rgba(self.get_color(), self.get_alpha())
        shades = _packed(np.array([[red, green, blue, alpha * n / 255.0] for n in range(256)]))
        _fill_columns(canvas.pixels, low, high, shades)
        canvas.show(self, renderer)

    def _count(self) -> int:
        return len(np.atleast_1d(self.get_xdata(orig=False)))

    def _spans(self, canvas: _Canvas) -> tuple[Floats, Floats] | None:
        """Return where the line begins and ends in each column; None where it is not crowded."""
        points = np.column_stack([self.get_xdata(orig=False), self.get_ydata(orig=False)])
        points = points[np.isfinite(points).all(axis=1)]
        pixels = self.get_transform().transform(points) - canvas.origin
        width = canvas.pixels.shape[1]
        columns = np.floor(pixels[:, 0]).astype(np.int64)
        seen = (columns >= 0) & (columns < width)
        columns, values = columns[seen], pixels[seen, 1]
        if len(columns) < _CROWDED * width or (np.diff(columns) < 0).any():
            return None
        there, starts = np.unique(columns, return_index=True)
        low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
        # a line goes on to where the next column begins
        low[:-1] = np.minimum(low[:-1], values[starts[1:]])
        high[:-1] = np.maximum(high[:-1], values[starts[1:]])
        bottom, top = np.full(width, np.inf), np.full(width, -np.inf)
        bottom[there], top[there] = low, high
        return bottom, top


class _Canvas:
    """The pixels of a pane."""

    def __init__(self, axes: Any) -> None:
        box = axes.bbox
        self.origin = np.floor([box.x0, box.y0])
        width, height = np.ceil([box.x1, box.y1]) - self.origin
        self.pixels = np.zeros((int(height), int(width)), np.uint32)

    def show(self, artist: Any, renderer: Any) -> None:
        """Put the pixels onto the figure, in the place of `artist`."""
        gc = renderer.new_gc()
        artist._set_gc_clip(gc)
        left, floor = self.origin
        renderer.draw_image(gc, left, floor, self.pixels.view(np.uint8).reshape(*_rgba(self)))
        gc.restore()
        artist.stale = False


def _rgba(canvas: _Canvas) -> tuple[int, int, int]:
    return (*canvas.pixels.shape, 4)


def _paints(artist: Any, renderer: Any, count: int) -> bool:
    """Return whether `count` elements are too many for the columns of pixels there are."""
    if artist.axes is None or not hasattr(renderer, "buffer_rgba"):
        return False
    return bool(count >= _CROWDED * max(1.0, artist.axes.bbox.width))


def _only_measures(renderer: Any) -> bool:
    """Return whether `renderer` draws nothing: only the sizes of texts are wanted."""
    return not inspect.ismethod(renderer.draw_image)


def _packed(colors: Floats) -> NDArray[np.uint32]:
    """Return colours, float64 ``(n, 4)``, as numbers of four bytes."""
    return np.round(colors * 255.0).astype(np.uint8).view(np.uint32).ravel()


def _spread(low: Floats, high: Floats, radius: float) -> tuple[Floats, Floats]:
    """Return what a pen of this radius covers, in pixels, that moves over the columns."""
    bottom, top = low - radius, high + radius
    for step in range(1, int(radius) + 1):
        reach = float(np.sqrt(radius * radius - step * step))
        bottom[step:] = np.minimum(bottom[step:], low[:-step] - reach)
        bottom[:-step] = np.minimum(bottom[:-step], low[step:] - reach)
        top[step:] = np.maximum(top[step:], high[:-step] + reach)
        top[:-step] = np.maximum(top[:-step], high[step:] + reach)
    return bottom, top


def _fill_columns(
    pixels: NDArray[np.uint32], low: Floats, high: Floats, shades: NDArray[np.uint32]
) -> None:
    """Fill each column from `low` to `high`; the ends cover their pixels in part.

    `shades` has the colour for each of 256 parts of a pixel that may be covered.
    """
    height = pixels.shape[0]
    there = np.nonzero(low < high)[0]
    low, high = np.clip(low[there], 0, height), np.clip(high[there], 0, height)
    whole_low, whole_high = np.ceil(low).astype(np.int64), np.floor(high).astype(np.int64)
    full = shades[255]
    spans = zip(there.tolist(), whole_low.tolist(), whole_high.tolist(), strict=True)
    for column, begin, end in spans:
        pixels[begin:end, column] = full
    for edge, part in ((whole_low - 1, whole_low - low), (whole_high, high - whole_high)):
        inside = (edge >= 0) & (edge < height) & (part > 0)
        shade = shades[np.round(part[inside] * 255).astype(np.int64)]
        pixels[edge[inside], there[inside]] = shade


def _like(template: Any, points: Floats) -> Path:
    """Return a path with the codes of `template`."""
    path: Path = copy.copy(template)
    path.vertices = points
    return path


def _cells(ends: Floats, pen: float, along: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first pixel, and the one after the last, of spans.

    Parameters
    ----------
    ends
        In pixels; opposite corners are half the columns apart.
    pen
        Width of the pen. As matplotlib does, ends are moved to the middle of pixels for an odd
        one, to their border for an even one.
    along
        The part of the width that the spans are drawn longer by.
    """
    snap = (int(np.ceil(pen)) % 2) / 2.0
    begin, end = (np.floor(ends[:, n] + 0.5) + snap for n in (0, ends.shape[1] // 2))
    reach = along * pen / 2.0
    low = np.floor(np.minimum(begin, end) - reach + 0.5).astype(np.int64)
    high = np.floor(np.maximum(begin, end) + reach + 0.5).astype(np.int64)
    low = np.maximum(low, 0)
    return low, np.maximum(high, low + 1)


class Boxes(_Dense, PolyCollection):
    """Upright boxes.

    Parameters
    ----------
    left, right, bottom, top
        Their sides, float64 ``(n,)``.
    **kwargs
        For ``PolyCollection``.
    """

    def __init__(
        self, left: Floats, right: Floats, bottom: Floats, top: Floats, **kwargs: Any
    ) -> None:
        across = np.stack([left, left, right, right], axis=1)
        upright = np.stack([bottom, top, top, bottom], axis=1)
        self._corners = np.stack([across, upright], axis=2).astype(np.float64)
        super().__init__([], **kwargs)
        self.stale = True

    _cap = 1.0

    def _path_codes(self) -> list[Any]:
        return [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]


class TranslucentBoxes(Boxes):
    """Boxes that let through what is behind them."""

    def draw(self, renderer: Any) -> None:
        """Draw all of them."""
        PolyCollection.draw(self, renderer)


class Strokes(_Dense, LineCollection):
    """Straight strokes, all upright or all along the time axis.

    Parameters
    ----------
    x0, y0, x1, y1
        Their ends, float64 ``(n,)``.
    flat : bool
        They run along the time axis.
    **kwargs
        For ``LineCollection``.
    """

    def __init__(
        self, x0: Floats, y0: Floats, x1: Floats, y1: Floats, flat: bool = False, **kwargs: Any
    ) -> None:
        begin, end = np.stack([x0, y0], axis=1), np.stack([x1, y1], axis=1)
        self._corners = np.stack([begin, end], axis=1).astype(np.float64)
        self._flat = flat
        super().__init__([], **kwargs)
        self.stale = True

    def get_segments(self) -> list[Floats]:
        """Return the ends of each stroke."""
        return list(self._corners)

    def _path_codes(self) -> list[Any]:
        return [Path.MOVETO, Path.LINETO]
