"""collect features, fit by normal equations at half time, then trade on the prediction"""
import os
import numpy as np
import backtrader as bt


class Feat(bt.Indicator):
    lines = ('r1', 'r5', 'vol', 'pos')

    def __init__(self):
        c = self.data.close
        self.l.r1 = c / c(-1) - 1.0
        self.l.r5 = c / c(-5) - 1.0
        self.l.vol = bt.ind.StdDev(self.l.r1, period=10)
        hi, lo = bt.ind.Highest(c, period=20), bt.ind.Lowest(c, period=20)
        self.l.pos = bt.DivByZero(c - lo, hi - lo, zero=0.5)


class St(bt.Strategy):
    def __init__(self):
        self.f = Feat()
        self.X, self.y, self.w = [], [], None

    def row(self, ago=0):
        return [1.0] + [line[ago] for line in self.f.lines]

    def next(self):
        if len(self) > 25 and len(self) <= 130:
            self.X.append(self.row(-1))
            self.y.append(self.data.close[0] / self.data.close[-1] - 1.0)
        if len(self) == 130:
            X, y = np.array(self.X), np.array(self.y)
            self.w = np.linalg.lstsq(X, y, rcond=None)[0]
            print(X.shape, ['%.5f' % v for v in self.w])
        if self.w is not None:
            pred = float(np.dot(self.w, self.row()))
            if len(self) % 20 == 0:
                print(self.data.datetime.date(0), '%.6f' % pred, self.position.size)
            self.order_target_percent(target=0.8 if pred > 0.0005 else 0.0)

    def stop(self):
        print('%.2f' % self.broker.getvalue())


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
