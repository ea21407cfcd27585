import os
import backtrader as bt


class MyEMA(bt.Indicator):
    lines = ('ema',)
    params = (('period', 10), ('use_next', False))

    def __init__(self):
        self.addminperiod(self.params.period)
        self.alpha = 2.0 / (1.0 + self.p.period)
        self.alpha1 = 1.0 - self.alpha

    def nextstart(self):
        # seed is the plain mean
        self.line[0] = sum(self.data.get(size=self.p.period)) / self.p.period

    def next(self):
        self.line[0] = self.line[-1] * self.alpha1 + self.data[0] * self.alpha

    def oncestart(self, start, end):
        self.line.array[start] = sum(self.data.array[start - self.p.period + 1:end]) / self.p.period

    def once(self, start, end):
        larray, darray = self.line.array, self.data.array
        prev = larray[start - 1]
        for i in range(start, end):
            larray[i] = prev = prev * self.alpha1 + darray[i] * self.alpha


class St(bt.Strategy):
    def __init__(self):
        self.mine = MyEMA(self.data, period=12)
        self.ref = bt.ind.EMA(self.data, period=12)
        self.two = MyEMA(self.mine, period=5)
        self.diff = self.mine - self.ref

    def next(self):
        self.worst = max(getattr(self, 'worst', 0.0), abs(self.diff[0]))
        if len(self) % 40 == 0:
            print(len(self), '%.6f %.6f' % (self.mine[0], self.two[0]))

    def stop(self):
        print('worst below 1e-9', self.worst < 1e-9, self.mine._minperiod, self.two._minperiod)


for runonce in (True, False):
    cerebro = bt.Cerebro(runonce=runonce)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
