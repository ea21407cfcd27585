from __future__ import print_function
import os
import backtrader as bt
from backtrader.utils.py3 import MAXINT


class BigOrders(bt.Strategy):
    params = (('stakeperc', 3.0), ('opbreak', 8),)

    def notify_order(self, order):
        op = 'B' if order.isbuy() else 'S'
        if order.status in (order.Partial, order.Completed):
            if self.lines_out < 10:
                print('%s %s %s exec %d left %d bits %d px %.3f' % (
                    self.data.datetime.date(), op, order.getstatusname(), order.executed.size,
                    order.executed.remsize, len(order.executed.exbits), order.executed.price))
            self.lines_out += 1

    def __init__(self):
        self.lines_out = 0
        self.next_ord = 5

    def next(self):
        if len(self) >= self.next_ord:
            self.next_ord += self.p.opbreak
            if not self.position:
                self.buy(size=int(self.data.volume[0] * self.p.stakeperc))
            else:
                self.close()

    def stop(self):
        print('notified', self.lines_out, '%.2f' % self.broker.getvalue())


def fifth(order, price, ago):
    # own filler: a fifth of what is left, but at least 1000
    left = abs(order.executed.remsize)
    return min(left, max(1000, left // 5))


class HalfBar(object):
    def __call__(self, order, price, ago):
        return min(order.data.volume[ago] // 2, abs(order.executed.remsize))


fillers = [
    ('size', bt.broker.fillers.FixedSize(size=40000)),
    ('perc', bt.broker.fillers.FixedBarPerc(perc=60.0)),
    ('points', bt.broker.fillers.BarPointPerc(minmov=0.5, perc=50.0)),
    ('own function', fifth),
    ('own object', HalfBar()),
]
for name, filler in fillers:
    print('--', name)
    cerebro = bt.Cerebro()
    cerebro.broker = bt.brokers.BackBroker(filler=filler)
    cerebro.broker.setcash(1e12)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-volume-day-001.txt')))
    cerebro.addstrategy(BigOrders)
    cerebro.run()
