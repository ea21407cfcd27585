import os
import backtrader as bt


class Branches(bt.Strategy):
    def __init__(self):
        self.seen = {}

    def notify_order(self, order):
        name = order.getstatusname()
        self.seen[name] = self.seen.get(name, 0) + 1
        if order.status in [order.Submitted]:
            print('SUB', order.ref)
        elif order.status == order.Accepted:
            print('ACC', order.ref)
        elif order.status == order.Partial:
            print('PART', order.ref, order.executed.remsize)
        elif order.status in [order.Completed, order.Canceled, order.Margin]:
            if order.status == order.Margin:
                print('no money for', order.ref, 'size', order.created.size)
            else:
                print('DONE', order.ref, order.getstatusname())
        elif order.status == order.Rejected:
            print('REJ', order.ref)
        elif order.status == order.Expired:
            print('EXP', order.ref)

    def next(self):
        n = len(self)
        if n == 2:
            self.buy(size=10 ** 6)
        if n == 4:
            self.buy(size=2)
        if n == 5:
            self.o = self.sell(size=1, exectype=bt.Order.Limit, price=1e6)
        if n == 7:
            self.broker.cancel(self.o)
            self.cancel(self.o)
        if n == 9:
            o = self.buy(size=0)
            print('size 0 gives', o)
            o = self.close()
            print('close gives', o.size)
        if n == 12:
            print('close when flat', self.close())
            self.sell(size=1, exectype=bt.Order.Stop, price=self.data.low[0] - 1,
                      valid=self.data.datetime.datetime(1) if n > 300 else bt.Order.DAY)
        if n == 16:
            p = self.buy(exectype=bt.Order.Limit, price=1, transmit=False)
            self.sell(exectype=bt.Order.Limit, price=1e5, parent=p, transmit=True)
            self.p1 = p
        if n == 20:
            self.cancel(self.p1)

    def stop(self):
        print(sorted(self.seen.items()))


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
cerebro.addstrategy(Branches)
cerebro.run()
