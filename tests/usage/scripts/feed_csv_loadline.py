import datetime
import itertools
import os

import backtrader as bt
from backtrader import date2num


class SemicolonCSV(bt.feed.CSVDataBase):
    """date;close;volume;extra  -- open/high/low are made up from the close"""
    lines = ('spread',)
    params = (('separator', ';'), ('headers', True), ('dtformat', '%d.%m.%Y'),)

    def start(self):
        super(SemicolonCSV, self).start()
        self.prev = None
        self.skipped = 0

    def stop(self):
        print('stop called, skipped', self.skipped)
        super(SemicolonCSV, self).stop()

    def _loadline(self, linetokens):
        i = itertools.count(0)
        txt = linetokens[next(i)]
        if txt.startswith('#'):
            self.skipped += 1
            return False if self.p.separator == '!' else self._load_next()
        dt = datetime.datetime.strptime(txt, self.p.dtformat)
        dt = datetime.datetime.combine(dt.date(), self.p.sessionend or datetime.time(23, 59))
        self.lines.datetime[0] = date2num(dt)
        c = float(linetokens[next(i)])
        o = self.prev if self.prev is not None else c
        self.lines.open[0] = o
        self.lines.high[0] = max(o, c)
        self.lines.low[0] = min(o, c)
        self.lines.close[0] = c
        self.lines.volume[0] = float(linetokens[next(i)])
        self.lines.openinterest[0] = 0.0
        self.lines.spread[0] = float(linetokens[next(i)])
        self.prev = c
        return True

    def _load_next(self):
        nxt = self._getnextline()
        return self._loadline(nxt) if nxt else False


with open('prices.csv', 'w') as f:
    f.write('when;close;volume;spread\n')
    day = datetime.date(2015, 1, 1)
    for k in range(40):
        day += datetime.timedelta(days=3 if day.weekday() == 4 else 1)
        f.write('%s;%.2f;%d;%.3f\n' % (day.strftime('%d.%m.%Y'), 50 + (k * 7) % 11, 100 + k, k / 7))
        if k % 10 == 3:
            f.write('# a remark;;;\n')


class St(bt.Strategy):
    def __init__(self):
        self.ms = bt.ind.SMA(self.data.spread, period=4)

    def next(self):
        if len(self) % 6 == 0:
            print(self.data.datetime.datetime(0), ['%.2f' % x for x in (
                self.data.open[0], self.data.high[0], self.data.low[0], self.data.close[0],
                self.data.volume[0])], '%.4f' % self.data.spread[0], '%.4f' % self.ms[0])


cerebro = bt.Cerebro()
cerebro.adddata(SemicolonCSV(dataname='prices.csv'))
cerebro.addstrategy(St)
st = cerebro.run()[0]
print(len(st), st.data.lines.getlinealiases(), st.data._name)
