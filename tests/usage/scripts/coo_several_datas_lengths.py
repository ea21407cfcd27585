"""next_open with datas that have gaps: which bar do indicators show"""
import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.s = [bt.ind.SMA(d, period=3) for d in self.datas]
        self.spread = self.data0.close - self.data0.open
        self.nested = bt.ind.SMA(bt.ind.Momentum(self.data1, period=2).momentum, period=2)

    def show(self, tag):
        print(tag, len(self), [len(d) for d in self.datas], [len(s) for s in self.s],
              ['%.2f' % s[0] for s in self.s], '%.2f %.2f' % (self.spread[0], self.nested[0]),
              '%.2f' % self.s[0][-1])

    def prenext_open(self):
        pass

    def next_open(self):
        if 8 <= len(self.data0) <= 12:
            self.show('open')
        if self.s[0][0] > self.data0.open[0] and not self.position and len(self) < 30:
            self.buy(size=1)

    def next(self):
        if 8 <= len(self) <= 12:
            self.show('next')

    def notify_order(self, o):
        if o.status == o.Completed:
            print('filled', self.data.datetime.date(0), '%.2f' % o.executed.price)


with open('gaps.csv', 'w') as f, open(os.path.join(os.environ['DATAS'], '2006-day-002.txt')) as g:
    for i, line in enumerate(g):
        if i % 4 != 3:
            f.write(line)
for kw in ({}, dict(runonce=False), dict(preload=False)):
    cerebro = bt.Cerebro(stdstats=False, cheat_on_open=True, **kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')), name='full')
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname='gaps.csv'), name='gaps')
    cerebro.addstrategy(St)
    print(kw)
    cerebro.run()
