# hedge ratio by least squares over a window, numpy inside next()
import os

import numpy as np
import backtrader as bt


class OLSSpread(bt.Indicator):
    _mindatas = 2
    lines = ('slope', 'intercept', 'zscore')
    params = (('period', 30),)
    plotlines = dict(slope=dict(_plotskip=True), intercept=dict(_plotskip=True))

    def __init__(self):
        self.addminperiod(self.p.period)

    def next(self):
        p0 = np.array(self.data0.get(size=self.p.period))
        p1 = np.array(self.data1.get(size=self.p.period))
        slope, inter = np.polyfit(p1, p0, 1)
        resid = p0 - (slope * p1 + inter)
        self.lines.slope[0] = slope
        self.lines.intercept[0] = inter
        self.lines.zscore[0] = resid[-1] / resid.std()


class St(bt.Strategy):
    def __init__(self):
        self.ols = OLSSpread(self.data0, self.data1)
        self.sig = bt.Or(self.ols.zscore > 2.0, self.ols.zscore < -2.0)

    def next(self):
        if len(self) % 12 == 0:
            print(len(self), '%.4f %.3f %.4f' % (self.ols.slope[0], self.ols.intercept[0],
                                                 self.ols.zscore[0]), bool(self.sig[0]))
        if self.sig and not self.getposition(self.data0):
            big = self.ols.zscore[0] > 0
            (self.sell if big else self.buy)(data=self.data0, size=1)
            (self.buy if big else self.sell)(data=self.data1, size=self.ols.slope[0])
        elif self.getposition(self.data0) and abs(self.ols.zscore[0]) < 0.5:
            for d in self.datas:
                self.close(data=d)

    def notify_trade(self, t):
        if t.isclosed:
            print('   closed', t.data._name, '%.3f' % t.pnl)


f = os.environ.get('DATAS', 'datas')
cerebro = bt.Cerebro()
for n in ('nvda', 'orcl'):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(f, n + '-2014.txt')), name='d' + n)
cerebro.addstrategy(St)
cerebro.broker.setcash(20000)
cerebro.run()
print('%.3f' % cerebro.broker.getvalue())
