import datetime
import backtrader as bt


class CsvStore(bt.Store if hasattr(bt, 'Store') else bt.store.Store):
    params = (('where', 'memory'),)

    DataCls = None

    @classmethod
    def getdata(cls, *args, **kwargs):
        data = cls.DataCls(*args, **kwargs)
        data._store = cls
        return data

    def __init__(self):
        super(CsvStore, self).__init__()
        self.started = []

    def start(self, data=None, broker=None):
        self.started.append(None if data is None else data._name)
        super(CsvStore, self).start(data=data, broker=broker)

    def rows(self, n):
        for i in range(n):
            yield datetime.datetime(2022, 1, 3) + datetime.timedelta(days=i), 10.0 + i % 3

    def stop(self):
        print('store stop', self.started)


class StoreData(bt.feed.DataBase):
    params = (('n', 8),)

    def __init__(self):
        super(StoreData, self).__init__()
        self.store = CsvStore()

    def start(self):
        super(StoreData, self).start()
        self.store.start(data=self)
        self.it = self.store.rows(self.p.n)
        self.store.put_notification('opening', self._name, n=self.p.n)

    def _load(self):
        row = next(self.it, None)
        if row is None:
            return False
        self.l.datetime[0] = bt.date2num(row[0])
        for a in ('open', 'high', 'low', 'close'):
            getattr(self.l, a)[0] = row[1]
        self.l.volume[0] = self.l.openinterest[0] = 0
        return True


CsvStore.DataCls = StoreData


class St(bt.Strategy):
    def notify_store(self, msg, *args, **kwargs):
        print('told', msg, args, kwargs)

    def next(self):
        print(len(self), ['%.1f' % d.close[0] for d in self.datas])


store = CsvStore(where='disk')
print(store is CsvStore(), CsvStore().p.where, isinstance(store, bt.store.Store))
for kw in (dict(preload=False), dict(runonce=False, preload=False)):
    cerebro = bt.Cerebro(stdstats=False, **kw)
    cerebro.addstore(store)
    cerebro.adddata(CsvStore.getdata(dataname='x', n=5), name='a')
    cerebro.adddata(store.getdata(dataname='y', n=6), name='b')
    cerebro.addstrategy(St)
    cerebro.run()
