"""Store with a thread that delivers events, orders by a queue; like the Oanda/Alpaca ones."""
import collections
import datetime
import queue
import threading

import backtrader as bt
from backtrader.metabase import MetaParams
from backtrader.utils.py3 import with_metaclass
from backtrader.position import Position
from backtrader.comminfo import CommInfoBase


class MetaSingleton(MetaParams):
    '''one instance only'''
    def __init__(cls, name, bases, dct):
        super(MetaSingleton, cls).__init__(name, bases, dct)
        cls._singleton = None

    def __call__(cls, *args, **kwargs):
        if cls._singleton is None:
            cls._singleton = (super(MetaSingleton, cls).__call__(*args, **kwargs))
        return cls._singleton


class PacaStore(with_metaclass(MetaSingleton, object)):
    BrokerCls = None
    DataCls = None
    params = (('key_id', ''), ('secret_key', ''), ('paper', False), ('account_tmout', 10.0))

    def __init__(self):
        super(PacaStore, self).__init__()
        self.notifs = collections.deque()
        self._orders = collections.OrderedDict()
        self._ordersrev = collections.OrderedDict()
        self.q_in, self.q_account = queue.Queue(), queue.Queue()
        self._cash = self._value = 10000.0
        self.broker = None
        self.datas = []
        self._evt = threading.Event()

    @classmethod
    def getdata(cls, *args, **kwargs):
        return cls.DataCls(*args, **kwargs)

    @classmethod
    def getbroker(cls, *args, **kwargs):
        return cls.BrokerCls(*args, **kwargs)

    def start(self, data=None, broker=None):
        if data is None and broker is None:
            self.cash = None
            return
        if data is not None:
            self._env = data._env
            self.datas.append(data)
            if self.broker is not None:
                self.broker.data_started(data)
        elif broker is not None:
            self.broker = broker
            self.worker = threading.Thread(target=self._t_orders, daemon=True)
            self.worker.start()

    def stop(self):
        if self.broker is not None:
            self.q_in.put(None)
            self.worker.join()

    def put_notification(self, msg, *args, **kwargs):
        self.notifs.append((msg, args, kwargs))

    def get_notifications(self):
        self.notifs.append(None)
        return [x for x in iter(self.notifs.popleft, None)]

    def _t_orders(self):
        while True:
            msg = self.q_in.get()
            if msg is None:
                return
            oref, okwargs, done = msg
            if okwargs.get('size', 0) > 100:
                self.put_notification('order %d refused' % oref, okwargs['size'])
                self.broker._reject(oref)
            else:
                self.broker._submit(oref)
                self.broker._accept(oref)
                self.broker._fill(oref, okwargs['size'], okwargs['price'])
            done.set()

    def order_create(self, order, price, **kwargs):
        done = threading.Event()
        self.q_in.put((order.ref, dict(size=order.size, price=price), done))
        done.wait(10)
        return order


class MetaPacaBroker(bt.BrokerBase.__class__):
    def __init__(cls, name, bases, dct):
        super(MetaPacaBroker, cls).__init__(name, bases, dct)
        PacaStore.BrokerCls = cls


class PacaCommInfo(CommInfoBase):
    def getvaluesize(self, size, price):
        return abs(size) * price

    def getoperationcost(self, size, price):
        return abs(size) * price


