import os
import backtrader as bt


class St(bt.Strategy):
    params = dict(
        fast=5, slow=20, ind=bt.ind.SMA, indkw=dict(plot=False), when=None,
        weights=[0.1, 0.2], fn=lambda x: x * 2,
    )

    def __init__(self):
        self.p.slow = self.p.slow + 1  # change it, per instance
        self.a = self.p.ind(self.data, period=self.p.fast, **self.p.indkw)
        self.b = self.params.ind(period=self.params.slow)
        self.p.weights.append(0.3)

    def stop(self):
        kw = self.p._getkwargs()
        print(sorted(k for k in kw), self.p.fast, self.p.slow, self.p.fn(4), len(self.p.weights))
        print('%.3f %.3f' % (self.a[0], self.b[0]), type(self).params.slow, vars(self.p)['slow']
              if 'slow' in vars(self.p) else self.p.slow)
        print([n for n, v in kw.items() if v is None], self.p.isdefault('fast'),
              getattr(self.p, 'nothere', 'fallback'), hasattr(self.p, 'fast'))


class WithMeta(bt.with_metaclass(bt.MetaParams, object)):
    params = (('x', 1), ('y', 'z'))

    def __init__(self, first, second=None):
        self.first, self.second = first, second


class SubMeta(WithMeta):
    params = {'x': 5}
    packages = ()


w = WithMeta('a', y=3)
s = SubMeta('b', second='c', x=7)
print(w.p.x, w.p.y, w.first, w.second, s.params.x, s.p.y, s.first, s.second)
print(SubMeta.params._getdefaults() if hasattr(SubMeta.params, '_getdefaults') else '',
      issubclass(SubMeta, WithMeta), dict(SubMeta.params._getitems()))

cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
for kw in (dict(), dict(fast=3, ind=bt.ind.EMA), {'slow': 40, 'when': 'x'}):
    cerebro.addstrategy(St, **kw)
cerebro.run()
