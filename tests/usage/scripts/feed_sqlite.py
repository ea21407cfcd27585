import datetime
import os
import sqlite3

import backtrader as bt

con = sqlite3.connect('quotes.db')
con.execute('create table bars (sym text, d text, o real, h real, l real, c real, v integer)')
with open(os.path.join(os.environ.get('DATAS', 'datas'), 'orcl-2014.txt')) as f:
    next(f)
    for line in f:
        d, o, h, l, c, a, v = line.strip().split(',')
        con.execute('insert into bars values (?,?,?,?,?,?,?)', ('ORCL', d, o, h, l, c, v))
        con.execute('insert into bars values (?,?,?,?,?,?,?)',
                    ('HALF', d, float(o) / 2, float(h) / 2, float(l) / 2, float(c) / 2, v))
con.commit()
con.close()


class SqliteData(bt.feed.DataBase):
    params = (
        ('db', 'quotes.db'), ('fromdate', datetime.datetime.min), ('todate', datetime.datetime.max),
        ('ticker', 'ORCL'), ('name', ''),
    )
    lines = ('range_',)

    def __init__(self):
        super().__init__()
        self._con = None

    def start(self):
        super().start()
        self._con = sqlite3.connect(self.p.db)
        self.result = self._con.execute(
            'select d, o, h, l, c, v from bars where sym = ? and d >= ? and d <= ? order by d',
            (self.p.ticker, self.p.fromdate.strftime('%Y-%m-%d').zfill(10),
             self.p.todate.strftime('%Y-%m-%d')))

    def stop(self):
        super().stop()
        if self._con:
            self._con.close()
            self._con = None
            print('closed', self.p.ticker)

    def _load(self):
        bar = self.result.fetchone()
        if bar is None:
            return False
        self.lines.datetime[0] = bt.date2num(datetime.datetime.strptime(bar[0], '%Y-%m-%d'))
        (self.lines.open[0], self.lines.high[0], self.lines.low[0], self.lines.close[0],
         self.lines.volume[0]) = bar[1:]
        self.lines.openinterest[0] = -1
        self.lines.range_[0] = bar[2] - bar[3]
        return True


class St(bt.Strategy):
    def __init__(self):
        self.r = bt.ind.Highest(self.data0.range_, period=10)

    def next(self):
        if len(self) % 15 == 0:
            print(self.data.datetime.date(0), *['%.3f' % d.close[0] for d in self.datas],
                  '%.3f' % self.r[0], self.getpositionbyname('full').size)
        if len(self) == 20:
            self.buy(data='full', size=3)

    def stop(self):
        print(len(self), '%.3f' % self.broker.getvalue())


cerebro = bt.Cerebro()
cerebro.adddata(SqliteData(fromdate=datetime.datetime(2014, 3, 1),
                           todate=datetime.datetime(2014, 9, 30)), name='full')
cerebro.adddata(SqliteData(ticker='HALF', fromdate=datetime.datetime(2014, 3, 1),
                           todate=datetime.datetime(2014, 9, 30)), name='half')
cerebro.addstrategy(St)
cerebro.run()
