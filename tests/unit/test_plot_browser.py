"""Interactive charts in a real browser, without a screen and without a network."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import backtrader as bt
from tests.parity_charts.scenarios import feed, rows

pytest.importorskip("matplotlib")
pytest.importorskip("bokeh")

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)

pytestmark = [
    pytest.mark.skipif(not BROWSER, reason="no chromium (Debian: apt-get install chromium)"),
    pytest.mark.filterwarnings("default"),
]

# Waits for the chart, uses it as a person would and leaves what it saw in the title.
VISIT = """
<script>
const seen = {errors: []}
addEventListener("error", (event) => seen.errors.push(String(event.message)))
const wait = (ms) => new Promise((done) => setTimeout(done, ms))
function layers(root, found = []) {
  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) layers(element.shadowRoot, found)
    if (element.classList.contains(MARK)) found.push(element)
  }
  return found
}
let MARK = "bk-events"
async function visit() {
  while (!window.Bokeh?.documents.length || layers(document).length < PANES) await wait(100)
  await wait(500)
  const doc = Bokeh.documents[0]
  const named = (name) => doc.get_model_by_name(name)
  const [view, bars, lines, full] = ["view", "bars", "lines", "full"].map(named)
  const state = () => ({
    start: view.start, end: view.end, bars: bars.data.x.length, points: lines.data.x.length,
  })
  seen.size = full.data.time.length
  seen.panes = layers(document).length
  seen.before = state()
  const pane = layers(document)[PANE]
  const box = pane.getBoundingClientRect()
  const at = {clientX: box.x + box.width / 2, clientY: box.y + box.height / 2}
  const common = {...at, bubbles: true, composed: true, cancelable: true}
  for (let n = 0; n < TURNS; n++) {
    pane.dispatchEvent(new WheelEvent("wheel", {...common, deltaY: -200}))
    await wait(50)
  }
  await wait(300)
  seen.zoomed = state()
  const pointer = {...common, pointerId: 1, isPrimary: true, pointerType: "mouse", button: 0}
  pane.dispatchEvent(new PointerEvent("pointerdown", {...pointer, buttons: 1}))
  for (const shift of [20, 60, 100, 140]) {
    const moved = {...pointer, buttons: 1, clientX: at.clientX + shift}
    pane.dispatchEvent(new PointerEvent("pointermove", moved))
    await wait(30)
  }
  pane.dispatchEvent(new PointerEvent("pointerup", {...pointer, clientX: at.clientX + 140}))
  await wait(300)
  seen.panned = state()
  pane.dispatchEvent(new PointerEvent("pointermove", {...pointer, clientX: at.clientX + 1}))
  await wait(600)
  seen.told = {}
  const texts = (mark) => { MARK = mark; return layers(document).map((e) => e.textContent) }
  const values = texts("bk-tooltip-row-value")
  texts("bk-tooltip-row-label").forEach((label, n) => { seen.told[label] = values[n] })
  const x = Math.round(view.end) - 2
  const place = Array.from(bars.data.x).indexOf(x)
  seen.close = place < 0 ? null : [x, bars.data.d0_close[place]]
  document.title = "seen " + JSON.stringify(seen)
}
visit()
</script>
"""


def _strategy() -> Any:
    class Trading(bt.Strategy):
        def __init__(self) -> None:
            average = bt.ind.SMA(period=15)
            bt.ind.BBands()
            bt.ind.RSI(safediv=True)
            bt.ind.MACDHisto()
            bt.ind.EMA(period=40)
            self.cross = bt.ind.CrossOver(self.data.close, average, plot=False)

        def next(self) -> None:
            if self.cross[0] > 0:
                self.buy()
            elif self.cross[0] < 0 and self.position:
                self.close()

    return Trading


def _written(path: Path, count: int, **options: Any) -> bt.Cerebro:
    cerebro = bt.Cerebro()
    data = feed(bt, rows(count, minutes=5), timeframe=bt.TimeFrame.Minutes, compression=5)
    cerebro.adddata(data, name="WALK")
    cerebro.addstrategy(_strategy())
    cerebro.run()
    assert cerebro.plot(output=path, **options) == path
    return cerebro


def _visited(path: Path, turns: int) -> dict[str, Any]:
    """Return what a browser saw: 5 panes, the third the prices."""
    visit = VISIT.replace("PANES", "5").replace("PANE]", "2]").replace("TURNS", str(turns))
    visited = path.with_name("visited.html")
    visited.write_text(path.read_text(encoding="utf-8") + visit, encoding="utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={path.parent / 'profile'}",
        "--window-size=1300,1000",
        "--virtual-time-budget=30000",
        "--dump-dom",
        visited.as_uri(),
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    title = re.search(r"<title>seen (.*?)</title>", found.stdout, re.DOTALL)
    assert title is not None, found.stderr[-3000:]
    seen: dict[str, Any] = json.loads(html.unescape(title.group(1)))
    return seen


def test_a_chart_zooms_pans_and_tells_values(tmp_path: Path) -> None:
    path = tmp_path / "chart.html"
    cerebro = _written(path, 1500, style="candle")
    seen = _visited(path, turns=8)
    assert seen["errors"] == []
    assert seen["panes"] == 5
    assert seen["before"]["start"] == -0.5 and seen["before"]["bars"] == 1500
    assert seen["zoomed"]["end"] - seen["zoomed"]["start"] < 1200
    assert seen["panned"]["start"] < seen["zoomed"]["start"]
    told = {label.rsplit(":", 1)[0]: value for label, value in seen["told"].items()}
    assert re.search(r"\d\.\d\d", told["SMA (15)"])
    assert len(told["WALK (5 Minutes) OHLC"].split()) == 4
    place, close = seen["close"]
    expected = cerebro.runstrats[0][0].data.close.array[place]
    assert close == pytest.approx(expected, abs=5e-5)


def test_200_000_bars_stay_few_for_the_browser(tmp_path: Path) -> None:
    path = tmp_path / "chart.html"
    _written(path, 200_000)
    assert path.stat().st_size < 30_000_000
    seen = _visited(path, turns=60)
    assert seen["errors"] == []
    assert seen["size"] == 200_000
    assert seen["before"]["bars"] <= 2001
    width = seen["zoomed"]["end"] - seen["zoomed"]["start"]
    assert width < 20_000
    assert seen["panned"]["start"] != seen["zoomed"]["start"]


def test_the_file_asks_for_nothing_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "chart.html"
    _written(path, 60)
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=", text)
