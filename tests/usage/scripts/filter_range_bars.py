"""range bars and volume bars built by filters with the stack methods of the data"""
import datetime
import os
import backtrader as bt


class RangeBars(bt.with_metaclass(bt.MetaParams, object)):
    params = (('size', 4.0),)

    def __init__(self, data):
        self.o = self.h = self.l = None
        self.v = 0.0

    def __call__(self, data):
        o, h, l, c = data.open[0], data.high[0], data.low[0], data.close[0]
        v, dt = data.volume[0], data.datetime[0]
        if self.o is None:
            self.o, self.h, self.l = o, h, l
        self.h, self.l, self.v = max(self.h, h), min(self.l, l), self.v + v
        if self.h - self.l < self.p.size:
            data.backwards()
            return True
        bar = [0.0] * data.size()
        bar[data.DateTime], bar[data.Open], bar[data.High] = dt, self.o, self.h
        bar[data.Low], bar[data.Close], bar[data.Volume] = self.l, c, self.v
        data.backwards()
        data._add2stack(bar)
        self.o, self.h, self.l, self.v = None, None, None, 0.0
        return False


class VolumeBars(object):
    """keeps updating the bar in place until enough volume came along"""
    def __init__(self, data, volume=5000):
        self.volume = volume
        self.acc = None

    def __call__(self, data):
        now = [data.datetime[0], data.open[0], data.high[0], data.low[0], data.close[0], data.volume[0]]
        if self.acc is None:
            self.acc = now
        else:
            a = self.acc
            self.acc = [now[0], a[1], max(a[2], now[2]), min(a[3], now[3]), now[4], a[5] + now[5]]
        if self.acc[5] < self.volume:
            data.backwards(force=True)
            return True
        (data.datetime[0], data.open[0], data.high[0], data.low[0], data.close[0],
         data.volume[0]) = self.acc
        self.acc = None
        return False

    def last(self, data):
        return False


class St(bt.Strategy):
    params = dict(show=20)

    def next(self):
        if len(self) <= 3 or len(self) % self.p.show == 0:
            d = self.data
            print(len(self), d.datetime.datetime(0), '%.2f %.2f %.2f %.2f %d' % (
                d.open[0], d.high[0], d.low[0], d.close[0], d.volume[0]))


def run(flt, show, fkw={}, **kw):
    cerebro = bt.Cerebro(**kw)
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-01-02-volume-min-001.txt'),
        timeframe=bt.TimeFrame.Minutes)
    data.addfilter(flt, **fkw)
    cerebro.adddata(data)
    cerebro.addstrategy(St, show=show)
    print(flt.__name__, fkw, kw, len(cerebro.run()[0]))


run(RangeBars, 30)
run(RangeBars, 20, dict(size=8.0))
run(VolumeBars, 10)
run(VolumeBars, 5, dict(volume=20000))
