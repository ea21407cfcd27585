import datetime
import os
import backtrader as bt


class ListFeed(bt.feeds.DataBase):
    params = (('rows', None),)

    def __init__(self):
        super(ListFeed, self).__init__()
        print('init', self.p.timeframe == bt.TimeFrame.Days, len(self.p.rows))

    def start(self):
        super(ListFeed, self).start()
        self._it = iter(self.p.rows)

    def _load(self):
        try:
            row = next(self._it)
        except StopIteration:
            return False
        self.l.datetime[0] = bt.date2num(row[0])
        for name, v in zip(('open', 'high', 'low', 'close', 'volume'), row[1:]):
            getattr(self.lines, name)[0] = v
        self.l.openinterest[0] = -1
        return True


rows = []
t = datetime.datetime(2020, 1, 31)
p = 100.0
for i in range(50):
    t += datetime.timedelta(days=1)
    p = p * (1.01 if (i * i) % 5 else 0.97)
    rows.append((t, p, p * 1.005, p * 0.995, p * 1.001, i))


class Show(bt.Strategy):
    def __init__(self):
        self.ema = bt.ind.EMA(period=9)

    def next(self):
        if len(self) % 7 == 0:
            print(self.data.datetime.date(), '%.4f %.4f' % (self.data.close[0], self.ema[0]),
                  int(self.data.openinterest[0]), int(self.data.volume[-1]))


for kw in ({}, dict(preload=False), dict(runonce=False), dict(exactbars=True)):
    c = bt.Cerebro(**kw)
    c.adddata(ListFeed(rows=rows), name='list')
    c.addstrategy(Show)
    s = c.run()[0]
    print(kw, len(s.data), '%.4f' % s.ema[0])
