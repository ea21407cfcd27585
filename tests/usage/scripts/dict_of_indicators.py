import collections
import os
import backtrader as bt


class MLTrader(bt.Strategy):
    """state kept per data in dictionaries, as in most multi data posts"""
    params = dict(oneplot=False)

    def __init__(self):
        self.inds = dict()
        self.o = dict()  # orders per data (main, stop, limit, manual-close)
        self.holding = collections.defaultdict(int)
        self.stats_ = collections.defaultdict(lambda: collections.defaultdict(int))
        for i, d in enumerate(self.datas):
            self.inds[d] = dict()
            self.inds[d]['fast'] = bt.indicators.SMA(d.close, period=5)
            self.inds[d]['slow'] = bt.indicators.SMA(d.close, period=20)
            self.inds[d]['cross'] = bt.indicators.CrossOver(self.inds[d]['fast'],
                                                            self.inds[d]['slow'])
            if i > 0 and self.p.oneplot:
                d.plotinfo.plotmaster = self.datas[0]

    def notify_order(self, order):
        if order.status == order.Submitted:
            return
        dt, dn = self.datetime.date(), order.data._name
        self.stats_[dn][order.getstatusname()] += 1
        if not order.alive():
            dorders = self.o[order.data]
            dorders.remove(order)
            if not dorders:
                self.o.pop(order.data)
                if not self.getposition(order.data).size:
                    self.holding[order.data] = 0

    def next(self):
        for i, d in enumerate(self.datas):
            pos = self.getposition(d).size
            if not pos and not self.o.get(d):
                if self.inds[d]['cross'][0] == 1:
                    self.o[d] = [self.buy(data=d, size=100)]
                    price = d.close[0]
                    self.o[d].append(self.buy(data=d, size=10, exectype=bt.Order.Limit,
                                              price=price * 0.97))
                    self.holding[d] = 0
            elif pos:
                self.holding[d] += 1
                if self.holding[d] >= 12 or self.inds[d]['cross'][0] == -1:
                    for o in list(self.o.get(d, [])):
                        self.cancel(o)
                    self.o.setdefault(d, []).append(self.close(data=d))

    def stop(self):
        for n in sorted(self.stats_):
            print(n, sorted(self.stats_[n].items()))
        print(sorted((d._name, v) for d, v in self.holding.items()))


f = os.environ.get('DATAS', 'datas')
cerebro = bt.Cerebro()
for n in ('orcl', 'yhoo', 'nvda'):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(f, n + '-2014.txt')), name=n)
cerebro.addstrategy(MLTrader, oneplot=True)
cerebro.broker.setcash(100000.0)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
