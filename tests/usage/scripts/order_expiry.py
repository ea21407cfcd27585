import os
import datetime
import backtrader as bt


class Expire(bt.Strategy):
    """valid given as each of what the docs allow."""
    def __init__(self):
        self.sent = 0

    def make_valid(self, n):
        d = self.data.datetime
        return [None, d.datetime(0) + datetime.timedelta(days=3), d.date(0) +
                datetime.timedelta(days=4), datetime.timedelta(days=2), bt.Order.DAY, 0,
                bt.date2num(d.datetime(0)) + 5][n]

    def next(self):
        if len(self) % 10 == 5 and self.sent < 7:
            v = self.make_valid(self.sent)
            o = self.buy(exectype=bt.Order.Limit, price=self.data.low[0] * 0.98, valid=v)
            self.sent += 1
            print(len(self), 'valid', type(v).__name__, '->',
                  bt.num2date(o.valid) if o.valid else o.valid)

    def notify_order(self, order):
        if order.status in (order.Expired, order.Completed):
            print(len(self), 'ref', order.ref, order.getstatusname(), self.data.datetime.date(0))

    def stop(self):
        for o in self.broker.get_orders_open():
            print('still open', o.ref, '%.2f' % o.created.price)
        self.cancel(o)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt'),
    sessionend=datetime.time(17, 30)))
cerebro.addstrategy(Expire)
cerebro.run()
