"""Charts: what only we can draw, and where they go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import backtrader as bt
from tests.parity_charts.scenarios import drawn, feed, rows, shifted

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")

from backtrader.errors import DataError, ParameterError  # noqa: E402
from backtrader.plot import Plot, PlotScheme  # noqa: E402
from backtrader.plot._dense import Boxes, Curve, Strokes  # noqa: E402


@pytest.fixture(autouse=True)
def _closed() -> Any:
    yield
    pyplot.close("all")


def _figures(setup: Any = None, datas: Any = None, **options: Any) -> list[list[Any]]:
    cerebro, options = drawn(bt, setup, datas, **options)
    figures: list[list[Any]] = cerebro.plot(**options)
    return figures


def _labels(fig: Any) -> list[list[str]]:
    legends = [ax.get_legend() for ax in fig.axes]
    return [[text.get_text() for text in x.get_texts()] for x in legends if x is not None]


def test_import_of_the_package_leaves_matplotlib_alone() -> None:
    code = "import sys, backtrader; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("package", ["matplotlib", "bokeh"])
def test_what_is_missing_is_named(package: str, tmp_path: Path) -> None:
    code = f"""
import sys
sys.modules[{package!r}] = None
import backtrader as bt
cerebro = bt.Cerebro()
try:
    cerebro.plot(output={str(tmp_path / "x.html")!r})
except bt.errors.MissingDependencyError as error:
    assert 'pip install "backtrader[plotting]"' in str(error), error
else:
    raise SystemExit("nothing raised")
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_backend_stays_and_nothing_is_shown() -> None:
    before = matplotlib.get_backend()
    [[figure]] = _figures()
    assert matplotlib.get_backend() == before
    assert figure.axes


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_charts_are_written_to_files(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"chart.{kind}"
    figures = _figures(savefig=path, numfigs=2, dpi=40)
    assert [len(each) for each in figures] == [2]
    second = path.with_name(f"chart-2.{kind}")
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[kind]
    assert all(found.read_bytes().startswith(start) for found in (path, second))


def test_size_and_resolution_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "chart.png"
    _figures(savefig=str(path), width=8, height=4, dpi=50, tight=False)
    assert pyplot.imread(path).shape[:2] == (200, 400)


def test_options_hold_for_one_chart() -> None:
    _figures(style="candle", volume=False)
    assert PlotScheme().style == Plot().p.scheme.style == "line"
    with pytest.raises(ParameterError, match="'volum'.*'volume'"):
        _figures(volum=False)


def test_a_second_chart_has_a_figure_of_its_own() -> None:
    cerebro, _ = drawn(bt)
    first, second = cerebro.plot(), cerebro.plot()
    assert first[0][0] is not second[0][0]
    assert len(first[0][0].axes) == len(second[0][0].axes) == 2


def test_dates_are_below_the_lowest_pane_alone() -> None:
    [[figure]] = _figures(lambda bt, own: bt.ind.RSI(period=5), tickrotation=40)
    figure.canvas.draw()
    shown = [[x for x in ax.get_xticklabels() if x.get_text()] for ax in figure.axes]
    assert [bool(texts) for texts in shown] == [False, False, True]
    assert shown[-1][0].get_rotation() == 40
    assert shown[-1][0].get_text() == "2020-01-01 00:00"


def test_area_is_filled_below_the_closes() -> None:
    [[figure]] = _figures(style="area", volume=False)
    ax = figure.axes[0]
    assert len(ax.lines[0].get_xdata()) == 40
    assert len(ax.collections) == 1


def test_a_negative_start_counts_from_the_end() -> None:
    [[figure]] = _figures(start=-10, volume=False)
    assert len(figure.axes[0].lines[0].get_xdata()) == 10


def test_a_stretch_without_bars_is_an_error() -> None:
    with pytest.raises(DataError, match="40 bars, start=90"):
        _figures(start=90)


def test_a_feed_without_bars_in_the_stretch_has_an_empty_pane() -> None:
    hours = feed(bt, rows(96, minutes=60), timeframe=bt.TimeFrame.Minutes)
    [[figure]] = _figures(None, [hours, feed(bt, rows(4))], start=26, end=40, volume=False)
    assert [len(ax.lines[0].get_xdata()) for ax in figure.axes] == [14, 0]


def test_nothing_is_drawn_of_a_strategy_without_bars() -> None:
    assert _figures(None, [feed(bt, [])]) == [[]]


def test_nothing_is_drawn_where_memory_was_saved() -> None:
    cerebro = bt.Cerebro()
    cerebro.adddata(feed(bt, rows(10)))
    cerebro.run(exactbars=1)
    assert cerebro.plot() is None


def test_panes_of_indicators_are_as_high_as_told() -> None:
    setup = lambda bt, own: (bt.ind.RSI(period=5), bt.ind.RSI(period=6))  # noqa: E731
    [[figure]] = _figures(setup, rowsmajor=4, rowsminor=2, volume=False)
    heights = [ax.get_position().height for ax in figure.axes]
    assert heights == pytest.approx([0.93 / 2, 0.93 / 4, 0.93 / 4])


def test_indicators_are_drawn_at_any_depth() -> None:
    def setup(bt: Any, own: Any) -> None:
        sma = bt.ind.SMA
        sma(sma(sma(period=3, subplot=True), period=2, subplot=True), period=4, subplot=True)

    [[figure]] = _figures(setup, volume=False)
    assert [x[0].split("\n")[0] for x in _labels(figure)[1:]] == ["SMA (3)", "SMA (2)", "SMA (4)"]


def test_plotforce_draws_what_rests_on_something_hidden() -> None:
    def setup(bt: Any, own: Any) -> None:
        bt.ind.SMA(bt.ind.SMA(period=3, plot=False), period=2, plotforce=True)

    [[figure]] = _figures(setup, volume=False)
    assert any("SMA (2)" in label for label in _labels(figure)[0])


def test_areas_reach_to_a_float_and_colours_begin_anew() -> None:
    looks = {"a": {"_fill_gt": (99.5, "red"), "_fill_lt": (99.5, "blue")}}
    setup = lambda bt, own: shifted(bt, 3, looks)(subplot=True)  # noqa: E731
    [[figure]] = _figures(setup, lcolors=["r", "g"], volume=False)
    assert len(figure.axes[1].collections) == 2
    assert {line.get_color() for line in figure.axes[1].lines[:3]} <= {"r", "g"}


def test_tags_and_names_are_honoured() -> None:
    data = feed(bt, rows(20))
    data.plotinfo.plotname = "gold"
    setup = lambda bt, own: bt.ind.RSI(period=5, plotvaluetags=False)  # noqa: E731
    [[figure]] = _figures(setup, [data], volume=False)
    assert _labels(figure)[0][0].startswith("gold (1 Day)")
    assert [len(ax.texts) for ax in figure.axes] == [1, 0]


def test_coupled_indicators_have_the_name_of_what_is_coupled() -> None:
    def setup(bt: Any, own: Any) -> None:
        bt.ind.SMA(own.data1, period=2)()
        own.data1()

    datas = [feed(bt, rows(20)), feed(bt, rows(20, seed=2))]
    [[figure]] = _figures(setup, datas, volume=False)
    assert [x.rsplit(" ", 1)[0] for x in _labels(figure)[1][1:]] == ["SMA (2)", "SMA (2)"]
    assert len(figure.axes) == 2


def test_observers_of_the_strategy_go_over_the_first_feed() -> None:
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(bt, rows(20)))
    cerebro.addobserver(bt.observers.DrawDown, subplot=False)
    cerebro.run()
    [[figure]] = cerebro.plot(volume=False)
    assert any(label.startswith("DrawDown") for label in _labels(figure)[0])


