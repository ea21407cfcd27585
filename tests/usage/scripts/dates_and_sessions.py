import os
import datetime as dt
import backtrader as bt


class St(bt.Strategy):
    def start(self):
        d = self.data
        print('fromdate', bt.num2date(d.fromdate) if d.fromdate != float('-inf') else None,
              'session', d.p.sessionstart, d.p.sessionend, '%.5f %.5f' % (
                  d.sessionstart, d.sessionend))

    def next(self):
        if len(self) <= 3 or len(self) % 700 == 0:
            d = self.data
            print(len(self), d.datetime.datetime(0), d.datetime.date(0), d.datetime.time(0),
                  '%.6f' % d.datetime[0], d.num2date(d.datetime[0]),
                  '%.5f' % d.date2num(d.datetime.datetime(0)), d.datetime.dt(0),
                  '%.5f' % d.datetime.tm(0))
            print('    raw', self.data.datetime.tm_raw(0) == self.data.datetime.tm(0),
                  'le', d.datetime.tm_le(0) if hasattr(d.datetime, 'tm_le') and False else '',
                  self.datetime.datetime(0) == d.datetime.datetime(0), d.datetime.date(-1)
                  if len(self) > 1 else '')


path = os.path.join(os.environ['DATAS'], '2006-min-005.txt')
for kw in (dict(fromdate=dt.datetime(2006, 1, 4)),
           dict(todate=dt.date(2006, 1, 5)),
           dict(sessionstart=dt.time(9, 0), sessionend=dt.time(17, 30)),
           dict(fromdate=dt.datetime(2006, 1, 3, 12, 0), todate=dt.datetime(2006, 1, 10, 12, 0),
                sessionend=dt.datetime(2006, 1, 1, 17, 30))):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=path, timeframe=bt.TimeFrame.Minutes, compression=5, **kw))
    cerebro.addstrategy(St)
    print(sorted(kw))
    print(len(cerebro.run()[0]))
