import os
import backtrader as bt
from backtrader.metabase import MetaParams, ParamsBase
from backtrader.store import MetaSingleton, Store


class Rule(metaclass=MetaParams):
    params = dict(limit=3, name='rule')

    def __init__(self, strategy=None):
        self.strategy = strategy
        self.hits = 0

    def check(self):
        self.hits += 1
        return self.hits <= self.p.limit


class StrictRule(Rule):
    params = (('limit', 1),)

    def check(self):
        return super().check() and self.strategy.data.close[0] > 0


class Registry(metaclass=MetaSingleton):
    params = (('size', 5),)

    def __init__(self):
        self.items = []


class Conn(ParamsBase):
    params = (('host', 'localhost'), ('port', 7496))

    def __init__(self, **kw):
        super().__init__()
        self.kw = kw


class S2(Store, metaclass=MetaSingleton):
    params = (('a', 2),)


class MetaLogged(bt.Strategy.__class__):
    """a metaclass below that of strategies"""
    def __new__(meta, name, bases, dct):
        dct.setdefault('tag', name.lower())
        return super().__new__(meta, name, bases, dct)

    def __init__(cls, name, bases, dct):
        super().__init__(name, bases, dct)
        made.append(name)


made = []


class St(bt.Strategy, metaclass=MetaLogged):
    params = (('rules', (Rule, StrictRule)),)

    def __init__(self):
        self.rules = [r(strategy=self) for r in self.p.rules]
        Registry().items.append(self.tag)

    def next(self):
        if len(self) < 4:
            print(len(self), [(r.p.name, r.p.limit, r.check()) for r in self.rules])


class Sub(St):
    pass


r = Registry(size=9)
print(r is Registry(), Registry().p.size, Conn(port=1).p.port, Conn().p.host, S2(a=3).p.a, S2() is S2(),
      isinstance(S2(), Store))
cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-week-001.txt')))
cerebro.addstrategy(St)
cerebro.addstrategy(Sub, rules=[StrictRule])
cerebro.run()
print(made, Registry().items, St.tag, type(St) is MetaLogged)
