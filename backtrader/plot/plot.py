"""The plotter: figures of what a strategy saw and did, drawn with matplotlib."""

from __future__ import annotations

import copy
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from typing import Any

import matplotlib
import matplotlib.font_manager as mfontmgr
import matplotlib.ticker as mticker
from matplotlib.gridspec import GridSpec

from ..dataseries import TimeFrame
from ..errors import ParameterError, near_miss
from ..metabase import ParamsBase
from . import _draw
from ._curves import Prices, curves, prices
from ._layout import Layout, arrange, in_drawing_order, master_of
from ._window import Window, windows
from .formatters import MyDateFormatter
from .locator import AutoDateLocator
from .scheme import PlotScheme
from .utils import tag_box_style

__all__ = ["Plot", "Plot_OldSync"]


class PInfo:
    """What is known of the figure being drawn.

    Parameters
    ----------
    sch : PlotScheme
        Options of the chart.
    """

    def __init__(self, sch: Any) -> None:
        self.sch = sch
        self.nrows = 0
        self.row = 0
        self.clock: Any = None
        self.x: Any = None
        self.xlen = 0
        self.sharex: Any = None
        self.figs: list[Any] = []
        self.cursors: list[Any] = []
        self.daxis: OrderedDict[Any, Any] = OrderedDict()
        self.vaxis: list[Any] = []
        self.zorder: dict[Any, float] = {}
        self.coloridx: defaultdict[Any, int] = defaultdict(lambda: -1)
        self.handles: defaultdict[Any, list[Any]] = defaultdict(list)
        self.labels: defaultdict[Any, list[str]] = defaultdict(list)
        self.legpos: defaultdict[Any, int] = defaultdict(int)
        self.prop = mfontmgr.FontProperties(size=sch.subtxtsize)

    def newfig(self, figid: int, numfig: int, mpyplot: Any) -> Any:
        """Begin a figure, with a number near ``figid + numfig`` that is not in use; return it."""
        number = figid + numfig
        if mpyplot.fignum_exists(number):
            number = max(mpyplot.get_fignums()) + 1
        fig = mpyplot.figure(number)
        self.figs.append(fig)
        self.daxis = OrderedDict()
        self.vaxis = []
        self.row = 0
        self.sharex = None
        return fig

    def nextcolor(self, ax: Any) -> Any:
        """Return the next colour for `ax`."""
        self.coloridx[ax] += 1
        return self.color(ax)

    def color(self, ax: Any) -> Any:
        """Return the colour that `ax` got last."""
        return self.sch.color(self.coloridx[ax])

    def zordernext(self, ax: Any) -> float:
        """Return the place in the drawing order for what comes next on `ax`."""
        return self.zordercur(ax) * (0.9999 if self.sch.zdown else 1.0001)

    def zordercur(self, ax: Any) -> float:
        """Return the place in the drawing order of what came last on `ax`."""
        return self.zorder[ax]


class _AxesPalette:
    """The colours of one pane."""

    def __init__(self, pinf: PInfo, ax: Any) -> None:
        self.pinf, self.ax = pinf, ax

    def next(self) -> Any:
        return self.pinf.nextcolor(self.ax)

    def current(self) -> Any:
        return self.pinf.color(self.ax)


