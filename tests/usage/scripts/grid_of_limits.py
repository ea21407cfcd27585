import os
import backtrader as bt


class Grid(bt.Strategy):
    params = (('step', 0.01), ('levels', 3), ('refresh', 15))

    def __init__(self):
        self.working = {}
        self.base = None
        self.stat = dict(buy=0, sell=0, cancel=0)

    def place(self):
        self.base = self.data.close[0]
        for o in list(self.working.values()):
            self.cancel(o)
        for i in range(1, self.p.levels + 1):
            b = self.buy(price=self.base * (1 - self.p.step * i), exectype=bt.Order.Limit,
                         size=1, level=-i)
            s = self.sell(price=self.base * (1 + self.p.step * i), exectype=bt.Order.Limit,
                          size=1, level=i)
            self.working[b.ref], self.working[s.ref] = b, s

    def notify_order(self, order):
        if not order.alive():
            self.working.pop(order.ref, None)
        if order.status == order.Completed:
            side = 'buy' if order.isbuy() else 'sell'
            self.stat[side] += 1
            if sum(self.stat.values()) < 30:
                print(self.data.datetime.date(0), side, order.info.level, '%.2f' % order.executed.price,
                      'pos', self.position.size, 'open', len(self.broker.get_orders_open()))
        elif order.status == order.Canceled:
            self.stat['cancel'] += 1

    def next(self):
        if len(self) % self.p.refresh == 1:
            self.place()

    def stop(self):
        print(self.stat, '%.2f' % self.broker.getvalue(), self.position.size, len(self.working))


cerebro = bt.Cerebro()
cerebro.broker.setcash(100000)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(Grid)
cerebro.run()
