import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.w = bt.ind.SMA(self.data1, period=2)
        self.d = bt.ind.EMA(self.data0, period=4)
        self.add_timer(bt.timer.SESSION_START, weekdays=[3])

    def notify_timer(self, timer, when, *args, **kwargs):
        if 20 < len(self) < 40:
            print('timer', when.date(), len(self), len(self.w), '%.3f %.3f' % (self.w[0], self.d[0]))

    def next_open(self):
        if 20 < len(self) < 27:
            print('open', len(self), len(self.data1), len(self.w), '%.3f %.3f' % (
                self.w[0], self.d[0]), '%.2f' % self.data1.close[0])

    def next(self):
        if 20 < len(self) < 27:
            print('next', len(self), len(self.data1), len(self.w), '%.3f %.3f' % (
                self.w[0], self.d[0]), '%.2f' % self.data1.close[0])


for how in ('resampledata', 'replaydata'):
    for kw in ({}, dict(runonce=False)):
        cerebro = bt.Cerebro(cheat_on_open=True, **kw)
        d = bt.feeds.BacktraderCSVData(dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
        cerebro.adddata(d)
        getattr(cerebro, how)(d if how == 'resampledata' else bt.feeds.BacktraderCSVData(
            dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')),
            timeframe=bt.TimeFrame.Weeks)
        cerebro.addstrategy(St)
        print(how, kw)
        cerebro.run()
