import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    params = dict(n=2, lookback=10)

    def __init__(self):
        self.roc = {d: bt.ind.ROC(d, period=self.p.lookback) for d in self.datas}
        self.add_timer(name='rebal', when=bt.timer.SESSION_START, weekdays=[1], weekcarry=True,
                       cheat=True)
        self.count = 0

    def notify_timer(self, timer, when, *args, **kwargs):
        if kwargs.get('name') == 'rebal':
            self.rebalance(when)

    def rebalance(self, when):
        ready = [d for d in self.datas if len(self.roc[d]) > self.p.lookback]
        if not ready:
            return
        self.count += 1
        rank = sorted(ready, key=lambda d: -self.roc[d][0])
        if self.count % 9 == 1:
            print(when.date(), [(d._name, round(self.roc[d][0], 5)) for d in rank],
                  len(self), len(self.data0))
        for d in rank[self.p.n:]:
            if self.getposition(d):
                self.order_target_percent(d, 0.0)
        for d in rank[:self.p.n]:
            self.order_target_percent(d, 0.45)

    def notify_order(self, order):
        if order.status == order.Completed and self.count % 9 == 1:
            print('   ', self.datetime.date(0), order.data._name, '%+d' % order.executed.size,
                  '%.2f' % order.executed.price, order.executed.price == order.data.open[0])

    def stop(self):
        print(self.count, '%.2f' % self.broker.getvalue())


for kw in (dict(cheat_on_open=True), dict(cheat_on_open=True, runonce=False), {}):
    cerebro = bt.Cerebro(stdstats=False, **kw)
    for n in ('orcl', 'yhoo', 'nvda'):
        cerebro.adddata(bt.feeds.YahooFinanceCSVData(
            dataname=os.path.join(os.environ['DATAS'], n + '-2014.txt')), name=n)
    cerebro.broker.setcash(50000)
    cerebro.addstrategy(St)
    print(kw)
    cerebro.run()
