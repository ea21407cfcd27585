"""an indicator made in start(), read in next and in a timer"""
import os
import backtrader as bt


class Late(bt.Indicator):
    lines = ('z',)
    params = (('period', 10),)

    def __init__(self):
        m, s = bt.ind.SMA(period=self.p.period), bt.ind.StdDev(period=self.p.period)
        self.l.z = bt.DivByZero(self.data - m, s)


class St(bt.Strategy):
    def __init__(self):
        self.parts = [Late(self.data.high, period=p) for p in (5, 9)]
        self.worst = bt.Max(*[abs(p) for p in self.parts])
        self.add_timer(bt.timer.SESSION_END, weekdays=[2], cheat=True, level=1.6)

    def notify_timer(self, timer, when, *args, **kwargs):
        if len(self.worst) > 10 and self.worst[0] > kwargs['level']:
            print(when.date(), len(self), len(self.worst), '%.4f' % self.worst[0],
                  ['%.4f' % p[0] for p in self.parts], ['%.4f' % p.z[-1] for p in self.parts],
                  '%.4f' % self.parts[0].get(size=2)[0], self.worst > 1.9)

    def next(self):
        if len(self) == 50:
            print('next %.4f' % self.worst[0])


for kw in ({}, dict(runonce=False)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
