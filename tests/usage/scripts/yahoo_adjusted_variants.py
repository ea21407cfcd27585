import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    def next(self):
        if len(self) in (1, 100, 250):
            d = self.data
            print(d.datetime.date(0), ' '.join('%.4f' % x[0] for x in (
                d.open, d.high, d.low, d.close, d.volume)), '%.4f' % d.adjclose[0])


for kw in ({}, dict(adjclose=False), dict(adjvolume=False), dict(round=False),
           dict(decimals=4, roundvolume=2), dict(roundvolume=False)):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(os.environ['DATAS'], 'yhoo-2003-2005.txt'),
        fromdate=datetime.datetime(2003, 12, 1), todate=datetime.datetime(2004, 12, 31), **kw))
    cerebro.addstrategy(St)
    print(kw)
    print(len(cerebro.run()[0]))
cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.YahooFinanceCSVData(
    dataname=os.path.join(os.environ['DATAS'], 'orcl-2003-2005-newest-first.txt'), reverse=True))
cerebro.addstrategy(St)
print(len(cerebro.run()[0]))
