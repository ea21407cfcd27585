import os
import datetime
import backtrader as bt


class MTF(bt.Strategy):
    """trade days in the direction of the weeks"""
    params = dict(wperiod=10, dperiod=10)

    def __init__(self):
        self.d, self.w = self.data0, self.data1
        self.wsma = bt.ind.SMA(self.w, period=self.p.wperiod)
        self.dx = bt.ind.CrossOver(self.d.close, bt.ind.EMA(self.d, period=self.p.dperiod))

    def prenext(self):
        self.pre = len(self)

    def nextstart(self):
        print('nextstart at', len(self), 'pre was', self.pre, len(self.w), len(self.wsma))
        self.next()

    def next(self):
        up = self.w.close[0] > self.wsma[0]
        if self.dx > 0 and up and not self.position:
            self.buy()
            print(self.d.datetime.date(0), 'week of', self.w.datetime.date(0), 'in, wsma %.2f' %
                  self.wsma[0], len(self.d), len(self.w))
        elif self.dx < 0 and self.position:
            self.close()


def run(**kw):
    cerebro = bt.Cerebro(**kw)
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
    cerebro.adddata(data, name='days')
    cerebro.resampledata(data, name='weeks', timeframe=bt.TimeFrame.Weeks, compression=1)
    cerebro.addstrategy(MTF)
    st = cerebro.run()[0]
    print(kw, [len(d) for d in st.datas], '%.2f' % cerebro.broker.getvalue())


for kw in ({}, dict(runonce=False), dict(preload=False), dict(stdstats=False, exactbars=-1)):
    run(**kw)
