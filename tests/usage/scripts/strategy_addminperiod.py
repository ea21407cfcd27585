import os
import backtrader as bt


class Hist(bt.Strategy):
    params = (('lookback', 40),)

    def __init__(self):
        self.addminperiod(self.p.lookback)
        self.pre = 0

    def prenext(self):
        self.pre += 1

    def nextstart(self):
        print('nextstart', len(self), self.pre)
        super(Hist, self).nextstart()

    def next(self):
        if len(self) % 50 == 0:
            xs = self.data.close.get(size=self.p.lookback)
            print(len(self), len(xs), '%.4f' % (sum(xs) / len(xs)), '%.2f' % self.data.close[-39],
                  '%.2f %.2f' % (min(xs), max(xs)))


class Two(Hist):
    def __init__(self):
        super(Two, self).__init__()
        self.sma = bt.ind.SMA(period=60)


for cls in Hist, Two:
    for kw in ({}, dict(runonce=False)):
        cerebro = bt.Cerebro(**kw)
        cerebro.adddata(bt.feeds.BacktraderCSVData(
            dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
        cerebro.addstrategy(cls)
        st = cerebro.run()[0]
        print(cls.__name__, kw, st._minperiod, len(st))