@pytest.mark.parametrize("hidden", [False, True])
def test_masters_may_be_hidden_or_come_later(hidden: bool) -> None:
    datas = [feed(bt, rows(20)), feed(bt, rows(20, seed=2))]
    datas[0].plotinfo.plotmaster = datas[1]
    datas[1].plotinfo.plot = not hidden
    [[figure]] = _figures(None, datas, volume=False)
    assert len(figure.axes) == (1 if hidden else 2)


def test_a_line_that_is_shown_keeps_its_values() -> None:
    def setup(bt: Any, own: Any) -> None:
        own.spread = own.data.close - own.data.open
        own.shown = bt.LinePlotterIndicator(own.spread, name="spread")

    cerebro, _ = drawn(bt, setup)
    strategy = cerebro.runstrats[0][0]
    closes, opens = np.array(strategy.data.close.array), np.array(strategy.data.open.array)
    assert list(strategy.shown.array) == list(closes - opens)
    [[figure]] = cerebro.plot(volume=False)
    assert list(figure.axes[1].lines[0].get_ydata()) == list(closes - opens)


def _pixels(crowded: bool, kind: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    dice = np.random.default_rng(7)
    count = 30_000
    middle = 50 + np.cumsum(dice.normal(size=count)) / 20
    x, low, high = np.arange(count, dtype=float), middle - dice.random(count), middle + 1
    colors = np.array([(0.9, 0.1, 0.1, 1.0), (0.2, 0.3, 0.8, 1.0)])[(np.arange(count) // 997) % 2]
    figure = pyplot.figure(figsize=(6, 3), dpi=100)
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    if kind == "boxes":
        looks = {"antialiaseds": (0,), "linewidths": (0.5,)}
        item = Boxes(x - 0.4, x + 0.4, low, high, facecolors=colors, edgecolors=colors, **looks)
        ax.add_collection(item)
    elif kind == "strokes":
        ax.add_collection(Strokes(x, low, x, high, colors=colors, antialiaseds=(0,)))
    else:
        ax.add_line(Curve(x, middle, color="green", linewidth=1.5))
    ax.set(xlim=(0, count), ylim=(low.min(), high.max()))
    monkeypatch.setattr("backtrader.plot._dense._CROWDED", 3 if crowded else 10**9)
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).astype(float)[:, :, :3]


@pytest.mark.parametrize("kind", ["boxes", "strokes", "curve"])
def test_crowded_bars_and_lines_look_as_each_drawn(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast, exact = (_pixels(crowded, kind, monkeypatch) for crowded in (True, False))
    apart = np.abs(fast - exact).max(axis=2)
    # ends of bars move by less than a pixel: one in forty shows its neighbour's colour
    assert (apart > 64).mean() < 0.025
    assert (exact < 250).any(axis=2).sum() == pytest.approx(
        (fast < 250).any(axis=2).sum(), rel=0.05
    )


def test_crowded_bars_are_complete_for_who_asks() -> None:
    x = np.arange(50_000, dtype=float)
    item = Boxes(x - 0.4, x + 0.4, x * 0, x, facecolors=["r"], edgecolors=["k"])
    assert len(item.get_paths()) == 50_000
    assert item.get_paths()[-1].vertices[1].tolist() == [49_998.6, 49_999.0]
