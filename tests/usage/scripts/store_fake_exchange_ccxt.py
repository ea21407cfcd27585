"""A store, a feed and a broker for an exchange, in the manner of the ccxt ones."""
import collections
import datetime
import os
import queue

import backtrader as bt
from backtrader import BrokerBase, OrderBase, Order, date2num
from backtrader.feed import DataBase
from backtrader.metabase import MetaParams
from backtrader.position import Position
from backtrader.utils.py3 import with_metaclass


class FakeExchange(object):
    """in process, no network"""
    def __init__(self, config):
        self.markets = {'BTC/USDT': 100.0}
        self.balance = {'USDT': config.get('cash', 1000.0), 'BTC': 0.0}
        self.orders = {}
        self.n = 0
        self.tick = 0

    def fetch_ohlcv(self, symbol, limit=1):
        out = []
        for _ in range(limit):
            self.tick += 1
            if self.tick > 24:
                return out
            px = 100.0 + (self.tick * 7) % 13
            ts = 1600000000 + self.tick * 60
            out.append([ts * 1000, px, px + 1, px - 1, px + 0.5, 3.0 + self.tick % 4])
            self.markets[symbol] = px + 0.5
        return out

    def create_order(self, symbol, type, side, amount, price, params):
        self.n += 1
        o = dict(id='x%d' % self.n, status='open', side=side, amount=amount, price=price, type=type,
                 symbol=symbol, filled=0.0, left=2 if type == 'limit' else 0)
        self.orders[o['id']] = o
        return dict(o)

    def fetch_order(self, id):
        o = self.orders[id]
        if o['status'] == 'open':
            if o['left'] == 0:
                px = o['price'] or self.markets[o['symbol']]
                sign = 1 if o['side'] == 'buy' else -1
                self.balance['USDT'] -= sign * px * o['amount']
                self.balance['BTC'] += sign * o['amount']
                o.update(status='closed', filled=o['amount'], average=px)
            o['left'] -= 1
        return dict(o)

    def cancel_order(self, id):
        self.orders[id]['status'] = 'canceled'
        return self.orders[id]


class MetaSingleton(MetaParams):
    def __init__(cls, name, bases, dct):
        super(MetaSingleton, cls).__init__(name, bases, dct)
        cls._singleton = None

    def __call__(cls, *args, **kwargs):
        if cls._singleton is None:
            cls._singleton = super(MetaSingleton, cls).__call__(*args, **kwargs)
        return cls._singleton


class ExStore(with_metaclass(MetaSingleton, object)):
    BrokerCls = None
    DataCls = None
    params = (('retries', 3), ('currency', 'USDT'))
    _GRANULARITIES = {(bt.TimeFrame.Minutes, 1): '1m', (bt.TimeFrame.Days, 1): '1d'}

    @classmethod
    def getdata(cls, *args, **kwargs):
        return cls.DataCls(*args, **kwargs)

    @classmethod
    def getbroker(cls, *args, **kwargs):
        return cls.BrokerCls(*args, **kwargs)

    def __init__(self, config=None):
        self.exchange = FakeExchange(config or {})
        self._cash = self._value = 0
        self.get_balance()

    def get_granularity(self, timeframe, compression):
        g = self._GRANULARITIES.get((timeframe, compression))
        if g is None:
            raise ValueError('not supported: %s %d' % (bt.TimeFrame.getname(timeframe, compression),
                                                        compression))
        return g

    def get_balance(self):
        b = self.exchange.balance
        self._cash = b['USDT']
        self._value = b['USDT'] + b['BTC'] * self.exchange.markets['BTC/USDT']

    # what Cerebro asks of a store
    def start(self, data=None, broker=None):
        self.log = getattr(self, 'log', []) + [('start', data is not None, broker is not None)]

    def stop(self):
        self.log.append('stop')

    def get_notifications(self):
        return []


class MetaExBroker(BrokerBase.__class__):
    def __init__(cls, name, bases, dct):
        super(MetaExBroker, cls).__init__(name, bases, dct)
        ExStore.BrokerCls = cls


class ExOrder(OrderBase):
    def __init__(self, owner, data, ex_order):
        self.owner, self.data, self.ex_order = owner, data, ex_order
        self.ordtype = self.Buy if ex_order['side'] == 'buy' else self.Sell
        self.size = float(ex_order['amount'])
        super(ExOrder, self).__init__()


