import datetime
import os
import backtrader as bt


class PEData(bt.feeds.GenericCSVData):
    lines = ('pe', 'pb')
    params = (('pe', 7), ('pb', 8), ('dtformat', '%Y%m%d'), ('tmformat', '%H:%M'), ('time', 1),
              ('open', 2), ('high', 3), ('low', 4), ('close', 5), ('volume', 6),
              ('openinterest', -1), ('nullvalue', 0.0))


with open('x.csv', 'w') as f:
    f.write('d,t,o,h,l,c,v,pe,pb\n')
    d = datetime.datetime(2016, 2, 1, 9, 30)
    for i in range(30):
        f.write('%s,%s,%d,%d,%d,%d,%s,%.1f,%s\n' % (
            d.strftime('%Y%m%d'), d.strftime('%H:%M'), 10 + i % 4, 12 + i % 4, 9 + i % 4,
            11 + i % 4, '' if i % 9 == 8 else i * 10, 15 + i / 3.0, '' if i % 7 == 6 else '1.5'))
        d += datetime.timedelta(hours=7)


class St(bt.Strategy):
    def __init__(self):
        self.cheap = self.data.pe < 20.0

    def next(self):
        if len(self) % 4 == 1 or self.data.pb[0] == 0:
            print(self.data.datetime.datetime(0).strftime('%m-%d %H:%M'), '%.3f' % self.data.pe[0],
                  self.data.pb[0], self.data.volume[0], bool(self.cheap[0]))


cerebro = bt.Cerebro()
cerebro.adddata(PEData(dataname='x.csv', timeframe=bt.TimeFrame.Minutes, compression=420))
cerebro.addstrategy(St)
cerebro.run()

# epoch seconds and milliseconds, and a function
with open('y.csv', 'w') as f:
    for i in range(5):
        f.write('%d,1,2,0.5,%d\n' % (1500000000 + 86400 * i, i))


def msec(s):
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=float(s) + 0.5)


class P(bt.Strategy):
    def next(self):
        print(self.data.datetime.datetime(0).isoformat(), self.data.close[0], self.data.volume[0])


for fmt in (1, 2, msec):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.GenericCSVData(
        dataname='y.csv', headers=False, dtformat=fmt, open=1, high=2, low=3, close=4, volume=-1,
        openinterest=-1))
    cerebro.addstrategy(P)
    cerebro.run()
