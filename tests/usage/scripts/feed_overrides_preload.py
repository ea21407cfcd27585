import os
import backtrader as bt


class Wrapped(bt.feeds.BacktraderCSVData):
    """count how often the hooks are called"""
    params = (('drop', None), ('mult', 1.0))

    def __init__(self):
        super(Wrapped, self).__init__()
        self.calls = []

    def start(self):
        self.calls.append('start')
        super(Wrapped, self).start()

    def preload(self):
        self.calls.append('preload')
        super(Wrapped, self).preload()

    def stop(self):
        self.calls.append('stop')
        super(Wrapped, self).stop()

    def _loadline(self, linetokens):
        ret = super(Wrapped, self)._loadline(linetokens)
        if ret and self.p.mult != 1.0:
            for alias in ('open', 'high', 'low', 'close'):
                line = getattr(self.lines, alias)
                line[0] = line[0] * self.p.mult
        return ret


class St(bt.Strategy):
    def __init__(self):
        self.x = bt.ind.CrossOver(self.data1, bt.ind.SMA(self.data1, period=10))

    def next(self):
        if self.x:
            print(len(self), self.x[0], '%.2f %.3f' % (self.data0.close[0], self.data1.close[0]))


path = os.path.join(os.environ['DATAS'], '2006-week-001.txt')
for kw in (dict(), dict(preload=False)):
    cerebro = bt.Cerebro(**kw)
    a, b = Wrapped(dataname=path), Wrapped(dataname=path, mult=0.01)
    cerebro.adddata(a, name='A')
    cerebro.adddata(b)
    cerebro.addstrategy(St)
    cerebro.run()
    print(kw, a.calls, b.calls, a._name, repr(b._name), len(a), a.buflen() >= len(a))
