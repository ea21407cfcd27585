"""Time a saved chart of many bars and five indicators: ``python bench/plotting.py [BARS] [STYLE]``.

Runs under any interpreter that has a backtrader, upstream's too. Prints seconds of the processor
for drawing and saving, without the import of matplotlib.
"""

import datetime
import math
import os
import sys
import tempfile
import time

import matplotlib

matplotlib.use("Agg")
matplotlib.use = lambda *args, **kwargs: None  # upstream asks for windows

import matplotlib.pyplot  # noqa: E402

import backtrader as bt  # noqa: E402
import backtrader.plot  # noqa: E402


class Walk(bt.feed.DataBase):
    """Bars of a wave that never repeats."""

    params = (("count", 0),)

    def start(self):
        super().start()
        self.number = 0
        self.begin = bt.date2num(datetime.datetime(2020, 1, 1))

    def _load(self):
        number = self.number
        if number >= self.p.count:
            return False
        self.number += 1
        price = 100 + 30 * math.sin(number / 9000) + 5 * math.sin(number / 7.3) + number % 17 / 9
        lines = self.lines
        lines.datetime[0] = self.begin + number / 288
        lines.open[0], lines.close[0] = price, price + math.sin(number * 1.7)
        lines.high[0], lines.low[0] = price + 1.5, price - 1.5
        lines.volume[0], lines.openinterest[0] = 1000 + number * 7919 % 5000, 0
        return True


class Five(bt.Strategy):
    """Five indicators."""

    def __init__(self):
        bt.ind.SMA(period=15)
        bt.ind.EMA(period=50)
        bt.ind.BBands()
        bt.ind.RSI()
        bt.ind.MACD()


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    style = sys.argv[2] if len(sys.argv) > 2 else "line"
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(Walk(count=count))
    cerebro.addstrategy(Five)
    cerebro.run()
    path = os.path.join(tempfile.mkdtemp(), "chart.png")
    began = time.process_time()
    [[figure]] = cerebro.plot(iplot=False, style=style)
    backtrader.plot.Plot().savefig(figure, path)
    print(f"{count} bars, {style}: {time.process_time() - began:.2f} s")


if __name__ == "__main__":
    main()
