"""Backtests to draw, each with the arguments of its ``cerebro.plot``.

A scenario takes the package and returns a Cerebro that has run, with the arguments. What only we
can draw is not here but in ``tests/unit/test_plot.py``.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Callable
from typing import Any

Drawn = tuple[Any, dict[str, Any]]
Setup = Callable[[Any, Any], Any]

SCENARIOS: dict[str, Callable[[Any], Drawn]] = {}

BEGIN = datetime.datetime(2020, 1, 1)


def rows(count: int, minutes: int = 1440, seed: int = 1, volume: bool = True) -> list[Any]:
    """Return bars of a random walk: time and prices and volume."""
    dice, price, made = random.Random(seed), 100.0, []
    for number in range(count):
        opening = price + dice.uniform(-1, 1)
        price = opening + dice.uniform(-2, 2)
        high, low = max(opening, price) + dice.random(), min(opening, price) - dice.random()
        traded = 1000 + int(dice.random() * 5000)
        when = BEGIN + datetime.timedelta(minutes=minutes * number)
        prices = [round(x, 2) for x in (opening, high, low, price)]
        made.append((when, *prices, traded if volume else 0))
    return made


def feed(bt: Any, bars: list[Any], name: str = "", **kwargs: Any) -> Any:
    """Return a feed of `bars`."""

    class Rows(bt.feed.DataBase):
        def start(self) -> None:
            super().start()
            self.rest = iter(bars)

        def _load(self) -> bool:
            bar = next(self.rest, None)
            if bar is None:
                return False
            self.lines.datetime[0] = bt.date2num(bar[0])
            for line, value in zip(("open", "high", "low", "close", "volume"), bar[1:]):  # noqa: B905
                getattr(self.lines, line)[0] = value
            self.lines.openinterest[0] = 0
            return True

    made = Rows(**kwargs)
    made.wanted_name = name
    return made


def shifted(bt: Any, count: int, plotlines: dict[str, Any] | None = None) -> Any:
    """Return an indicator class with `count` lines around the close."""

    class Shifted(bt.Indicator):
        lines = tuple("abcdef"[:count])

        def next(self) -> None:
            for number in range(count):
                self.lines[number][0] = self.data.close[0] + number - count / 2

    return type("Shifted", (Shifted,), {"plotlines": plotlines or {}, "__module__": __name__})


def sparse(bt: Any, every: int, plotlines: dict[str, Any] | None = None) -> Any:
    """Return an indicator class with values at one of `every` bars."""

    class Sparse(bt.Indicator):
        lines = ("a", "b")

        def next(self) -> None:
            value = self.data.close[0] if len(self) % every == 1 else math.nan
            self.lines.a[0], self.lines.b[0] = value, value - 1

    return type("Sparse", (Sparse,), {"plotlines": plotlines or {}, "__module__": __name__})


def drawn(
    bt: Any, setup: Setup | None = None, datas: Any = None, strategies: int = 1, **options: Any
) -> Drawn:
    """Run a strategy that does `setup` in its ``__init__``; return Cerebro and options."""
    stdstats = options.pop("stdstats", False)

    class Drawing(bt.Strategy):
        def __init__(self) -> None:
            if setup is not None:
                setup(bt, self)

    cerebro = bt.Cerebro(stdstats=stdstats)
    for data in datas or [feed(bt, rows(40))]:
        cerebro.adddata(data, name=data.wanted_name or None)
    for _ in range(strategies):
        cerebro.addstrategy(Drawing)
    cerebro.run()
    return cerebro, options


def scenario(function: Callable[[Any], Drawn]) -> Callable[[Any], Drawn]:
    """Make `function` a scenario."""
    SCENARIOS[function.__name__] = function
    return function


def _simple(name: str, setup: Setup | None = None, **options: Any) -> None:
    SCENARIOS[name] = lambda bt: drawn(bt, setup, **options)


def _averages(bt: Any, own: Any) -> None:
    bt.ind.SMA(period=5)
    bt.ind.RSI(period=6)


# styles of prices, and volume

_simple("line", _averages)
_simple("candles", _averages, style="candle", baralpha=0.4)
_simple("candlesticks_hollow", style="candlestick", barup="g", bardown="#0000aa", barupfill=False)
_simple("bars", _averages, style="bar", barup="green", loc="orange")
_simple("bars_ohlc", style="ohlc", volume=False)
_simple("volume_none", _averages, volume=False)
_simple("volume_below", _averages, voloverlay=False, rowsmajor=4)
_simple("volume_looks", volscaling=0.5, voltrans=0.2, volup="g", voldown="b", volpushup=0.2)
_simple("volume_looks_below", style="candle", voloverlay=False, volup="c", voldown="m")


@scenario
def volume_of_zero(bt: Any) -> Drawn:
    return drawn(bt, _averages, [feed(bt, rows(30, volume=False))], volpushup=0.1)


@scenario
def volume_of_zero_below(bt: Any) -> Drawn:
    return drawn(bt, None, [feed(bt, rows(30, volume=False))], voloverlay=False)


# options of the scheme

_simple("tight", lambda bt, own: shifted(bt, 2)(subplot=True), ytight=True, volume=False)
_simple("loose", lambda bt, own: shifted(bt, 2)(subplot=True), yadjust=0.4, zdown=False)
_simple("rows_and_distance", _averages, rowsmajor=3, plotdist=0.3)
_simple("no_grid", _averages, grid=False)
_simple("no_values", _averages, linevalues=False, volume=False)
_simple("no_tags", _averages, valuetags=False, legendind=False)
_simple("texts", _averages, subtxtsize=12, legendindloc="center", legenddataloc="lower right")
_simple("dates", _averages, fmt_x_ticks="%d.%m.%y", fmt_x_data="%d %b", tickrotation=40)
_simple(
    "colours", lambda bt, own: shifted(bt, 6)(subplot=True), lcolors=list("rgbcmyrgbcmy"), loc="b"
)


# plotinfo of indicators


def _levels(bt: Any, own: Any) -> None:
    sma = bt.ind.SMA
    sma(period=3, subplot=True, plothlines=[100.5], plotyhlines=[99, 101], plotyticks=[98, 99.5])
    sma(period=3, subplot=True, plotyhlines=[60, 100])
    sma(period=3, subplot=True, plothlines=[50.0], plotymargin=0.3)
    sma(period=3, subplot=True, plotyticks=[99, 101])
    sma(period=3, subplot=False, plothlines=[98], plotyticks=[96])


_simple("levels", _levels, hlinescolor="b", hlinesstyle="-", hlineswidth=2.0)


def _labels(bt: Any, own: Any) -> None:
    for count in (1, 2, 5):
        shifted(bt, count)(subplot=True)
        shifted(bt, count)(subplot=False)
    shifted(bt, 3)(subplot=False, plotlinelabels=True)
    shifted(bt, 3)(subplot=True, plotlinevalues=False, plotname="no values")
    shifted(bt, 3)(subplot=True, legendloc="lower right")
    bt.ind.SMA(period=4, plotskip=True)
    bt.ind.SMA(period=4, plot=False)


_simple("labels", _labels)


def _masters(bt: Any, own: Any) -> None:
    rsi = bt.ind.RSI(period=6)
    bt.ind.SMA(period=4, plotmaster=rsi)
    bt.ind.SMA(rsi, period=4, plotmaster=own.data)
    bt.ind.RSI(period=7, plotmaster=own.data)
    bt.ind.RSI(period=8, plotmaster=bt.ind.SMA(period=3, subplot=True))


_simple("masters", _masters, volume=False)


def _above(bt: Any, own: Any) -> None:
    slow = bt.ind.SMA(period=4)
    bt.ind.RSI(period=5)
    bt.ind.RSI(period=6, plotabove=True)
    bt.ind.RSI(slow, period=7)
    bt.ind.RSI(slow, period=8, plotabove=True)
    bt.ind.RSI(bt.ind.RSI(period=9), period=3, plotabove=True)


_simple("above_and_below", _above, volume=False)


def _chained(bt: Any, own: Any) -> None:
    average, rsi = bt.ind.SMA(period=3), bt.ind.RSI(period=5)
    bt.ind.SMA(bt.ind.SMA(average, period=3), period=4)
    bt.ind.SMA(bt.ind.SMA(rsi, period=3), period=4)
    bt.ind.EMA(average, period=6)
    bt.ind.CrossOver(rsi, bt.ind.RSI(period=9))
    bt.ind.SMA(bt.ind.BBands(period=8).top, period=3)
    bt.ind.SMA(own.data.high - own.data.low, period=4)
    bt.ind.RSI(own.data.high, period=5)
    bt.LinePlotterIndicator(own.data.close - average, name="distance")


_simple("chained", _chained, volume=False)


def _hidden(bt: Any, own: Any) -> None:
    bt.ind.RSI(bt.ind.SMA(period=4, plot=False), period=5)
    bt.ind.SMA(bt.ind.RSI(period=5, plotskip=True), period=3)


_simple("hidden_sources", _hidden)


# plotlines


def _looks(bt: Any, own: Any) -> None:
    shifted(
        bt,
        3,
        {
            "a": {"ls": "--", "linewidth": 3, "alpha": 0.2},
            "b": {"marker": "*", "markersize": 8.0, "color": "lime", "fillstyle": "full", "ls": ""},
            "c": {"drawstyle": "steps"},
        },
    )(subplot=True)
    shifted(bt, 3, {"_0": {"_name": "zero"}, "_1": {"_name": "one"}, "c": {"_plotskip": "True"}})(
        subplot=True
    )
    shifted(bt, 4, {"b": {"_plotvalue": False, "_plotvaluetag": False}, "c": {"zorder": 7}})(
        subplot=True
    )
    shifted(bt, 3, {"b": {"_samecolor": True}, "c": {"_samecolor": True}})(subplot=True)
    shifted(bt, 3, {"a": {"color": "r"}, "b": {"_samecolor": True}, "c": {"color": "g"}})()


_simple("looks", _looks, volume=False)


def _methods(bt: Any, own: Any) -> None:
    shifted(bt, 3, {"c": {"_method": "bar", "alpha": 0.5, "width": 1.0}})(subplot=True)
    shifted(bt, 4, {"a": {"_method": "bar", "color": "r"}, "b": {"_method": "bar"}})(subplot=True)
    shifted(bt, 3, {"a": {"_method": "scatter"}})(subplot=True)
    bt.ind.MACDHisto(period_me1=4, period_me2=8, period_signal=3)


_simple("methods", _methods, volume=False)


def _fills(bt: Any, own: Any) -> None:
    shifted(bt, 3, {"b": {"_fill_gt": ("a", "red"), "_fill_lt": ("c", ("green", 0.5))}})(
        subplot=True
    )
    shifted(bt, 1, {"a": {"_fill_gt": (99, "red"), "_fill_lt": (99, "blue")}})(subplot=True)
    shifted(bt, 2, {"a": {"_fill": ("b", "c")}})(subplot=True)


_simple("fills", _fills, fillalpha=0.3, volume=False)


def _holes(bt: Any, own: Any) -> None:
    for every in (3, 4):
        sparse(bt, every, {"b": {"_skipnan": True, "marker": "o"}})(subplot=True)
        sparse(bt, every, {"a": {"_skipnan": True}})(subplot=False)


_simple("holes", _holes, volume=False)


def _many(bt: Any, own: Any) -> None:
    ind = bt.ind
    for kind in (ind.Stochastic, ind.BBands, ind.PSAR, ind.ATR, ind.CCI, ind.WilliamsR):
        kind()
    ind.AroonUpDown()
    ind.Ichimoku(tenkan=3, kijun=4, senkou=5, senkou_lead=3, chikou=0)


@scenario
def indicators(bt: Any) -> Drawn:
    return drawn(bt, _many, [feed(bt, rows(90))])


# which bars

_simple("from_index", _averages, start=10)
_simple("to_index", _averages, end=20, style="candle")
_simple("between_indices", _averages, start=10, end=-5, volume=False)
_simple(
    "between_datetimes",
    _averages,
    start=datetime.datetime(2020, 1, 8, 12),
    end=datetime.datetime(2020, 2, 3),
)
_simple("between_dates", start=datetime.date(2020, 1, 8), end=datetime.date(2020, 2, 3))
_simple("figures", _averages, numfigs=3, volume=False)
_simple("figures_of_a_stretch", _averages, numfigs=2, start=5, end=36, style="bar")


# feeds


def _two(bt: Any) -> list[Any]:
    return [feed(bt, rows(40), "first"), feed(bt, rows(40, seed=2))]


def _on_both(bt: Any, own: Any) -> None:
    bt.ind.SMA(own.data0, period=3)
    bt.ind.SMA(own.data1, period=4)
    bt.ind.RSI(own.data1, period=7)
    bt.ind.RSI(own.data0, period=6)


@scenario
def two_feeds(bt: Any) -> Drawn:
    return drawn(bt, _on_both, _two(bt))


@scenario
def feed_hidden(bt: Any) -> Drawn:
    datas = _two(bt)
    datas[0].plotinfo.plot = False
    return drawn(bt, None, datas)


@scenario
def feed_looks(bt: Any) -> Drawn:
    datas = _two(bt)
    datas[0].plotinfo.plotylimited = False
    datas[0].plotinfo.plotlinevalues = False
    datas[0].plotinfo.plotvaluetags = False
    datas[1].plotinfo.legendloc = "lower right"
    return drawn(bt, lambda bt, own: bt.ind.BBands(period=5, devfactor=5), datas)


@scenario
def feed_on_master(bt: Any) -> Drawn:
    datas = _two(bt)
    datas[1].plotinfo.plotmaster = datas[0]
    return drawn(bt, _on_both, datas)


@scenario
def feed_on_same_axis(bt: Any) -> Drawn:
    datas = _two(bt)
    datas[1].plotinfo.plotmaster = datas[0]
    datas[1].plotinfo.sameaxis = True
    return drawn(bt, _on_both, datas, style="candle")


@scenario
def feeds_on_same_axis_without_volume(bt: Any) -> Drawn:
    datas = _two(bt)
    datas[1].plotinfo.plotmaster = datas[0]
    datas[1].plotinfo.sameaxis = True
    return drawn(bt, None, datas, volume=False)


def _timeframes(bt: Any) -> list[Any]:
    hours = feed(bt, rows(96, minutes=60), timeframe=bt.TimeFrame.Minutes, compression=60)
    return [hours, feed(bt, rows(5, seed=3), "days")]


@scenario
def timeframes(bt: Any) -> Drawn:
    return drawn(bt, lambda bt, own: bt.ind.SMA(own.data1, period=2), _timeframes(bt))


@scenario
def timeframes_in_part(bt: Any) -> Drawn:
    options = {"start": 20, "end": 60, "style": "candle"}
    return drawn(bt, lambda bt, own: bt.ind.SMA(own.data1, period=2), _timeframes(bt), **options)


@scenario
def resampled(bt: Any) -> Drawn:
    class Drawing(bt.Strategy):
        def __init__(self) -> None:
            bt.ind.SMA(self.data1, period=2)
            bt.ind.RSI(self.data1, period=2, safediv=True)

    cerebro = bt.Cerebro(stdstats=False)
    data = feed(bt, rows(40))
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Weeks)
    cerebro.addstrategy(Drawing)
    cerebro.run()
    return cerebro, {"style": "bar"}


@scenario
def feeds_that_overlap(bt: Any) -> Drawn:
    late = [(bar[0] + datetime.timedelta(days=20), *bar[1:]) for bar in rows(30, seed=4)]
    return drawn(bt, _on_both, [feed(bt, rows(30)), feed(bt, late)])


@scenario
def bars_with_one_time(bt: Any) -> Drawn:
    found = rows(20)
    twice = [(found[number // 2][0], *bar[1:]) for number, bar in enumerate(found)]
    return drawn(bt, None, [feed(bt, twice), feed(bt, rows(10, seed=3))], volume=False)


@scenario
def seconds(bt: Any) -> Drawn:
    bars = [(BEGIN + datetime.timedelta(seconds=6 * n), *bar[1:]) for n, bar in enumerate(rows(50))]
    return drawn(bt, None, [feed(bt, bars, timeframe=bt.TimeFrame.Seconds, compression=6)])


_simple("strategies", _averages, strategies=2, volume=False)


# observers


def _traded(bt: Any, prepare: Callable[[Any, Any], None], **options: Any) -> Drawn:
    class Trading(bt.Strategy):
        def __init__(self) -> None:
            self.cross = bt.ind.CrossOver(self.data.close, bt.ind.SMA(period=5))

        def next(self) -> None:
            if self.cross[0] > 0:
                self.buy()
            elif self.cross[0] < 0 and self.position:
                self.close()

    cerebro = bt.Cerebro(stdstats=options.pop("stdstats", False))
    cerebro.adddata(feed(bt, rows(60)))
    cerebro.adddata(feed(bt, rows(60, seed=3)))
    cerebro.addstrategy(Trading)
    prepare(bt, cerebro)
    cerebro.run()
    return cerebro, options


@scenario
def observers(bt: Any) -> Drawn:
    def prepare(bt: Any, cerebro: Any) -> None:
        cerebro.addobserver(bt.observers.DrawDown)
        cerebro.addobserver(bt.observers.Value, plotname="worth", plotabove=True)

    return _traded(bt, prepare, stdstats=True)


@scenario
def observers_by_feed(bt: Any) -> Drawn:
    def prepare(bt: Any, cerebro: Any) -> None:
        cerebro.addobservermulti(bt.observers.BuySell, barplot=True)
        cerebro.addobservermulti(bt.observers.Trades)
        cerebro.addobserver(bt.observers.Cash, plotskip=True)

    return _traded(bt, prepare, volume=False)
