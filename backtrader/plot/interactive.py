"""Charts for a browser: one html file, without a server, from bokeh.

Bokeh rather than its rivals because it comes from PyPI, embeds all its scripts (1.2 MB, against 4.8
of plotly, which draws candles as svg and stands still at 200,000), shares ranges and cross hairs
between panes, and fills and marks as our charts need (lightweight-charts, the smallest, does
neither and is no Python package). The file holds every bar; the browser is given as many as its
pixels can show, anew for each zoom, so that length costs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from bokeh.document import Document
from bokeh.embed import file_html
from bokeh.events import DocumentReady
from bokeh.layouts import column
from bokeh.models import CustomJS, Range1d, TabPanel, Tabs
from bokeh.resources import INLINE
from numpy.typing import NDArray

from ..errors import DataError
from ..utils import num2date
from . import _panes
from ._browser import REFRESH
from ._layout import arrange, in_drawing_order
from ._window import Window, windows
from .plot import Plot_OldSync

__all__ = ["write"]


def write(
    strategies: list[Any],
    path: str | os.PathLike[str],
    numfigs: int,
    start: Any,
    end: Any,
    options: dict[str, Any],
) -> Path:
    """Write an interactive chart of strategies that have run; return its path.

    Parameters
    ----------
    strategies
        Each is shown under a tab of its own.
    path
        Of the html file.
    numfigs, start, end
        See `Plot_OldSync.plot`; each figure is a tab.
    options
        Options of the scheme.

    Raises
    ------
    DataError
        There is no bar to show.
    ParameterError
        The scheme has no such option.
    """
    scheme = Plot_OldSync(**options).p.scheme
    shown: list[tuple[str, Any]] = []
    document = Document()
    for strategy in strategies:
        if not strategy.datas or not len(strategy):
            continue
        for window in windows(strategy, numfigs, start, end):
            chart, refresh = _chart(strategy, window, scheme)
            shown.append((_title(strategy, window), chart))
            document.js_on_event(DocumentReady, refresh)
    if not shown:
        raise DataError("no bars to plot: the strategies saw none")
    root = shown[0][1]
    if len(shown) > 1:
        tabs = [TabPanel(child=chart, title=title) for title, chart in shown]
        root = Tabs(tabs=tabs, sizing_mode="stretch_both")
    target = Path(path)
    document.add_root(root)
    html = file_html(document, resources=INLINE, title=type(strategies[0]).__name__)
    target.write_text(html, encoding="utf-8")
    return target


def _title(strategy: Any, window: Window) -> str:
    first, last = (num2date(float(window.times[index])).date() for index in (0, -1))
    return f"{type(strategy).__name__} {first} to {last}"


def _chart(strategy: Any, window: Window, scheme: Any) -> tuple[Any, CustomJS]:
    """Return the panes of a strategy, one above the other, and what brings them up to date."""
    ends: dict[str, Any] = {"start": -0.5, "end": len(window) - 0.5, "bounds": (-1, len(window))}
    view = Range1d(name="view", min_interval=3, **ends)
    sheet = _panes.Sheet(window, scheme, view)
    for kind, item in _order(strategy):
        if kind == "data":
            sheet.add_data(*item)
        else:
            sheet.add_indicator(*item)
    sheet.finish()
    full = {name: _compact(values) for name, values in sheet.columns.items()}
    sheet.full.data = {**full, "time": (window.times - _EPOCH) * 86_400_000.0}
    refresh = CustomJS(
        args={
            "full": sheet.full,
            "bars": sheet.bars,
            "lines": sheet.lines,
            "view": view,
            "kinds": sheet.kinds,
            "volumes": sheet.volumes,
            "scaling": scheme.volscaling,
        },
        code=REFRESH,
    )
    view.js_on_change("start", refresh)
    view.js_on_change("end", refresh)
    panes = column(*sheet.panes, sizing_mode="stretch_width", spacing=0)
    return panes, refresh


_EPOCH = 719163.0  # number of 1 January 1970


def _order(strategy: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield what has a pane, from the top, with what is drawn over it."""
    layout, datas = arrange(strategy), in_drawing_order(strategy)

    def family(item: Any) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for other in layout.above(item):
            yield from family(other)
        yield "indicator", (item, layout.over(item))
        for other in layout.below(item):
            yield from family(other)

    for item in layout.top:
        yield from family(item)
    for data in datas:
        for item in layout.above(data):
            yield from family(item)
        yield "data", (data, layout.over(data), datas)
        for item in layout.below(data):
            yield from family(item)


def _compact(values: NDArray[np.float64]) -> NDArray[np.floating[Any]]:
    """Return `values` in half the space where the digits that are shown stay the same."""
    small = values.astype(np.float32)
    there = np.isfinite(values)
    return small if np.all(np.abs(small[there] - values[there]) < 5e-5) else values
