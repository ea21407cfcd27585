"""The panes of a chart for a browser, as bokeh's figures over shared columns of values."""

from __future__ import annotations

from typing import Any

import numpy as np
from bokeh.models import (
    ColumnDataSource,
    CrosshairTool,
    CustomJSTickFormatter,
    DataRange1d,
    HoverTool,
    LinearAxis,
    NumeralTickFormatter,
    Range1d,
    Span,
)
from bokeh.plotting import figure
from matplotlib.colors import to_hex
from numpy.typing import NDArray

from ..dataseries import TimeFrame
from ._browser import DATES
from ._curves import Curve, curves, prices, title_of
from ._layout import master_of
from ._window import Window

__all__ = ["Sheet"]

Floats = NDArray[np.float64]

# of matplotlib's, those that indicators use
_MARKERS = {
    "^": "triangle",
    "v": "inverted_triangle",
    "o": "circle",
    "*": "star",
    "x": "x",
    "+": "cross",
    "s": "square",
    "d": "diamond",
    "D": "diamond",
    ".": "dot",
}
_DASHES = {"--": "dashed", "-.": "dashdot", ":": "dotted", "dashed": "dashed", "dotted": "dotted"}

_ROW = 90  # pixels


class _Colors:
    """The colours of one pane."""

    def __init__(self, scheme: Any) -> None:
        self.scheme, self.index = scheme, -1

    def next(self) -> Any:
        self.index += 1
        return self.current()

    def current(self) -> Any:
        return self.scheme.color(self.index)


