import os
import backtrader as bt


class Short(bt.Strategy):
    params = (('period', 5),)

    def __init__(self):
        self.ma = bt.ind.SMA(period=self.p.period)

    def notify_order(self, o):
        if o.status == o.Completed:
            print(self.data.datetime.date(0), type(self).__name__, self._id, '%+d' % o.executed.size,
                  'pos', self.position.size, 'mine', o.owner is self)

    def next(self):
        if len(self) == 20 + self._id * 5:
            self.buy(size=self._id + 1)
        if len(self) == 60 + self._id * 5:
            self.close()

    def stop(self):
        print(type(self).__name__, self._id, '%.2f' % self.ma[0], '%.2f' % self.broker.getvalue())


class Long(Short):
    params = (('period', 50),)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
for cls, kw in ((Short, {}), (Long, dict(period=30)), (Short, dict(period=9))):
    cerebro.addstrategy(cls, **kw)
cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name='t')
res = cerebro.run()
print(len(res), [s.p.period for s in res], [len(s) for s in res])
print([s.analyzers.t.get_analysis().total.get('closed') for s in res], res is cerebro.runstrats[0])
