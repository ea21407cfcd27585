import datetime
import os
import backtrader as bt


class VWAP(bt.Indicator):
    lines = ('vwap', 'dist')
    plotinfo = dict(subplot=False)

    def __init__(self):
        self.pv = self.v = 0.0
        self.hlc = (self.data.high + self.data.low + self.data.close) / 3.0

    def next(self):
        if len(self) == 1 or self.data.datetime.date() != self.data.datetime.date(-1):
            self.pv = self.v = 0.0
        self.pv += self.hlc[0] * self.data.volume[0]
        self.v += self.data.volume[0]
        self.l.vwap[0] = self.pv / self.v if self.v else self.hlc[0]
        self.l.dist[0] = self.data.close[0] / self.l.vwap[0] - 1.0


class St(bt.Strategy):
    def __init__(self):
        self.w = VWAP(self.data)
        self.tr = bt.ind.TrueRange(self.data)
        self.vs = bt.ind.SumN(self.data.volume, period=12)

    def next(self):
        if self.data.datetime.time(0).minute == 0 or len(self) == 13:
            print(self.data.datetime.datetime(0), '%.3f %.5f %.2f %d' % (
                self.w.vwap[0], self.w.dist[0], self.tr[0], self.vs[0]))


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-01-02-volume-min-001.txt'),
    timeframe=bt.TimeFrame.Minutes))
cerebro.addstrategy(St)
cerebro.run()
