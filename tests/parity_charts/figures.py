"""What is drawn in a figure, as plain values that two plotters can be compared by."""

from __future__ import annotations

from typing import Any

import matplotlib.collections as mcollections
import matplotlib.colors as mcolors
import matplotlib.container as mcontainer
import matplotlib.legend as mlegend
import numpy as np


def figure(fig: Any) -> dict[str, Any]:
    """Return the contents of a figure."""
    space = fig.subplotpars
    return {
        "number": fig.number,
        "size": [float(x) for x in fig.get_size_inches()],
        "margins": [space.left, space.right, space.top, space.bottom, space.hspace],
        "title": fig.get_suptitle(),
        "cross hair": any(not item.get_visible() for ax in fig.axes for item in ax.lines),
        "axes": [axes(ax) for ax in fig.axes],
    }


def axes(ax: Any) -> dict[str, Any]:
    """Return the contents of a pane."""
    bars = [bars_of(c) for c in ax.containers if isinstance(c, mcontainer.BarContainer)]
    collections = []
    for item in ax.collections:
        if type(item).__name__ == "TranslucentBoxes":
            bars.append(boxes(item))
        else:
            collections.append(collection(item))
    bounds = ax.get_position().bounds
    return {
        "place": [round(float(x), 6) for x in bounds],
        "xlim": [float(x) for x in ax.get_xlim()],
        "ylim": [float(x) for x in ax.get_ylim()],
        "titles": [ax.get_title(), ax.get_xlabel(), ax.get_ylabel()],
        "side": ax.yaxis.get_ticks_position(),
        "yticks": [round(float(x), 9) for x in ax.get_yticks()],
        "grid": [ax.xaxis._major_tick_kw.get("gridOn"), ax.yaxis._major_tick_kw.get("gridOn")],
        "shares": [n for n, x in enumerate(ax.figure.axes) if ax.get_shared_x_axes().joined(ax, x)],
        "cursor": [str(ax.figure.axes[0].fmt_xdata(x)) for x in (-3, 0, 2.4, 1e6)],
        "volumes": _volumes(ax),
        "lines": [line(item) for item in ax.lines if item.get_visible()],
        "bars": bars,
        "collections": collections,
        "texts": [text(item) for item in ax.texts],
        "legends": [legend(x) for x in ax.get_children() if isinstance(x, mlegend.Legend)],
    }


def _volumes(ax: Any) -> list[str] | None:
    formatter = ax.yaxis.get_major_formatter()
    if type(formatter).__name__ != "MyVolFormatter":
        return None
    return [formatter(x) for x in (0, 999, 1e3, 4.2e3, 5e3, 1e6)]


def line(item: Any) -> dict[str, Any]:
    """Return a line: data and looks."""
    return {
        "label": _label(item),
        "x": numbers(item.get_xdata()),
        "y": numbers(item.get_ydata()),
        "color": rgba(item.get_color()),
        "style": [item.get_linestyle(), float(item.get_linewidth()), item.get_drawstyle()],
        "marker": [str(item.get_marker()), float(item.get_markersize()), item.get_fillstyle()],
        "alpha": item.get_alpha(),
        "order": float(item.get_zorder()),
    }


def bars_of(container: Any) -> dict[str, Any]:
    """Return bars that are patches of their own."""
    edges = [(p.get_x(), p.get_x() + p.get_width(), p.get_y(), p.get_height()) for p in container]
    patch = container.patches[0]
    return {
        "label": container.get_label(),
        "edges": numbers(edges),
        "color": rgba(patch.get_facecolor()),
        "order": float(patch.get_zorder()),
    }


def boxes(item: Any) -> dict[str, Any]:
    """Return bars that are one collection."""
    edges = []
    for path in item.get_paths():
        (left, low), _, (right, high) = path.vertices[:3]
        edges.append((left, right, low, high - low))
    return {
        "label": item.get_label(),
        "edges": numbers(edges),
        "color": rgba(item.get_facecolor()[0]),
        "order": float(item.get_zorder()),
    }


def collection(item: Any) -> dict[str, Any]:
    """Return prices, volumes or an area between lines."""
    kind = "strokes" if isinstance(item, mcollections.LineCollection) else "areas"
    if isinstance(item, mcollections.PathCollection):
        kind = "points"
    return {
        "kind": kind,
        "label": _label(item),
        "paths": [numbers(path.vertices) for path in item.get_paths()],
        "places": numbers(item.get_offsets()) if kind == "points" else [],
        "faces": _colors(item.get_facecolor()),
        "edges": _colors(item.get_edgecolor()),
        "widths": [float(x) for x in np.atleast_1d(item.get_linewidth())],
        "order": float(item.get_zorder()),
    }


def _colors(found: Any) -> list[Any]:
    colors = [rgba(x) for x in found]
    return colors[:1] if all(x == colors[0] for x in colors) else colors


def text(item: Any) -> dict[str, Any]:
    """Return a text with the box around it."""
    box = item.get_bbox_patch()
    around = [rgba(box.get_facecolor()), rgba(box.get_edgecolor())] if box is not None else []
    return {
        "text": item.get_text(),
        "place": numbers(item.get_position()),
        "looks": [rgba(item.get_color()), float(item.get_fontsize()), item.get_ha(), item.get_va()],
        "box": around,
        "order": float(item.get_zorder()),
    }


def legend(item: Any) -> dict[str, Any]:
    """Return a legend."""
    return {
        "texts": [x.get_text() for x in item.get_texts()],
        "title": item.get_title().get_text(),
        "size": [float(x.get_fontsize()) for x in item.get_texts()][:1],
        "place": item._loc,
        "frame": item.get_frame_on(),
    }


def _label(item: Any) -> str:
    label = str(item.get_label())
    return "" if label.startswith(("_child", "_nolegend")) and " " not in label else label


def numbers(values: Any) -> list[Any]:
    """Return values in one row, rounded to ten digits; None is no number."""
    row = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan).ravel()
    return [None if x != x else float(f"{x:.10g}") for x in row.tolist()]


def rgba(color: Any) -> list[float]:
    """Return a colour as red, green, blue and opacity."""
    return [round(float(x), 6) for x in mcolors.to_rgba(color)]
