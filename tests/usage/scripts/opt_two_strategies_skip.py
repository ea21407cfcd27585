import os
import backtrader as bt


class A(bt.Strategy):
    params = dict(fast=5, slow=10, name='a')

    def __init__(self):
        if self.p.fast >= self.p.slow:
            raise bt.StrategySkipError('no sense')
        self.x = bt.ind.CrossOver(bt.ind.EMA(period=self.p.fast), bt.ind.EMA(period=self.p.slow))

    def next(self):
        if self.x > 0:
            self.buy()
        elif self.x < 0:
            self.close()

    def stop(self):
        print('%s fast %d slow %d value %.2f' % (self.p.name, self.p.fast, self.p.slow,
                                                 self.broker.getvalue()))


cerebro = bt.Cerebro(maxcpus=1)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.optstrategy(A, fast=(5, 12), slow=(10, 20), name='opt')
cerebro.optstrategy(A, fast=7, slow=14, name=('x', 'y'))
res = cerebro.run()
print([[(s.p.name, s.p.fast, s.p.slow) for s in r] for r in res])

cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(A, fast=50, slow=10)
cerebro.addstrategy(A, fast=5, slow=10, name='only')
print([type(s).__name__ for s in cerebro.run()])
