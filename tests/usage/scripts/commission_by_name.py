import collections
import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.fees = collections.defaultdict(float)

    def notify_order(self, order):
        if order.status != order.Completed:
            return
        self.fees[order.data._name] += order.executed.comm

    def next(self):
        for i, d in enumerate(self.datas):
            if len(self) % 25 == i:
                if self.getposition(d).size:
                    self.close(d)
                else:
                    self.buy(d, size=10)

    def stop(self):
        for d in self.datas:
            ci = self.broker.getcommissioninfo(d)
            print(d._name, 'comm', ci.p.commission, 'mult', ci.p.mult, 'margin', ci.margin,
                  'stock', ci.stocklike, 'fees %.4f' % self.fees[d._name])


path = os.environ.get('DATAS', 'datas')
cerebro = bt.Cerebro()
for n in ('orcl', 'nvda', 'yhoo'):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(dataname=os.path.join(path, n + '-2014.txt')),
                    name=n)
cerebro.broker.setcommission(commission=0.001)
cerebro.broker.setcommission(commission=0.01, name='nvda')
cerebro.broker.setcommission(commission=2.0, margin=5.0, mult=2.0, name='yhoo')
cerebro.addstrategy(St)
cerebro.run()
print('%.4f' % cerebro.broker.getvalue())
print(sorted(k or '' for k in cerebro.broker.comminfo))
