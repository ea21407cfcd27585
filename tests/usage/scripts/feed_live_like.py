"""A feed that says it is live: a queue, None while there is nothing, notifications of status."""
import collections
import datetime
import backtrader as bt


class QueueFeed(bt.feed.DataBase):
    params = (('qcheck', 0.0), ('bars', 12),)
    _store = None

    def islive(self):
        return True

    def haslivedata(self):
        return bool(self._pending)

    def start(self):
        super(QueueFeed, self).start()
        self._pending = collections.deque()
        self._n = 0
        self._state = 'hist'
        self.idle = 0
        self.put_notification(self.DELAYED)

    def _fetch(self):
        base = datetime.datetime(2021, 5, 3, 9, 0)
        k = self._n
        self._pending.append((base + datetime.timedelta(minutes=k), 10.0 + k % 5, 11.0 + k % 5,
                              9.0, 10.5 + k % 3, 100))
        self._n += 1

    def _load(self):
        if self._n >= self.p.bars and not self._pending:
            self.put_notification(self.DISCONNECTED)
            return False
        if self._state == 'hist' and self._n == 5:
            self._state = 'live'
            self.put_notification(self.LIVE, 'from', bar=self._n)
        if self._state == 'live' and self.idle % 3 != 2:
            self.idle += 1
            return None
        self.idle += 1
        self._fetch()
        row = self._pending.popleft()
        self.lines.datetime[0] = bt.date2num(row[0])
        (self.lines.open[0], self.lines.high[0], self.lines.low[0], self.lines.close[0],
         self.lines.volume[0]) = row[1:]
        self.lines.openinterest[0] = 0.0
        return True


class Live(bt.Strategy):
    def __init__(self):
        self.live = False
        self.sma = bt.ind.SMA(period=3)

    def notify_data(self, data, status, *args, **kwargs):
        print('*' * 3, 'DATA', data._getstatusname(status), args, kwargs)
        self.live = status == data.LIVE

    def notify_order(self, o):
        print('order', o.getstatusname(), '%.2f' % o.executed.price)

    def prenext(self):
        print('prenext', len(self))

    def next(self):
        print(len(self), self.data.datetime.time(0), self.data.close[0], '%.4f' % self.sma[0],
              'live' if self.live else 'backfill', self.data._laststatus == self.data.LIVE)
        if self.live and not self.position:
            self.buy()


class Cer(bt.Cerebro):
    def notify_data(self, data, status, *args, **kwargs):
        print('cerebro is told', data._getstatusname(status))


cerebro = Cer()
cerebro.adddata(QueueFeed(timeframe=bt.TimeFrame.Minutes), name='q')
cerebro.adddatacb(lambda data, status, *a, **k: print('callback', status, a, k))
cerebro.addstrategy(Live)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
