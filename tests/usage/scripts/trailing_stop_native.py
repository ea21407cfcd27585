import os
import backtrader as bt


class Trail(bt.Strategy):
    params = dict(ma=bt.ind.SMA, p1=10, p2=30, stoptype=bt.Order.StopTrail, trailamount=0.0,
                  trailpercent=0.0)

    def __init__(self):
        m1, m2 = self.p.ma(period=self.p.p1), self.p.ma(period=self.p.p2)
        self.crup = bt.ind.CrossUp(m1, m2)
        self.order = None

    def next(self):
        if not self.position:
            if self.crup:
                self.buy()
                self.order = None
        elif self.order is None:
            lim = None
            if self.p.stoptype == bt.Order.StopTrailLimit:
                lim = self.data.close[0] - (self.p.trailamount or 10)
                price = self.data.close[0]
            else:
                price = None
            self.order = self.sell(exectype=self.p.stoptype, trailamount=self.p.trailamount or None,
                                   trailpercent=self.p.trailpercent or None, price=price,
                                   plimit=lim)
            tcheck = self.data.close[0] - self.p.trailamount
            print('trail from', self.data.datetime.date(0), '%.2f' % self.order.created.price,
                  '%.2f' % tcheck)
        else:
            if len(self) % 4 == 0:
                print('   ', len(self), 'stop now %.2f' % self.order.created.price,
                      'close %.2f' % self.data.close[0])

    def notify_order(self, order):
        if order.status == order.Completed and not order.isbuy():
            print('out at %.2f on %s' % (order.executed.price, self.data.datetime.date()))


def one(**kw):
    print('#', sorted(kw.items()))
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.addstrategy(Trail, **kw)
    cerebro.run()
    print('%.2f' % cerebro.broker.getvalue())


one(trailamount=60.0)
one(trailpercent=0.02)
one(trailamount=50.0, stoptype=bt.Order.StopTrailLimit)
