"""pairs trading, spread and z-score by lines"""
import os
import backtrader as bt


class ZScore(bt.Indicator):
    lines = ('spread', 'z',)
    params = (('period', 20), ('ratio', 1.0))

    def __init__(self):
        self.l.spread = self.data0.close - self.p.ratio * self.data1.close
        mean = bt.ind.SMA(self.l.spread, period=self.p.period)
        std = bt.ind.StdDev(self.l.spread, period=self.p.period)
        self.lines.z = (self.l.spread - mean) / std


class Pairs(bt.Strategy):
    params = dict(period=20, upper=1.8, lower=-1.5, up_medium=0.3, low_medium=-0.3, ratio=0.95)

    def __init__(self):
        self.zi = ZScore(self.data0, self.data1, period=self.p.period, ratio=self.p.ratio)
        self.z = self.zi.lines.z
        self.status = 0
        self.orderid = None

    def notify_order(self, order):
        if order.status in [order.Submitted, order.Accepted]:
            return
        print('      %s %s %d @ %.2f' % (order.getstatusname(), order.data._name,
                                         order.executed.size, order.executed.price))
        self.orderid = None

    def next(self):
        if self.orderid:
            return
        z = self.z[0]
        if z > self.p.upper and self.status != 1:
            v = 0.5 * self.broker.getvalue()
            x, y = int(v / self.data0.close), int(v / self.data1.close)
            print('%s z %.4f short the spread %d %d' % (self.data.datetime.date(), z, x, y))
            self.orderid = self.sell(data=self.data0, size=x + self.getposition(self.data0).size)
            self.buy(data=self.data1, size=y - self.getposition(self.data1).size)
            self.status = 1
        elif z < self.p.lower and self.status != 2:
            v = 0.5 * self.broker.getvalue()
            x, y = int(v / self.data0.close), int(v / self.data1.close)
            print('%s z %.4f long the spread %d %d' % (self.data.datetime.date(), z, x, y))
            self.orderid = self.buy(data=self.data0, size=x - self.getposition(self.data0).size)
            self.sell(data=self.data1, size=y + self.getposition(self.data1).size)
            self.status = 2
        elif self.status and self.p.low_medium < z < self.p.up_medium:
            print('%s z %.4f flat' % (self.data.datetime.date(), z))
            self.close(self.data0)
            self.close(self.data1)
            self.status = 0


f = os.environ.get('DATAS', 'datas')
cerebro = bt.Cerebro()
for n in ('orcl', 'yhoo'):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(dataname=os.path.join(f, n + '-2014.txt')), name=n)
cerebro.broker.setcash(100000)
cerebro.addstrategy(Pairs)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
