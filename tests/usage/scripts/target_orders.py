import os
from datetime import datetime
import backtrader as bt


class TheStrategy(bt.Strategy):
    params = (('how', 'size'),)

    def notify_order(self, order):
        if order.status == order.Completed:
            pass
        elif not order.alive():
            print('!!', order.getstatusname())

    def start(self):
        self.order = None
        self.count = 0

    def next(self):
        dt = self.data.datetime.date()
        if dt.day % 5 == 0 and self.count < 26:
            self.count += 1
            size = dt.day
            if (dt.month % 2) == 0:
                size = 31 - size
            if self.p.how == 'size':
                o = self.order_target_size(target=size)
                w = size
            elif self.p.how == 'value':
                w = size * 1000
                o = self.order_target_value(target=w)
            else:
                w = size / 100.0
                o = self.order_target_percent(target=w)
            print('%03d %s pos %d px %.2f want %s -> %s' % (
                len(self), dt.isoformat(), self.position.size, self.data.close[0], w,
                o and '%s %d' % (o.ordtypename(), o.created.size)))

    def stop(self):
        last = self.order_target_size(target=0)
        print('at stop', last is not None, '%.2f' % self.broker.getvalue())


for how in ['size', 'value', 'percent']:
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(1e6)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt'),
        fromdate=datetime(2006, 1, 1), todate=datetime(2006, 6, 30)))
    cerebro.addstrategy(TheStrategy, how=how)
    print(how)
    cerebro.run()
