import os
import backtrader as bt


class LogMixin(object):
    def log(self, *a):
        print('[%s]' % type(self).__name__, *a)


class Base(bt.Strategy):
    params = (('period', 10), ('printlog', False))
    lines = ('sig',)

    def __init__(self):
        self.ma = self.make_ma()
        self.l.sig = self.data - self.ma

    def make_ma(self):
        return bt.ind.SMA(period=self.p.period)


class Exp(Base, LogMixin):
    params = dict(period=20, extra='x')

    def make_ma(self):
        return bt.ind.EMA(period=self.p.period)


class Deep(Exp):
    params = (('period', 5),)
    lines = ('sig2',)

    def __init__(self):
        super(Deep, self).__init__()
        self.lines.sig2 = self.lines.sig(-1)

    def next(self):
        if len(self) % 80 == 0:
            self.log(len(self), '%.3f %.3f' % (self.l.sig[0], self.l.sig2[0]), self.p.extra)


class OtherRoot(bt.Strategy):
    params = (('alpha', 0.5), ('period', 99))


class Both(Deep, OtherRoot):
    params = (('beta', 2),)

    def next(self):
        super(Both, self).next()

    def stop(self):
        self.log(self.p.period, self.p.alpha, self.p.beta, self.params.printlog)


class NoSuper(Base):
    def __init__(self):
        pass  # forgets the base on purpose

    def stop(self):
        print('NoSuper', hasattr(self, 'ma'), self.p.period, len(self))


for cls in (Base, Exp, Deep, Both):
    print(cls.__name__, list(cls.params._getitems()), sorted(set(cls.lines.getlinealiases())))
cerebro = bt.Cerebro(runonce=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
for cls in (Exp, Deep, Both, NoSuper):
    cerebro.addstrategy(cls, **({'period': 7} if cls is Both else {}))
print([type(s).__name__ for s in cerebro.run()])
