import os
import math
import backtrader as bt


class LogRet(bt.Indicator):
    lines = ('ret', 'cum')
    params = (('scale', 100.0),)

    def __init__(self):
        self.addminperiod(2)

    def preonce(self, start, end):
        ran.append(('preonce', start, end))

    def oncestart(self, start, end):
        ran.append(('oncestart', start, end))
        self.once(start, end)

    def once(self, start, end):
        ran.append(('once', start, end))
        src = self.data.array
        dst, cum = self.lines.ret.array, self.lines.cum.array
        for i in range(start, end):
            dst[i] = self.p.scale * math.log(src[i] / src[i - 1])
            prev = cum[i - 1] if i > start and not math.isnan(cum[i - 1]) else 0.0
            cum[i] = prev + dst[i]


class VolOfLogRet(bt.Indicator):
    lines = ('vol',)
    params = dict(period=10)
    alias = ('LRVol', ('LogVol', dict(period=5)))

    def __init__(self):
        self.l.vol = bt.ind.StdDev(LogRet(self.data).ret, period=self.p.period) * (252 ** 0.5)


ran = []


class St(bt.Strategy):
    def __init__(self):
        self.lr = LogRet(self.data.close)
        self.v = VolOfLogRet()

    def next(self):
        if len(self) % 24 == 0:
            print(len(self), '%.5f %.5f %.5f' % (self.lr[0], self.lr.cum[0], self.v[0]),
                  len(self.lr.ret.array) >= len(self), '%.5f' % self.lr.ret.get(size=2)[0])


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
st = cerebro.run()[0]
print(ran)
print([round(x, 4) for x in st.lr.array[1:5]], st.v._minperiod, st._minperiod)
