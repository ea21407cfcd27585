import os
from functools import reduce
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        d = self.data
        sma = bt.ind.SMA(period=15)
        self.f = {
            'if': bt.If(d.close > sma, d.low, d.high),
            'if_num': bt.If(d.close > sma, 1.0, -1.0),
            'and': bt.And(d.close > sma, d.close > d.open, d.high - d.low > 40),
            'or': bt.Or(d.close > sma * 1.02, d.close < sma * 0.98),
            'not_and': bt.And(d.close > sma, d.close > 0) == False,
            'any': bt.Any(d.close > sma, d.open > sma),
            'all': bt.All(d.close > sma, d.open > sma),
            'max': bt.Max(d.close, d.open, sma),
            'min': bt.Min(d.close, d.open, sma),
            'max_num': bt.Max(d.close - d.open, 0.0),
            'sum': bt.Sum(d.close, d.open, d.high, d.low) / 4.0,
            'div': bt.DivByZero(d.close - d.open, bt.Max(d.close - d.open, 0.0), zero=-1.0),
            'divzz': bt.DivZeroByZero(d.volume, d.volume, 7.0, 3.0),
            'cmp': bt.Cmp(d.close, sma),
            'listmean': reduce(lambda a, b: a + b, [d.close, d.open]) / 2,
        }
        if not self.env.p.runonce:
            self.f['reduce'] = bt.Reduce(lambda a, b: a * 0.5 + b, d.close, d.open, sma)

    def next(self):
        if len(self) % 40 == 0:
            print(self.data.datetime.date(0))
            print('   ', ' '.join('%s=%.3f' % (k, self.f[k][0]) for k in sorted(self.f)))


for runonce in True, False:
    cerebro = bt.Cerebro(runonce=runonce)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
