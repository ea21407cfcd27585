import argparse
import datetime
import os

import backtrader as bt


class OcoTest(bt.Strategy):
    params = dict(p1=5, p2=15, limit=0.005, limdays=3, limdays2=1000, hold=10, usetarget=False)

    def notify_order(self, order):
        print('{}: order {} {} {}'.format(self.data.datetime.date(0), order.ref,
                                          'B' if order.isbuy() else 'S', order.getstatusname()))
        if order.status == order.Completed:
            self.holdstart = len(self)
        if not order.alive() and order.ref in self.orefs:
            self.orefs.remove(order.ref)

    def __init__(self):
        ma1, ma2 = bt.ind.SMA(period=self.p.p1), bt.ind.SMA(period=self.p.p2)
        self.signal = bt.ind.CrossOver(ma1, ma2)
        self.orefs = []

    def next(self):
        if self.orefs:
            return  # something pending
        if not self.position:
            if self.signal > 0.0:
                c = self.data.close[0]
                p1 = c * (1.0 - self.p.limit)
                p2 = c * (1.0 - 2 * self.p.limit)
                p3 = c * (1.0 - 3 * self.p.limit)
                o1 = self.buy(exectype=bt.Order.Limit, price=p1,
                              valid=datetime.timedelta(self.p.limdays))
                o2 = self.buy(exectype=bt.Order.Limit, price=p2, oco=o1,
                              valid=datetime.timedelta(self.p.limdays2))
                o3 = self.buy(exectype=bt.Order.Limit, price=p3, oco=o2 if self.p.usetarget else o1,
                              valid=datetime.timedelta(self.p.limdays2))
                self.orefs = [o1.ref, o2.ref, o3.ref]
        elif (len(self) - self.holdstart) >= self.p.hold:
            self.close()


def run(args=None):
    p = argparse.ArgumentParser()
    p.add_argument('--data', default=os.path.join(os.environ['DATAS'], '2005-2006-day-001.txt'))
    p.add_argument('--broker', default='cash=50000')
    p.add_argument('--strat', default='')
    args = p.parse_args(args)
    for extra in ('', 'usetarget=True,limdays=1'):
        cerebro = bt.Cerebro()
        cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=args.data,
                                                   todate=datetime.datetime(2005, 9, 30)))
        for k, v in eval('dict(' + args.broker + ')').items():
            getattr(cerebro.broker, 'set_' + k)(v)
        cerebro.addstrategy(OcoTest, **eval('dict(' + (args.strat or extra) + ')'))
        cerebro.run()
        print('=> %.2f' % cerebro.broker.getvalue())


if __name__ == '__main__':
    run()
