"""a generator function as dataname, bars of 90 seconds"""
import datetime
import math
import backtrader as bt


def ticks(n, start=datetime.datetime(2019, 3, 1, 9, 0)):
    for i in range(n):
        px = 20 + 3 * math.sin(i / 9.0) + i * 0.01
        yield {'ts': start + datetime.timedelta(seconds=90 * i), 'px': px, 'v': i % 13}


class GenData(bt.feed.DataBase):
    params = dict(timeframe=bt.TimeFrame.Seconds, compression=90)

    def start(self):
        bt.feed.DataBase.start(self)
        self.gen = self.p.dataname(80)

    def _load(self):
        d = next(self.gen, None)
        if d is None:
            return False
        l = self.lines
        l.datetime[0] = bt.date2num(d['ts'])
        l.open[0] = l.high[0] = l.low[0] = l.close[0] = d['px']
        l.volume[0] = d['v']
        l.openinterest[0] = 0
        return True


class St(bt.Strategy):
    def next(self):
        if len(self.data1) and len(self.data1) != getattr(self, 'seen', 0):
            self.seen = len(self.data1)
            d = self.data1
            print(len(self), d.datetime.datetime(0), '%.3f %.3f %.3f %.3f %d' % (
                d.open[0], d.high[0], d.low[0], d.close[0], d.volume[0]))


cerebro = bt.Cerebro()
data = GenData(dataname=ticks)
cerebro.adddata(data)
cerebro.resampledata(data, timeframe=bt.TimeFrame.Minutes, compression=10)
cerebro.addstrategy(St)
cerebro.run()
print(data._timeframe, data._compression, bt.TimeFrame.getname(data._timeframe, data._compression))