class Plot_OldSync(ParamsBase):
    """Draws strategies that have run.

    Parameters
    ----------
    scheme : PlotScheme
        Options; each can also be given as a keyword argument of its own.

    Raises
    ------
    ParameterError
        The scheme has no such option.
    """

    params = (("scheme", PlotScheme()),)

    p: Any

    def __init__(self, **kwargs: Any) -> None:
        scheme = self.p.scheme = copy.copy(self.p.scheme)
        for name, value in kwargs.items():
            if not hasattr(scheme, name):
                hint = near_miss(name, vars(scheme))
                raise ParameterError(f"plot: unknown option {name!r}{hint}")
            setattr(scheme, name, value)
        self.pinf = PInfo(scheme)
        self._layout = Layout()
        self._window: Any = None
        self.iplot = True
        self._datas: list[Any] = []

    def drawtag(
        self,
        ax: Any,
        x: float,
        y: float,
        facecolor: Any,
        edgecolor: Any,
        alpha: float = 0.9,
        **kwargs: Any,
    ) -> None:
        """Draw a tag with the value `y` on the right of its place."""
        box = {
            "boxstyle": tag_box_style,
            "facecolor": facecolor,
            "edgecolor": edgecolor,
            "alpha": alpha,
        }
        ax.text(
            x,
            y,
            f"{y:.2f}",
            va="center",
            ha="left",
            fontsize=self.p.scheme.subtxtsize,
            bbox=box,
            **kwargs,
        )

    def plot(
        self,
        strategy: Any,
        figid: int = 0,
        numfigs: int = 1,
        iplot: bool = True,
        start: Any = None,
        end: Any = None,
        **kwargs: Any,
    ) -> list[Any]:
        """Draw a strategy.

        Parameters
        ----------
        strategy
            One that has run.
        figid
            Number of the first figure.
        numfigs
            Spread the bars over so many figures.
        iplot
            In a notebook, show the figures inline.
        start, end
            First bar and end: an index, or a date or datetime. An index `end` is not included,
            unless it counts from the end; a date is.
        use : str, optional
            Backend that matplotlib is to switch to; without it the backend stays as it is.

        Returns
        -------
        list
            The figures.

        Raises
        ------
        DataError
            There is no bar between `start` and `end`.
        """
        if kwargs.get("use"):
            matplotlib.use(kwargs["use"])
        if not strategy.datas or not len(strategy):
            return []
        self.iplot = iplot
        self.pinf = PInfo(self.p.scheme)
        self.pinf.clock = strategy._clock
        self.sortdataindicators(strategy)
        self.calcrows(strategy)
        for number, window in enumerate(windows(strategy, numfigs, start, end)):
            self._plot_window(figid, number, window)
        return self.pinf.figs

    def _plot_window(self, figid: int, number: int, window: Window) -> None:
        pinf, scheme = self.pinf, self.p.scheme
        fig = pinf.newfig(figid, number, self._pyplot())
        self._window = window
        pinf.x = list(range(len(window)))
        pinf.xlen = len(window)
        for item in self._layout.top:
            self._plot_pane(item)
        for data in self._datas:
            for item in self._layout.above(data):
                self._plot_pane(item)
            self.plotdata(data, self._layout.over(data))
            for item in self._layout.below(data):
                self._plot_pane(item)
        axes = fig.axes
        pinf.cursors.append(_draw.cross_hair(fig.canvas, axes))
        for ax in axes:
            self.setlocators(ax)
        last = list(pinf.daxis.values())[-1]
        last.autoscale(enable=True, axis="both" if scheme.ytight else "x", tight=True)
        fig.subplots_adjust(
            left=0.05, right=0.95, top=0.98, bottom=0.05, hspace=scheme.plotdist, wspace=0.2
        )
        _draw.dates_below(axes, scheme.tickrotation)

    @staticmethod
    def _pyplot() -> Any:
        # at import, pyplot would settle the backend before `use` can
        import matplotlib.pyplot as pyplot

        return pyplot

    def setlocators(self, ax: Any) -> None:
        """Have `ax` show dates below and at the cursor."""
        scheme, dates = self.p.scheme, self._window.times
        precise = (
            scheme.fmt_x_data or _FORMATS[getattr(self.pinf.clock, "_timeframe", TimeFrame.Days)]
        )
        ax.xaxis.set_major_locator(AutoDateLocator(dates))
        ax.xaxis.set_major_formatter(MyDateFormatter(dates, fmt=scheme.fmt_x_ticks or precise))
        ax.fmt_xdata = MyDateFormatter(dates, fmt=precise)

    def calcrows(self, strategy: Any) -> None:
        """Count the rows that the panes of `strategy` need."""
        scheme = self.p.scheme
        masters = [data for data in self._datas if master_of(data, self._datas) is None]
        rows = len(masters) * scheme.rowsmajor + self._layout.subplots * scheme.rowsminor
        if scheme.volume:
            beside = self._datas if not scheme.voloverlay else set(self._datas) - set(masters)
            rows += len(beside) * scheme.rowsminor
        self.pinf.nrows = rows

    def sortdataindicators(self, strategy: Any) -> None:
        """Work out where everything goes."""
        self._layout = arrange(strategy)
        self._datas = in_drawing_order(strategy)

    def newaxis(self, obj: Any, rowspan: int) -> Any:
        """Return a new pane for `obj`, below those there are, `rowspan` rows high."""
        pinf = self.pinf
        grid = GridSpec(pinf.nrows, 1, figure=pinf.figs[-1])
        place = grid[pinf.row : pinf.row + rowspan, 0]
        ax = pinf.figs[-1].add_subplot(place, sharex=pinf.sharex)
        pinf.sharex = pinf.sharex or ax
        pinf.row += rowspan
        if self.p.scheme.grid:
            ax.grid(True, axis="both")
        pinf.daxis[obj] = ax
        pinf.vaxis.append(ax)
        return ax

    # indicators and observers

    def _plot_pane(self, item: Any) -> None:
        """Draw the pane of an indicator or observer, and what goes with it."""
        layout = self._layout
        self.plotind(None, item, layout.over(item), layout.above(item), layout.below(item))

    def plotind(
        self,
        iref: Any,
        ind: Any,
        subinds: Iterable[Any] | None = None,
        upinds: Iterable[Any] | None = None,
        downinds: Iterable[Any] | None = None,
        masterax: Any = None,
    ) -> None:
        """Draw an indicator or observer.

        Parameters
        ----------
        iref
            Accepted for compatibility: what it is computed from.
        ind
            The indicator.
        subinds, upinds, downinds
            Those to draw over it, and in panes above and below its own.
        masterax
            Draw it here rather than in a pane of its own.
        """
        for item in upinds or ():
            self._plot_pane(item)
        ax = masterax or self.newaxis(ind, self.p.scheme.rowsminor)
        self._plot_curves(ax, ind, apart=masterax is None)
        for item in subinds or ():
            self.plotind(ind, item, masterax=ax)
        if masterax is None:
            self._finish_pane(ax, ind)
            loc = ind.plotinfo.legendloc or self.p.scheme.legendindloc
            if self.p.scheme.legendind:
                _draw.legend(ax, *_draw.labelled(ax), loc, self.pinf.prop)
        for item in downinds or ():
            self._plot_pane(item)

    def _plot_curves(self, ax: Any, ind: Any, apart: bool) -> None:
        pinf, window = self.pinf, self._window
        for curve in curves(ind, window, self.p.scheme, _AxesPalette(pinf, ax), apart):
            if ax in pinf.zorder:
                curve.looks["zorder"] = pinf.zordernext(ax)
            artist = _draw.curve(ax, curve)
            pinf.zorder[ax] = artist.get_zorder()
            if not curve.label.startswith("_"):
                pinf.handles[ax].append(artist)
                pinf.labels[ax].append(curve.label)
            if curve.tagged:
                self.drawtag(
                    ax, pinf.xlen, curve.last, "white", curve.accent, zorder=pinf.zordercur(ax) + 3
                )
            _draw.fills(ax, curve)

    def _finish_pane(self, ax: Any, ind: Any) -> None:
        """Draw the horizontal lines of a pane, and choose its ticks and margins."""
        scheme, info = self.p.scheme, ind.plotinfo
        margin = info.plotymargin or scheme.yadjust
        if margin:
            ax.set_ymargin(margin)
        ticks = info.plotyticks or info.plotyhlines
        if ticks:
            ax.set_yticks(ticks)
        else:
            ax.yaxis.set_major_locator(mticker.MaxNLocator(nbins=4, prune="both"))
        # ticks out of view bring themselves in view, without a margin
        for level in info.plothlines or info.plotyhlines:
            looks = {"color": scheme.hlinescolor, "ls": scheme.hlinesstyle}
            ax.axhline(level, lw=scheme.hlineswidth, **looks)
        ax.yaxis.tick_right()

    # feeds

    def plotdata(self, data: Any, indicators: Iterable[Any]) -> None:
        """Draw a feed and, over its prices, `indicators`."""
        pinf, scheme = self.pinf, self.p.scheme
        bars = prices(data, self._window, scheme)
        master = master_of(data, self._datas)
        behind = bool(scheme.volume and scheme.voloverlay and master is None)
        volume = self._volume(data, bars, scheme.rowsmajor, behind=True) if behind else None
        ax, home = self._axes_for(data, master, behind)
        color = scheme.loc
        if master is not None and scheme.style in ("line", "area"):
            color = pinf.nextcolor(home)
        artist = _draw.prices(ax, bars, scheme, color)
        pinf.zorder[ax] = artist.get_zorder()
        ax.grid(scheme.grid and ax in pinf.vaxis, axis="both")
        _draw.limit(ax, data, scheme.volpushup if behind else 0.0)
        if scheme.volume and not behind:
            self._volume(data, bars, scheme.rowsminor, behind=False)
        if len(bars.closes) and scheme.valuetags and data.plotinfo._get("plotvaluetags", True):
            place = pinf.zordercur(ax) + 3
            self.drawtag(ax, pinf.xlen, bars.closes[-1], "white", scheme.loc, zorder=place)
        entry = (artist, bars.label)
        self._over_prices(data, ax, indicators, entry, first=master is None)
        loc = data.plotinfo.legendloc or scheme.legenddataloc
        handles, labels = list(pinf.handles[ax]), list(pinf.labels[ax])
        if volume is not None:
            handles.insert(1, volume)
            labels.insert(1, "Volume")
        _draw.legend(home, handles, labels, loc, pinf.prop)

    def _axes_for(self, data: Any, master: Any, behind: bool) -> tuple[Any, Any]:
        """Return where the prices of `data` go, and the pane that has their legend."""
        pinf = self.pinf
        if master is not None:
            home = pinf.daxis[master]
            ax = home if data.plotinfo._get("sameaxis") else home.twinx()
        elif behind:
            ax = home = pinf.vaxis[-1].twinx()
        else:
            ax = home = self.newaxis(data, self.p.scheme.rowsmajor)
        pinf.daxis[data] = ax
        return ax, home

    def _over_prices(
        self, data: Any, ax: Any, items: Iterable[Any], entry: tuple[Any, str], first: bool
    ) -> None:
        """Draw indicators over prices; list them after the feed in the legend if it is `first`."""
        pinf = self.pinf
        if not first:
            for item in items:
                self.plotind(data, item, masterax=ax)
        pinf.handles[ax].append(entry[0])
        pinf.labels[ax].append(entry[1])
        if first:
            for item in items:
                self.plotind(data, item, masterax=ax)

    def _volume(self, data: Any, bars: Prices, rowspan: int, behind: bool) -> Any:
        """Draw volume in a new pane; return what stands for it in a legend, if anything does."""
        self.newaxis(data.lines.volume, rowspan)
        label = "Volume" if behind else f"Volume ({data._name})"
        handle = self.plotvolume(
            data, bars.opens, bars.highs, bars.lows, bars.closes, bars.volumes, label
        )
        if handle is not None and not behind:
            loc = data.plotinfo.legendloc or self.p.scheme.legendindloc
            _draw.legend(self.pinf.vaxis[-1], [handle], [label], loc, self.pinf.prop)
        return handle

    def plotvolume(
        self,
        data: Any,
        opens: Any,
        highs: Any,
        lows: Any,
        closes: Any,
        volumes: Any,
        label: str,
    ) -> Any:
        """Draw the volume of `data` in the pane made last; return the artist, None for none."""
        behind = self.p.scheme.voloverlay and master_of(data, self._datas) is None
        _, places = self._window.bars(data)
        bars = Prices(places, opens, highs, lows, closes, volumes, label)
        return _draw.volume(self.pinf.vaxis[-1], bars, self.p.scheme, behind)

    # what becomes of the figures

    def show(self) -> None:
        """Show the figures: in windows, or inline in a notebook; not where there is neither."""
        if _draw.can_show(self.iplot):
            self._pyplot().show()

    def savefig(
        self,
        fig: Any,
        filename: Any,
        width: float = 16,
        height: float = 9,
        dpi: int = 300,
        tight: bool = True,
    ) -> None:
        """Write a figure to a file, in the format that its name ends with.

        Parameters
        ----------
        fig
            The figure.
        filename
            For example ``chart.png``, ``chart.svg`` or ``chart.pdf``.
        width, height
            In inches.
        dpi
            Pixels in an inch.
        tight
            Cut the empty margins off.
        """
        fig.set_size_inches(width, height)
        options: dict[str, Any] = {"bbox_inches": "tight"} if tight else {}
        if str(filename).lower().endswith(".png"):
            # a tenth larger, in a third of the time
            options["pil_kwargs"] = {"compress_level": 3}
        fig.savefig(filename, dpi=dpi, **options)


_FORMATS = {
    TimeFrame.Years: "%Y",
    TimeFrame.Months: "%Y-%m",
    TimeFrame.Weeks: "%Y-%m-%d",
    TimeFrame.Days: "%Y-%m-%d",
    TimeFrame.Minutes: "%Y-%m-%d %H:%M",
    TimeFrame.Seconds: "%Y-%m-%d %H:%M:%S",
    TimeFrame.MicroSeconds: "%Y-%m-%d %H:%M:%S.%f",
    TimeFrame.Ticks: "%Y-%m-%d %H:%M:%S.%f",
}

Plot = Plot_OldSync
