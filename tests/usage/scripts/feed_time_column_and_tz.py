"""minutes with sessions and daily bars of another file kept in step"""
import datetime
import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.seen = 0

    def next(self):
        if len(self.data1) != self.seen:
            self.seen = len(self.data1)
            if self.seen < 12:
                print(self.seen, 'minute', self.data0.datetime.datetime(0), 'day',
                      self.data1.datetime.datetime(0), '%.2f %.2f' % (self.data0.close[0],
                                                                      self.data1.close[0]))

    def stop(self):
        print(len(self), len(self.data0), len(self.data1))


for end in (None, datetime.time(17, 30), datetime.time(0, 0)):
    cerebro = bt.Cerebro()
    kw = dict(sessionend=end) if end is not None else {}
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-min-005.txt'),
        timeframe=bt.TimeFrame.Minutes, compression=5))
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'),
        todate=datetime.datetime(2006, 1, 20), **kw))
    cerebro.addstrategy(St)
    print(end)
    cerebro.run()
