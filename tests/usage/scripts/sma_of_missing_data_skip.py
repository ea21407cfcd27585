"""does a bar exist for this data today? lengths and dates compared"""
import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.miss = [0] * len(self.datas)
        self.lastlen = [0] * len(self.datas)

    def next(self):
        today = self.datetime.date(0)
        for i, d in enumerate(self.datas):
            if d.datetime.date(0) != today or len(d) == self.lastlen[i]:
                self.miss[i] += 1
                if self.miss[i] < 5:
                    print(today, d._name, 'has no bar, last is', d.datetime.date(0))
            self.lastlen[i] = len(d)
        if len(self) == 60:
            o = self.buy(self.data1)
        if len(self) == 64:
            o = self.close(self.data1)

    def notify_order(self, order):
        if order.status == order.Completed:
            print(self.datetime.date(0), bt.num2date(order.executed.dt).date(),
                  '%.2f' % order.executed.price)

    def stop(self):
        print(self.miss, len(self), [len(d) for d in self.datas])


with open('gaps.csv', 'w') as f, open(os.path.join(os.environ['DATAS'], '2006-day-002.txt')) as g:
    for i, line in enumerate(g):
        if i % 7 != 3:
            f.write(line)
for kw in ({}, {'runonce': False}, {'preload': False}):
    cerebro = bt.Cerebro(stdstats=False, **kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')), name='full')
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname='gaps.csv'), name='gaps')
    cerebro.addstrategy(St)
    cerebro.run()
