import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    def start(self):
        self.last = None

    def next(self):
        d = self.data
        if len(self) in (1, 2, 400) or abs(d.close[0] / (self.last or d.close[0]) - 1.0) > 0.25:
            print(len(self), d.datetime.date(0), '%.2f' % d.close[0])
        self.last = d.close[0]


def load(name, **kw):
    return bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], name + '.txt'), name=name, **kw)


cerebro = bt.Cerebro()
cerebro.chaindata(load('2005-2006-day-001', todate=datetime.datetime(2005, 12, 31)),
                  load('2006-day-002'), name='joined')
cerebro.addstrategy(St)
print(len(cerebro.run()[0]))


def checkdate(dt, d):
    # the last days of each quarter are for rolling
    return dt.month in (3, 6, 9, 12) and dt.day >= 20


def checkvolume(d0, d1):
    return d0.close[0] < d1.close[0]


for kw in (dict(checkdate=checkdate), dict(checkdate=checkdate, checkcondition=checkvolume), {}):
    cerebro = bt.Cerebro()
    cerebro.rolloverdata(load('2006-day-001'), load('2006-day-002'), name='cont', **kw)
    cerebro.addstrategy(St)
    r = cerebro.run()[0]
    print(sorted(kw), len(r), r.data._name, '%.2f' % r.data.close[0])
