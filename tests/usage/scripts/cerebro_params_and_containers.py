import os
import backtrader as bt


class St(bt.Strategy):
    params = (('x', 1),)

    def __init__(self):
        print(self.cerebro is self.env, self.env.datas[0] is self.data, self.cerebro.p.stdstats,
              self.env.params.runonce, len(self.env.datas), self._id)

    def start(self):
        print('running', any(x is self for x in self.env.runningstrats), [len(x) if hasattr(x, '__len__') else x
                                                        for x in (self.env.runningstrats,)])

    def next(self):
        pass


class Noisy(bt.Cerebro):
    params = (('label', 'none'), ('stdstats', False))

    def __init__(self):
        super(Noisy, self).__init__()
        self.label = self.p.label


cerebro = Noisy(label='abc', tradehistory=True)
print(cerebro.p.label, cerebro.label, cerebro.p.stdstats, cerebro.p.tradehistory, cerebro.p.maxcpus)
data = bt.feeds.BacktraderCSVData(dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
print(cerebro.adddata(data, name='zz') is data, cerebro.datasbyname['zz'] is data, data._id)
print(cerebro.addstrategy(St, x=4), cerebro.addstrategy(St))
cerebro.addindicator(bt.ind.SMA, period=7)
cerebro.addobserver(bt.observers.Value)
cerebro.addanalyzer(bt.analyzers.SQN)
cerebro.addsizer(bt.sizers.FixedSize)
print(len(cerebro.strats), [s[0][0].__name__ for s in cerebro.strats], len(cerebro.indicators),
      len(cerebro.observers), len(cerebro.analyzers), sorted(map(str, cerebro.sizers)),
      len(cerebro.writers), len(cerebro.stores), len(cerebro.feeds))
r = cerebro.run(stdstats=True, runonce=False)
print(len(r), r[0].p.x, r[1].p.x, [type(i).__name__ for i in r[0].getindicators()],
      [type(o).__name__ for o in r[0].getobservers()], cerebro.p.runonce, cerebro.p.stdstats)
print(bt.Cerebro.params._getitems()[0] if isinstance(bt.Cerebro.params._getitems(), list)
      else 'preload' in bt.Cerebro.params._getkeys())
