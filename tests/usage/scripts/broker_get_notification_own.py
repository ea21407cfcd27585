"""a tiny paper broker from BrokerBase: fills at the next open, nothing more"""
import collections
import os
import backtrader as bt
from backtrader.position import Position


class Paper(bt.BrokerBase):
    params = (('cash', 20000.0), ('spread', 0.5))

    def __init__(self):
        super(Paper, self).__init__()
        self.startingcash = self.cash = self.p.cash
        self.positions = collections.defaultdict(Position)
        self.pending, self.notifs, self.orders = [], collections.deque(), []

    def start(self):
        super(Paper, self).start()
        print('broker starts')

    def stop(self):
        print('broker stops', len(self.orders))

    def getcash(self):
        return self.cash

    def getvalue(self, datas=None):
        return self.cash + sum(p.size * d.close[0] for d, p in self.positions.items())

    def get_fundshares(self):
        return 1.0

    def get_fundvalue(self):
        return self.getvalue()

    def getposition(self, data):
        return self.positions[data]

    def get_orders_open(self, safe=False):
        return list(self.pending)

    def _make(self, cls, owner, data, size, price, exectype, **kw):
        o = cls(owner=owner, data=data, size=size, price=price, exectype=exectype)
        o.addinfo(**kw)
        o.addcomminfo(self.getcommissioninfo(data))
        o.submit(self)
        self.notifs.append(o.clone())
        o.accept(self)
        self.notifs.append(o.clone())
        self.pending.append(o)
        self.orders.append(o)
        return o

    def buy(self, owner, data, size, price=None, plimit=None, exectype=None, valid=None, tradeid=0,
            oco=None, trailamount=None, trailpercent=None, parent=None, transmit=True, **kwargs):
        return self._make(bt.BuyOrder, owner, data, size, price, exectype, **kwargs)

    def sell(self, owner, data, size, price=None, plimit=None, exectype=None, valid=None, tradeid=0,
             oco=None, trailamount=None, trailpercent=None, parent=None, transmit=True, **kwargs):
        return self._make(bt.SellOrder, owner, data, size, price, exectype, **kwargs)

    def cancel(self, order):
        if order in self.pending:
            self.pending.remove(order)
            order.cancel()
            self.notifs.append(order.clone())

    def get_notification(self):
        return self.notifs.popleft() if self.notifs else None

    def next(self):
        for o in list(self.pending):
            if o.exectype == bt.Order.Limit and o.data.low[0] > o.price:
                continue
            px = o.data.open[0] + (self.p.spread if o.isbuy() else -self.p.spread)
            size = o.executed.remsize
            pos = self.positions[o.data]
            pprice_orig = pos.price
            psize, pprice, opened, closed = pos.update(size, px, o.data.datetime.datetime())
            ci = o.comminfo
            pnl = ci.profitandloss(-closed, pprice_orig, px)
            comm = ci.getcommission(size, px)
            self.cash -= size * px + comm
            o.execute(o.data.datetime[0], size, px, closed, -closed * pprice_orig, 0.0, opened,
                      opened * px, comm, ci.margin, pnl, psize, pprice)
            o.completed()
            self.notifs.append(o.clone())
            self.pending.remove(o)


class St(bt.Strategy):
    def notify_order(self, o):
        print(self.data.datetime.date(0), o.ref, o.ordtypename(), o.getstatusname(),
              '%.2f %.2f' % (o.executed.price, o.executed.comm), dict(o.info))

    def notify_trade(self, t):
        print('   trade', t.ref, t.size, '%.2f %.2f' % (t.pnl, t.pnlcomm), t.isclosed)

    def next(self):
        n = len(self)
        if n == 5:
            self.buy(size=3, why='start')
        if n == 8:
            self.o = self.buy(size=1, exectype=bt.Order.Limit, price=self.data.close[0] * 0.9)
        if n == 12:
            self.cancel(self.o)
        if n == 15:
            self.close()
        if n == 20:
            self.order_target_percent(target=-0.3)
        if n == 30:
            print(self.position.size, '%.2f' % self.broker.getvalue())
            self.env.runstop()


cerebro = bt.Cerebro()
broker = Paper(cash=30000.0)
broker.setcommission(commission=0.001)
cerebro.setbroker(broker)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
print('%.2f %.2f' % (broker.getcash(), broker.startingcash))
