"""One of every order type, see when each one is done."""
import os
from datetime import timedelta

import backtrader as bt


class AllTypes(bt.Strategy):
    params = dict(hold=8)

    def __init__(self):
        self.plan = [
            ('Market', {}),
            ('Close', {}),
            ('Limit', dict(mult=0.99)),
            ('Stop', dict(mult=1.01)),
            ('StopLimit', dict(mult=1.005, lim=1.002)),
            ('StopTrail', dict(trailamount=40)),
            ('StopTrailLimit', dict(mult=1.01, trailpercent=0.02, lim=1.015)),
        ]
        self.o = None

    def notify_order(self, order):
        d = self.data.datetime.date()
        print(d, 'ref', order.ref, order.ordtypename(), order.getordername(),
              order.getstatusname(), end=' ')
        if order.status == bt.Order.Completed:
            print('@ %.2f x %d' % (order.executed.price, order.executed.size), end='')
        print()
        if not order.alive():
            self.o = None

    def next(self):
        if self.o is not None:
            return
        if self.position:
            self.o = self.close()
            return
        if not self.plan:
            self.env.runstop()
            return
        name, kw = self.plan.pop(0)
        kw = dict(kw)
        c = self.data.close[0]
        if 'mult' in kw:
            kw['price'] = c * kw.pop('mult')
        if 'lim' in kw:
            kw['plimit'] = c * kw.pop('lim')
        self.o = self.buy(exectype=getattr(bt.Order, name),
                          valid=self.data.datetime.datetime(0) + timedelta(days=30), **kw)
        print('-- sent', name, 'type code', self.o.exectype)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
cerebro.addstrategy(AllTypes)
cerebro.run()
print('bars seen', len(cerebro.runstrats[0][0]), 'cash %.2f' % cerebro.broker.getcash())
