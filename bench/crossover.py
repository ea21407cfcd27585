"""Time a crossover of two averages over many bars: ``python bench/crossover.py [BARS]``.

Runs under any interpreter that has a backtrader, upstream's too. Prints the least seconds of the
processor of three runs, reading the file included, and the value of the account at the end, which
must be the same everywhere.
"""

import datetime
import json
import os
import random
import sys
import tempfile
import time

import backtrader as bt


def write(path, bars):
    """Write minutes of a random walk, the same for every run, in backtrader's own layout."""
    source, price = random.Random(1), 100.0
    begin = datetime.datetime(2020, 1, 1)
    with open(path, "w") as out:
        out.write("Date,Time,Open,High,Low,Close,Volume,OpenInterest\n")
        for count in range(bars):
            moment = begin + datetime.timedelta(minutes=count)
            last = max(price + source.uniform(-0.5, 0.5), 10.0)
            high, low = max(price, last) + 0.1, min(price, last) - 0.1
            prices = f"{price:.2f},{high:.2f},{low:.2f},{last:.2f}"
            out.write(f"{moment:%Y-%m-%d,%H:%M:%S},{prices},1000,0\n")
            price = last


class Cross(bt.Strategy):
    """Long while the fast average is above the slow one."""

    def __init__(self):
        self.cross = bt.ind.CrossOver(bt.ind.SMA(period=20), bt.ind.SMA(period=60))

    def next(self):
        if self.cross > 0:
            self.buy()
        elif self.cross < 0 and self.position:
            self.close()


def run(path):
    """Return the seconds of the processor, and the value at the end."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=path, timeframe=bt.TimeFrame.Minutes))
    cerebro.addstrategy(Cross)
    began = time.process_time()
    cerebro.run()
    return time.process_time() - began, cerebro.broker.getvalue()


def main():
    bars = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "minutes.csv")
        write(path, bars)
        runs = [run(path) for _ in range(3)]
    print(json.dumps({"bars": bars, "seconds": min(runs)[0], "value": round(runs[0][1], 6)}))


if __name__ == "__main__":
    main()