class Sheet:
    """Panes, one above the other, with one time axis and one cross hair.

    Parameters
    ----------
    window
        The bars to show.
    scheme : PlotScheme
        Options of the chart.
    view
        The range of bars in view.

    Attributes
    ----------
    panes : list
        The figures, from the top.
    columns : dict
        The values of all bars, by name; NaN where there is none.
    kinds : dict
        How each is made fewer: "line", or "first", "last", "low", "high" of a share of bars.
    volumes : dict
        Ranges that fit columns of volume.
    full, bars, lines
        The sources: all values, and those in view, by bar and by point of a line.
    """

    def __init__(self, window: Window, scheme: Any, view: Range1d) -> None:
        self.window, self.scheme, self.view = window, scheme, view
        self.panes: list[Any] = []
        self.columns: dict[str, Floats] = {}
        self.kinds: dict[str, str] = {}
        self.volumes: dict[str, Any] = {}
        self.full = ColumnDataSource(name="full")
        self.bars, self.lines = ColumnDataSource(name="bars"), ColumnDataSource(name="lines")
        self.colors: dict[str, dict[str, tuple[str, str]]] = {}
        self.cross = Span(dimension="height", line_dash="dotted", line_width=1)
        self.homes: dict[Any, Any] = {}
        self.palettes: dict[Any, _Colors] = {}

    # feeds

    def add_data(self, data: Any, over: list[Any], shown: list[Any]) -> None:
        """Add a feed, and over its prices the indicators `over`."""
        scheme, master = self.scheme, master_of(data, shown)
        prefix = f"d{len(self.homes)}_"
        self._take_prices(data, prefix)
        behind = scheme.volume and scheme.voloverlay and master is None
        pane = self._pane(scheme.rowsmajor) if master is None else self.homes[master]
        self.homes[data] = pane
        axis: dict[str, str] = {}
        if master is not None and not data.plotinfo._get("sameaxis"):
            axis = self._second_axis(pane, prefix)
        if behind:
            self._volume_behind(pane, prefix)
        palette = self.palettes.setdefault(pane, _Colors(scheme))
        color = scheme.loc if master is None else palette.next()
        tips = self._draw_prices(pane, prefix, title_of(data), color, axis)
        if scheme.volume and not behind:
            self._volume_pane(data, prefix)
        for item in over:
            tips += self._draw_curves(pane, item, False, axis)
        self._hover(pane, tips)

    def _take_prices(self, data: Any, prefix: str) -> None:
        found = prices(data, self.window, self.scheme)
        kinds = {"open": "first", "high": "high", "low": "low", "close": "last", "volume": "high"}
        values = {
            "open": found.opens,
            "high": found.highs,
            "low": found.lows,
            "close": found.closes,
            "volume": found.volumes,
        }
        for name, kind in kinds.items():
            self._take(prefix + name, found.x, values[name], kind)

    def _take(self, name: str, places: Any, values: Floats, kind: str) -> None:
        column = np.full(len(self.window), np.nan)
        column[np.asarray(places, dtype=np.int64)] = values
        self.columns[name], self.kinds[name] = column, kind

    def _draw_prices(
        self, pane: Any, prefix: str, label: str, color: Any, axis: dict[str, str]
    ) -> list[tuple[str, str]]:
        """Draw prices; return what to say at the cursor."""
        scheme, looks = self.scheme, {"source": self.bars, "legend_label": label, **axis}
        names = {name: prefix + name for name in ("open", "high", "low", "close")}
        if scheme.style in ("line", "area"):
            shade = to_hex(color)
            drawn = pane.line("x", names["close"], color=shade, **looks)
            if scheme.style == "area":
                low = float(np.nanmin(self.columns[names["close"]]))
                areas = {"fill_alpha": scheme.fillalpha, "fill_color": shade}
                pane.varea("x", low, names["close"], **areas, **looks)
            self._remember(pane, drawn)
            return [(label, f"@{{{names['close']}}}{{0,0.00}}")]
        pair = (to_hex(scheme.barup), to_hex(scheme.bardown))
        self.colors.setdefault(prefix, {})[prefix + "color"] = pair
        paint = {"color": prefix + "color"}
        # what the cursor finds anywhere over a bar
        clear = {"fill_alpha": 0.0, "line_alpha": 0.0, "source": self.bars, **axis}
        drawn = pane.vbar("x", "width", names["high"], names["low"], **clear)
        pane.segment("x", names["high"], "x", names["low"], **paint, **looks)
        if scheme.style.startswith("candle"):
            pane.vbar("x", "width", names["open"], names["close"], **paint, **looks)
        else:
            pane.dash("x", names["close"], size=5, **paint, **looks)
        self._remember(pane, drawn)
        told = " ".join(f"@{{{name}}}{{0,0.00}}" for name in names.values())
        return [(f"{label} OHLC", told)]

    def _second_axis(self, pane: Any, name: str) -> dict[str, str]:
        pane.extra_y_ranges[name] = DataRange1d(range_padding=0.05, only_visible=True)
        pane.add_layout(LinearAxis(y_range_name=name), "left")
        return {"y_range_name": name}

    def _volume_behind(self, pane: Any, prefix: str) -> None:
        span = Range1d(0, 1)
        pane.extra_y_ranges[prefix + "volume"] = span
        self.volumes[prefix + "volume"] = span
        self._draw_volume(pane, prefix, "Volume", y_range_name=prefix + "volume")

    def _volume_pane(self, data: Any, prefix: str) -> None:
        pane = self._pane(self.scheme.rowsminor)
        self._draw_volume(pane, prefix, f"Volume ({data._name})")
        pane.yaxis.formatter = NumeralTickFormatter(format="0a")
        self._hover(pane, [("Volume", f"@{{{prefix}volume}}{{0,0}}")])

    def _draw_volume(self, pane: Any, prefix: str, label: str, **axis: str) -> None:
        scheme = self.scheme
        pair = (to_hex(scheme.volup), to_hex(scheme.voldown))
        self.colors.setdefault(prefix, {})[prefix + "vcolor"] = pair
        drawn = pane.vbar(
            "x",
            "width",
            prefix + "volume",
            0,
            color=prefix + "vcolor",
            alpha=scheme.voltrans if axis else 1.0,
            source=self.bars,
            legend_label=label,
            level="underlay" if axis else "glyph",
            **axis,
        )
        self._remember(pane, drawn, leads=not axis)

    # indicators and observers

    def add_indicator(self, item: Any, over: list[Any]) -> None:
        """Add the pane of an indicator or observer, and those drawn over it."""
        pane = self._pane(self.scheme.rowsminor)
        tips = self._draw_curves(pane, item, True, {})
        info, scheme = item.plotinfo, self.scheme
        for level in info.plothlines or info.plotyhlines:
            pane.add_layout(
                Span(
                    location=level,
                    dimension="width",
                    line_color=to_hex(scheme.hlinescolor),
                    line_width=scheme.hlineswidth,
                    line_dash=_DASHES.get(scheme.hlinesstyle, "solid"),
                )
            )
        if info.plotyticks or info.plotyhlines:
            pane.yaxis.ticker = list(info.plotyticks or info.plotyhlines)
        for other in over:
            tips += self._draw_curves(pane, other, False, {})
        self._hover(pane, tips)

    def _draw_curves(
        self, pane: Any, item: Any, apart: bool, axis: dict[str, str]
    ) -> list[tuple[str, str]]:
        palette = self.palettes.setdefault(pane, _Colors(self.scheme))
        tips = []
        for curve in curves(item, self.window, self.scheme, palette, apart):
            name = f"c{len(self.columns)}"
            self._take(name, curve.x, curve.y, "line")
            hidden = curve.label.startswith("_")
            label = item.plotlabel() if hidden else curve.label.replace("\n", ", ")
            self._draw_curve(pane, name, curve, {"legend_label": label, **axis})
            tips.append((label.rsplit(" ", 1)[0], f"@{{{name}}}{{0,0.00[00]}}"))
            for number, fill in enumerate(curve.fills):
                other = f"{name}_{number}"
                values = np.broadcast_to(np.asarray(fill.other, dtype=float), curve.y.shape)
                above, below = np.fmax(curve.y, values), np.fmin(curve.y, values)
                ends = {"above": (curve.y, values), "below": (values, curve.y)}
                top, bottom = ends.get(fill.side, (above, below))
                self._take(other, curve.x, np.where(top >= bottom, values, curve.y), "line")
                pane.varea(
                    "x",
                    name,
                    other,
                    source=self.lines,
                    fill_color=to_hex(fill.color),
                    fill_alpha=fill.alpha,
                    **axis,
                )
        return tips

    def _draw_curve(self, pane: Any, name: str, curve: Curve, looks: dict[str, Any]) -> None:
        style = curve.looks
        common = {
            "source": self.lines,
            "color": to_hex(style["color"]),
            "alpha": style.get("alpha") or 1.0,
            **looks,
        }
        marker = str(style.get("marker"))
        if curve.method == "bar":
            drawn = pane.vbar("x", "width", name, 0, **common)
        elif curve.method == "scatter" or marker not in ("", "None"):
            size = float(style.get("markersize", 6.0))
            shape = _MARKERS.get(marker, "circle")
            drawn = pane.scatter("x", name, marker=shape, size=size * 1.3, **common)
        else:
            dash = _DASHES.get(str(style.get("ls", style.get("linestyle"))), "solid")
            width = float(style.get("lw", style.get("linewidth", 1.5)))
            drawn = pane.line("x", name, line_dash=dash, line_width=width, **common)
        self._remember(pane, drawn)

    # figures

    def _pane(self, rows: int) -> Any:
        pane = figure(
            height=rows * _ROW,
            x_range=self.view,
            y_range=DataRange1d(range_padding=0.05, only_visible=True),
            tools="xpan,xwheel_zoom,xbox_zoom,reset,save",
            active_scroll="xwheel_zoom",
            active_drag="xpan",
            y_axis_location="right",
            sizing_mode="stretch_width",
            min_border_left=10,
            min_border_right=70,
            toolbar_location="above" if not self.panes else None,
        )
        pane.y_range.renderers = []
        pane.grid.visible = bool(self.scheme.grid)
        level = Span(dimension="width", line_dash="dotted", line_width=1)
        pane.add_tools(CrosshairTool(overlay=[self.cross, level]))
        pane.xaxis.visible = False
        self.panes.append(pane)
        return pane

    @staticmethod
    def _remember(pane: Any, drawn: Any, leads: bool = True) -> None:
        """Have the values of `drawn` decide what the pane spans."""
        if leads and drawn.y_range_name == "default":
            pane.y_range.renderers = [*pane.y_range.renderers, drawn]

    def _hover(self, pane: Any, tips: list[tuple[str, str]]) -> None:
        if not pane.y_range.renderers:
            return
        told = [("", "@time{%F %H:%M}"), *tips]
        looks: dict[str, Any] = {"formatters": {"@time": "datetime"}, "mode": "vline"}
        leader = pane.y_range.renderers[0]
        pane.add_tools(HoverTool(tooltips=told, renderers=[leader], **looks))

    def finish(self) -> None:
        """Give the lowest pane its dates, legends their looks, and the sources their columns."""
        daily = self.window.strategy._clock._timeframe >= TimeFrame.Days
        axis = self.panes[-1].xaxis[0]
        axis.visible = True
        axis.formatter = CustomJSTickFormatter(
            args={"full": self.full, "daily": bool(daily)}, code=DATES
        )
        self.panes[-1].height += 30
        for pane in self.panes:
            for legend in pane.legend:
                legend.location = "top_left"
                legend.click_policy = "hide"
                legend.label_text_font_size = f"{self.scheme.subtxtsize - 1}pt"
                legend.spacing = legend.padding = 0
                legend.background_fill_alpha = 0.4
                legend.border_line_alpha = 0.0
        paints = [name for group in self.colors.values() for name in group]
        lines = [name for name, kind in self.kinds.items() if kind == "line"]
        self.bars.data = {name: [] for name in ("x", "time", "width", *self.kinds, *paints)}
        self.lines.data = {name: [] for name in ("x", "time", "width", *lines)}
        self.bars.tags = [self.colors]
