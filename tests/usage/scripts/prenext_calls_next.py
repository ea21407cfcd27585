"""datas that begin at different times; prenext passes on to next"""
import datetime
import os
import backtrader as bt


class Universe(bt.Strategy):
    params = dict(period=30)

    def __init__(self):
        self.smas = {d: bt.ind.SMA(d, period=self.p.period) for d in self.datas}
        self.pre = 0

    def prenext(self):
        self.pre += 1
        self.next()

    def nextstart(self):
        print('all there at', self.datetime.date(0), 'after', self.pre)
        self.next()

    def next(self):
        self.d_with_len = [d for d in self.datas if len(d) > self.p.period]
        if len(self) % 60:
            return
        for d in self.d_with_len:
            print(self.datetime.date(0), d._name, len(d), '%.2f %.2f' % (d.close[0], self.smas[d][0]),
                  d.datetime.date(0))

    def stop(self):
        print(len(self), [(d._name, len(d), len(self.smas[d])) for d in self.datas])


for runonce in (True, False):
    cerebro = bt.Cerebro(runonce=runonce)
    for n, fd, td in (('orcl', (2014, 1, 1), (2014, 12, 31)), ('yhoo', (2014, 4, 1), (2014, 12, 31)),
                      ('nvda', (2014, 7, 1), (2014, 10, 1))):
        cerebro.adddata(bt.feeds.YahooFinanceCSVData(
            dataname=os.path.join(os.environ['DATAS'], n + '-2014.txt'), name=n,
            fromdate=datetime.datetime(*fd), todate=datetime.datetime(*td)))
    cerebro.addstrategy(Universe)
    cerebro.run()
