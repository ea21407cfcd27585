import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.cross = bt.ind.CrossOver(bt.ind.SMA(period=5), bt.ind.SMA(period=20))
        self.up = self.data.close > self.data.open
        self.zero = self.data.close * 0
        self.n = [0] * 8

    def next(self):
        n = self.n
        if self.cross:
            n[0] += 1
        if not self.cross:
            n[1] += 1
        if self.up and self.cross > 0:
            n[2] += 1
        if self.zero or self.data.volume:
            n[3] += 1
        n[4] += bool(self.up)
        n[5] += self.cross == 1.0
        n[6] += bool(self.data.close and self.data.close[0])
        n[7] += (self.up == True) if self.up else 0
        if len(self) == 30:
            print(type(self.cross > 0).__name__, type(self.up[0]).__name__,
                  float(self.cross[0]), int(self.up[0]))
            print(self.data.close == self.data.close[0], self.data.close != self.data.open,
                  self.data.high >= self.data.low, abs(self.data.open - self.data.close) > 0)

    def stop(self):
        print(self.n)


for runonce in True, False:
    cerebro = bt.Cerebro(runonce=runonce)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
