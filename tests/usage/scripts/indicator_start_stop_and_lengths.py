import os
import backtrader as bt


class Hooked(bt.Indicator):
    lines = ('v',)
    params = (('k', 3),)

    def __init__(self):
        self.addminperiod(self.p.k)
        self.seen = []

    def prenext(self):
        self.seen.append(('pre', len(self)))

    def nextstart(self):
        self.seen.append(('start', len(self)))
        self.l.v[0] = self.data[0]

    def next(self):
        if len(self.seen) < 6:
            self.seen.append(('next', len(self)))
        self.l.v[0] = self.l.v[-1] * 0.5 + self.data[0] * 0.5


class St(bt.Strategy):
    def __init__(self):
        self.h = Hooked(self.data.close)
        self.g = Hooked(self.data.close - self.data.close(-2), k=2)

    def next(self):
        if len(self) in (5, 200):
            print(len(self), len(self.h), len(self.g), '%.4f %.4f' % (self.h[0], self.g[0]),
                  self.h._minperiod, self.g._minperiod)

    def stop(self):
        print(self.h.seen[:6])
        print(self.g.seen[:6])


for kw in ({}, dict(runonce=False), dict(preload=False)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
