# bracket with parent / transmit, the way before buy_bracket existed
import os, sys
import datetime as dt
import backtrader as bt


class St(bt.Strategy):
    params = (('ma', bt.ind.SMA), ('p1', 5), ('p2', 15), ('limit', 0.005), ('limdays', 3),
              ('limdays2', 1000), ('hold', 10))

    def notify_order(self, order):
        print('{}: ref {:>3} / {} {} / {}'.format(
            self.data.datetime.date(0), order.ref, 'Buy' if order.isbuy() else 'Sell',
            order.getordername(), order.getstatusname()))
        if order.status == order.Completed:
            self.holdstart = len(self)
        if not order.alive() and order.ref in self.orefs:
            self.orefs.remove(order.ref)

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.p.ma(period=self.p.p1), self.p.ma(period=self.p.p2))
        self.orefs = list()

    def next(self):
        if self.orefs:
            return
        if not self.position:
            if self.cross > 0.0:
                close = self.data.close[0]
                p1 = close * (1.0 - self.p.limit)
                p2 = p1 - 0.02 * close
                p3 = p1 + 0.02 * close
                valid1 = dt.timedelta(self.p.limdays)
                valid2 = valid3 = dt.timedelta(self.p.limdays2)
                o1 = self.buy(exectype=bt.Order.Limit, price=p1, valid=valid1, transmit=False)
                print('{}: parent ref {} at {:.2f}'.format(self.datetime.date(), o1.ref, p1))
                o2 = self.sell(exectype=bt.Order.Stop, price=p2, valid=valid2, parent=o1,
                               transmit=False)
                o3 = self.sell(exectype=bt.Order.Limit, price=p3, valid=valid3, parent=o1,
                               transmit=True)
                print('    stop ref {} at {:.2f}, target ref {} at {:.2f}'.format(
                    o2.ref, p2, o3.ref, p3))
                self.orefs = [o1.ref, o2.ref, o3.ref]
        else:
            if (len(self) - self.holdstart) >= self.p.hold:
                pass  # the children do it

    def stop(self):
        print('left', self.orefs, 'position', self.position.size,
              'value %.2f' % self.broker.get_value())


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2005-2006-day-001.txt'),
    fromdate=dt.datetime(2005, 1, 1), todate=dt.datetime(2005, 10, 31)))
cerebro.addstrategy(St)
cerebro.run()
