"""two live-like datas from one store, different speeds, resampled live"""
import collections
import datetime
import backtrader as bt
from backtrader.store import MetaSingleton
from backtrader.metabase import MetaParams
from backtrader.utils.py3 import with_metaclass


class Hub(with_metaclass(MetaSingleton, object)):
    params = (('start', datetime.datetime(2021, 6, 1, 10, 0)),)

    def __init__(self):
        self.subs = {}

    def subscribe(self, name, step):
        q = collections.deque()
        for i in range(0, 20, step):
            q.append((self.p.start + datetime.timedelta(minutes=i), 100.0 + i))
        self.subs[name] = q
        return q


class HubData(bt.feed.DataBase):
    params = (('step', 1), ('qcheck', 0.0))

    def islive(self):
        return True

    def start(self):
        super(HubData, self).start()
        self.q = Hub().subscribe(self.p.dataname, self.p.step)
        self.put_notification(self.LIVE)

    def haslivedata(self):
        return bool(self.q)

    def _load(self):
        if not self.q:
            return False
        dt, px = self.q.popleft()
        self.l.datetime[0] = bt.date2num(dt)
        self.l.open[0] = self.l.high[0] = self.l.low[0] = self.l.close[0] = px
        self.l.volume[0] = 1.0
        self.l.openinterest[0] = 0.0
        return True


class St(bt.Strategy):
    def __init__(self):
        self.told = []

    def notify_data(self, data, status, *args, **kwargs):
        self.told.append((data._name, data._getstatusname(status)))

    def prenext(self):
        self.next()

    def next(self):
        print(len(self), [(len(d), d.datetime.time(0).strftime('%H:%M') if len(d) else None,
                           d.close[0] if len(d) else None) for d in self.datas])

    def stop(self):
        print(self.told)


cerebro = bt.Cerebro(stdstats=False)
fast = HubData(dataname='F', timeframe=bt.TimeFrame.Minutes, step=1)
slow = HubData(dataname='S', timeframe=bt.TimeFrame.Minutes, compression=3, step=3)
cerebro.adddata(fast, name='fast')
cerebro.adddata(slow, name='slow')
cerebro.resampledata(HubData(dataname='R', timeframe=bt.TimeFrame.Minutes), name='five',
                     timeframe=bt.TimeFrame.Minutes, compression=5)
cerebro.addstrategy(St)
cerebro.run()