class ExBroker(with_metaclass(MetaExBroker, BrokerBase)):
    order_types = {Order.Market: 'market', Order.Limit: 'limit'}

    def __init__(self, **kwargs):
        super(ExBroker, self).__init__()
        self.store = ExStore(**kwargs)
        self.positions = collections.defaultdict(Position)
        self.notifs = queue.Queue()
        self.open_orders = list()
        self.startingcash = self.store._cash
        self.startingvalue = self.store._value

    def getcash(self):
        self.store.get_balance()
        return self.store._cash

    def getvalue(self, datas=None):
        return self.store._value

    def get_notification(self):
        try:
            return self.notifs.get(False)
        except queue.Empty:
            return None

    def notify(self, order):
        self.notifs.put(order)

    def getposition(self, data, clone=True):
        pos = self.positions[data._dataname]
        return pos.clone() if clone else pos

    def next(self):
        for o in list(self.open_orders):
            ex = self.store.exchange.fetch_order(o.ex_order['id'])
            if ex['status'] == 'closed':
                pos = self.getposition(o.data, clone=False)
                size = ex['filled'] if o.isbuy() else -ex['filled']
                psize, pprice, opened, closed = pos.update(size, ex['average'])
                o.execute(o.data.datetime[0], size, ex['average'], closed, 0.0, 0.0, opened, 0.0,
                          0.0, 0.0, 0.0, psize, pprice)
                o.completed()
                self.notify(o.clone())
                self.open_orders.remove(o)

    def _submit(self, owner, data, exectype, side, amount, price, kwargs):
        ex = self.store.exchange.create_order(
            data._dataname, self.order_types.get(exectype, 'market'), side, amount, price, kwargs)
        order = ExOrder(owner, data, ex)
        order.price = price
        self.open_orders.append(order)
        order.submit(self)
        order.addcomminfo(self.getcommissioninfo(data))
        self.notify(order.clone())
        order.accept(self)
        self.notify(order.clone())
        return order

    def buy(self, owner, data, size, price=None, plimit=None, exectype=None, valid=None, tradeid=0,
            oco=None, trailamount=None, trailpercent=None, **kwargs):
        kwargs.pop('parent', None), kwargs.pop('transmit', None)
        return self._submit(owner, data, exectype, 'buy', size, price, kwargs)

    def sell(self, owner, data, size, price=None, plimit=None, exectype=None, valid=None, tradeid=0,
             oco=None, trailamount=None, trailpercent=None, **kwargs):
        kwargs.pop('parent', None), kwargs.pop('transmit', None)
        return self._submit(owner, data, exectype, 'sell', size, price, kwargs)

    def cancel(self, order):
        if self.store.exchange.cancel_order(order.ex_order['id'])['status'] == 'canceled':
            self.open_orders.remove(order)
            order.cancel()
            self.notify(order)
        return order


class MetaExFeed(DataBase.__class__):
    def __init__(cls, name, bases, dct):
        super(MetaExFeed, cls).__init__(name, bases, dct)
        ExStore.DataCls = cls


class ExFeed(with_metaclass(MetaExFeed, DataBase)):
    params = (('historical', False), ('backfill', 5), ('ohlcv_limit', 2))
    _store = ExStore
    _ST_LIVE, _ST_HISTORBACK, _ST_OVER = range(3)

    def __init__(self, **kwargs):
        self.store = self._store(**kwargs)
        self._data = collections.deque()

    def start(self):
        DataBase.start(self)
        print('granularity', self.store.get_granularity(self._timeframe, self._compression))
        self._state = self._ST_HISTORBACK
        self.put_notification(self.DELAYED)
        self._data.extend(self.store.exchange.fetch_ohlcv(self.p.dataname, self.p.backfill))

    def _load(self):
        if self._state == self._ST_OVER:
            return False
        while True:
            if self._data:
                ts, o, h, l, c, v = self._data.popleft()
                self.lines.datetime[0] = date2num(
                    datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ts))
                self.lines.open[0], self.lines.high[0], self.lines.low[0] = o, h, l
                self.lines.close[0], self.lines.volume[0] = c, v
                return True
            if self._state == self._ST_HISTORBACK:
                self._state = self._ST_LIVE
                self.put_notification(self.LIVE)
            rows = self.store.exchange.fetch_ohlcv(self.p.dataname, self.p.ohlcv_limit)
            if not rows:
                self.put_notification(self.DISCONNECTED)
                self._state = self._ST_OVER
                return False
            self._data.extend(rows)

    def haslivedata(self):
        return self._state == self._ST_LIVE and bool(self._data)

    def islive(self):
        return not self.p.historical


class St(bt.Strategy):
    def __init__(self):
        self.sma = bt.ind.SMA(period=3)
        self.live = False
        self.o = None

    def notify_data(self, data, status, *args, **kwargs):
        print('DATA', data._getstatusname(status))
        self.live = status == data.LIVE

    def notify_order(self, order):
        print('ORDER', order.ref, order.ordtypename(), order.getstatusname(), order.executed.size,
              order.executed.price)

    def notify_trade(self, trade):
        print('TRADE', trade.size, '%.2f' % trade.pnl, trade.isclosed)

    def next(self):
        cash, value = self.broker.getcash(), self.broker.getvalue()
        print(len(self), self.data.datetime.datetime(0), self.data.close[0], '%.2f' % self.sma[0],
              self.live, '%.2f %.2f' % (cash, value), self.getposition(self.data).size)
        if not self.live:
            return
        if len(self) == 8:
            self.o = self.buy(size=2.0)
        if len(self) == 11:
            self.o = self.buy(size=1.0, exectype=bt.Order.Limit, price=90.0)
        if len(self) == 12:
            self.cancel(self.o)
        if len(self) == 15:
            self.sell(size=2.0, exectype=bt.Order.Limit, price=110.0)


store = ExStore(config=dict(cash=5000.0))
print(store is ExStore(), store.p.currency, store.params.retries)
cerebro = bt.Cerebro(quicknotify=True, stdstats=False)
cerebro.setbroker(store.getbroker())
data = store.getdata(dataname='BTC/USDT', name='btc', timeframe=bt.TimeFrame.Minutes, compression=1)
cerebro.adddata(data)
cerebro.addstrategy(St)
cerebro.run()
print(type(cerebro.broker).__name__, store.log if hasattr(store, 'log') else 'no log',
      '%.2f' % store.exchange.balance['USDT'])
