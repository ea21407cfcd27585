import os
from datetime import datetime

import backtrader as bt


class Rebalance(bt.Strategy):
    params = (('n', 40), ('weights', {'orcl': 0.5, 'nvda': 0.3, 'yhoo': 0.15}))

    def __init__(self):
        self.counter = 0
        self.trades = 0

    def prenext(self):
        self.next()

    def next(self):
        self.counter += 1
        if self.counter % self.p.n != 1:
            return
        val = self.broker.getvalue()
        drift = []
        for name, w in self.p.weights.items():
            d = self.getdatabyname(name)
            if not len(d):
                print('   ', name, 'has no bars yet')
                continue
            now = self.broker.getvalue([d]) / val
            drift.append((name, round(now - w, 4)))
            self.order_target_percent(data=name, target=w)
        print(self.datetime.date(0), '%.2f' % val, drift)

    def notify_trade(self, trade):
        self.trades += trade.isclosed

    def stop(self):
        for n in self.getdatanames():
            p = self.getpositionbyname(n)
            print(n, p.size, '%.4f' % p.price)
        print('trades closed', self.trades, {k: v.size for k, v in self.getpositionsbyname().items()})


f = os.environ.get('DATAS', 'datas')
cerebro = bt.Cerebro()
for i, name in enumerate(('orcl', 'nvda', 'yhoo')):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(f, name + '-2014.txt'), name=name,
        fromdate=datetime(2014, 1 + i * 2, 1)))
cerebro.addstrategy(Rebalance)
cerebro.run()
