import collections
import os
import backtrader as bt


class Swings(bt.Indicator):
    """Looks back only; writes to bars that are past already."""
    lines = ('swing', 'level')
    params = dict(k=3)

    def __init__(self):
        self.addminperiod(2 * self.p.k + 1)
        self.history = collections.deque(maxlen=5)
        self.last = {'dir': 0, 'px': None}

    def next(self):
        k = self.p.k
        hi = self.data.high.get(size=2 * k + 1)
        lo = self.data.low.get(size=2 * k + 1)
        self.l.swing[0] = 0.0
        if hi[k] == max(hi):
            self.l.swing[-k] = 1.0
            self.last = {'dir': 1, 'px': hi[k]}
            self.history.append(hi[k])
        elif lo[k] == min(lo):
            self.l.swing[-k] = -1.0
            self.last = {'dir': -1, 'px': lo[k]}
            self.history.append(lo[k])
        self.l.level[0] = self.last['px'] if self.last['px'] is not None else float('nan')


class St(bt.Strategy):
    def __init__(self):
        self.sw = Swings(k=4)

    def next(self):
        if len(self) > 12 and self.sw.swing[-4]:
            self.n = getattr(self, 'n', 0) + 1
            if self.n % 3 == 0:
                print(self.data.datetime.date(-4), int(self.sw.swing[-4]), '%.2f' % self.sw.level[0])

    def stop(self):
        print(self.n, [round(x, 2) for x in self.sw.history], self.sw.last['dir'])


for kw in ({}, dict(runonce=False)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