class PacaBroker(with_metaclass(MetaPacaBroker, bt.BrokerBase)):
    params = (('use_positions', True), ('commission', PacaCommInfo(mult=1.0, stocklike=False)))

    def __init__(self, **kwargs):
        super(PacaBroker, self).__init__()
        self.o = PacaStore(**kwargs)
        self.orders = collections.OrderedDict()
        self.notifs = collections.deque()
        self.opending = collections.defaultdict(list)
        self.startingcash = self.cash = 0.0
        self.positions = collections.defaultdict(Position)

    def start(self):
        super(PacaBroker, self).start()
        self.o.start(broker=self)
        self.startingcash = self.cash = self.o._cash
        self.startingvalue = self.value = self.o._value
        if self.p.use_positions:
            self.positions['SPY'] = Position(3, 99.0)

    def data_started(self, data):
        pos = self.getposition(data)
        if pos.size > 0:
            order = bt.BuyOrder(data=data, size=pos.size, price=pos.price,
                                exectype=bt.Order.Market, simulated=True)
            order.addcomminfo(self.getcommissioninfo(data))
            order.execute(0, pos.size, pos.price, 0, 0.0, 0.0, pos.size, 0.0, 0.0, 0.0, 0.0,
                          pos.size, pos.price)
            order.completed()
            self.notify(order)

    def stop(self):
        super(PacaBroker, self).stop()
        self.o.stop()

    def getcash(self):
        return self.o._cash

    def getvalue(self, datas=None):
        return self.o._cash + sum(p.size * p.price for p in self.positions.values())

    def getposition(self, data, clone=True):
        pos = self.positions[data._dataname]
        return pos.clone() if clone else pos

    def orderstatus(self, order):
        return self.orders[order.ref].status

    def _submit(self, oref):
        order = self.orders[oref]
        order.submit(self)
        self.notify(order)

    def _reject(self, oref):
        order = self.orders[oref]
        order.reject(self)
        self.notify(order)

    def _accept(self, oref):
        order = self.orders[oref]
        order.accept()
        self.notify(order)

    def _fill(self, oref, size, price):
        order = self.orders[oref]
        data = order.data
        pos = self.getposition(data, clone=False)
        psize, pprice, opened, closed = pos.update(size, price)
        self.o._cash -= size * price
        order.execute(data.datetime[0], size, price, closed, 0.0, 0.0, opened, 0.0, 0.0, 0.0, 0.0,
                      psize, pprice)
        if order.executed.remsize:
            order.partial()
        else:
            order.completed()
        self.notify(order)

    def _transmit(self, order):
        order.addcomminfo(self.getcommissioninfo(order.data))
        self.orders[order.ref] = order
        return self.o.order_create(order, price=order.data.close[0])

    def buy(self, owner, data, size, price=None, plimit=None, exectype=None, valid=None, tradeid=0,
            oco=None, trailamount=None, trailpercent=None, parent=None, transmit=True, **kwargs):
        order = bt.BuyOrder(owner=owner, data=data, size=size, price=price, pricelimit=plimit,
                            exectype=exectype, valid=valid, tradeid=tradeid, parent=parent,
                            transmit=transmit)
        order.addinfo(**kwargs)
        return self._transmit(order)

    def sell(self, owner, data, size, price=None, plimit=None, exectype=None, valid=None, tradeid=0,
             oco=None, trailamount=None, trailpercent=None, parent=None, transmit=True, **kwargs):
        order = bt.SellOrder(owner=owner, data=data, size=size, price=price, pricelimit=plimit,
                             exectype=exectype, valid=valid, tradeid=tradeid)
        order.addinfo(**kwargs)
        return self._transmit(order)

    def cancel(self, order):
        pass

    def notify(self, order):
        self.notifs.append(order.clone())

    def get_notification(self):
        if not self.notifs:
            return None
        return self.notifs.popleft()

    def next(self):
        self.notifs.append(None)  # mark of the end of this round


class MetaPacaData(bt.feed.DataBase.__class__):
    def __init__(cls, name, bases, dct):
        super(MetaPacaData, cls).__init__(name, bases, dct)
        PacaStore.DataCls = cls


class PacaData(with_metaclass(MetaPacaData, bt.feed.DataBase)):
    params = (('qcheck', 0.05), ('historical', False))

    def __init__(self, **kwargs):
        self.o = PacaStore(**kwargs)

    def islive(self):
        return True

    def setenvironment(self, env):
        super(PacaData, self).setenvironment(env)
        env.addstore(self.o)

    def start(self):
        super(PacaData, self).start()
        self.qlive = queue.Queue()
        self.o.start(data=self)
        self.put_notification(self.CONNECTED)
        for i in range(10):
            self.qlive.put((datetime.datetime(2020, 7, 1, 15, 30 + i), 100.0 + i % 4))
        self.qlive.put(None)

    def _load(self):
        try:
            msg = self.qlive.get(timeout=self._qcheck)
        except queue.Empty:
            return None
        if msg is None:
            return False
        self.lines.datetime[0] = bt.date2num(msg[0])
        for l in (self.l.open, self.l.high, self.l.low, self.l.close):
            l[0] = msg[1]
        self.l.volume[0] = self.l.openinterest[0] = 0.0
        return True


class St(bt.Strategy):
    def notify_store(self, msg, *args, **kwargs):
        print('STORE', msg, args)

    def notify_data(self, data, status, *args, **kwargs):
        print('DATA', data._name, data._getstatusname(status))

    def notify_order(self, order):
        print('ORDER', order.getstatusname(), order.executed.size, order.info.get('tag', '-')
              if order.info else '-')

    def notify_trade(self, trade):
        print('TRADE', trade.size, trade.price, '%.2f' % trade.pnl)

    def next(self):
        print(len(self), self.data.close[0], self.getposition(self.data).size,
              '%.2f' % self.broker.getcash())
        if len(self) == 3:
            self.buy(size=5, tag='in')
        if len(self) == 5:
            self.buy(size=500)
        if len(self) == 7:
            self.sell(size=8)


class Cerebro(bt.Cerebro):
    def notify_store(self, msg, *args, **kwargs):
        print('cerebro:', msg)


store = PacaStore(key_id='k', secret_key='s', paper=True)
print(store.p.paper, store is PacaStore(paper=False), PacaStore().p.paper)
cerebro = Cerebro(stdstats=False)
cerebro.setbroker(store.getbroker())
cerebro.adddata(PacaStore.getdata(dataname='SPY', timeframe=bt.TimeFrame.Minutes), name='spy')
cerebro.addstorecb(lambda msg, *a, **k: print('cb:', msg, a))
cerebro.addstrategy(St)
cerebro.run()
print('%.2f' % cerebro.broker.getcash(), [type(s).__name__ for s in cerebro.stores])
