import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        for i, d in enumerate(self.datas):
            print(i, d._name, d.p.name, d._id, d._dataname[-13:], d.p.dataname == d._dataname)
        print(self.dnames.orcl is self.data0, self.getdatanames(), self.dnames['x y'] is self.data1)

    def next(self):
        if len(self) == 10:
            self.buy(self.data0, 5)
            self.buy(data='x y', size=3)
            self.sell(self.getdatabyname('nvda'), size=2)
        if len(self) == 20:
            self.close(data='nvda', size=1)
            self.close('x y')
        if len(self) in (11, 21, 22):
            print(len(self), [(d._name, self.getposition(d).size) for d in self.datas],
                  {k: v.size for k, v in self.positionsbyname.items()},
                  [p.size for d, p in self.positions.items()],
                  self.position.size, self.getpositionbyname('nvda').size,
                  '%.3f' % self.broker.getposition(self.data1).price,
                  [self.broker.positions[d].size for d in self.datas])
            print('   ', [(o.ref, o.data._name, o.alive()) for o in self.broker.orders],
                  len(self.broker.get_orders_open()), len(self.broker.get_orders_open(safe=True)))
        if len(self) == 30:
            print('%.2f %.2f %.2f' % (self.broker.get_value(), self.broker.get_value([self.data0]),
                                      self.broker.getvalue(datas=[self.data2])),
                  '%.2f' % self.broker.get_cash(), '%.2f' % self.broker.startingcash,
                  '%.4f' % self.broker.get_leverage())
            self.env.runstop()


cerebro = bt.Cerebro()
for n, name in (('orcl', 'orcl'), ('yhoo', 'x y'), ('nvda', 'nvda')):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(os.environ['DATAS'], n + '-2014.txt')), name=name)
cerebro.addstrategy(St)
cerebro.run()
print(sorted(cerebro.datasbyname))
