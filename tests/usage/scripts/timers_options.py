import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    params = dict(when=bt.timer.SESSION_START, timer=True, cheat=False,
                  offset=datetime.timedelta(), repeat=datetime.timedelta(), weekdays=[],
                  weekcarry=False, monthdays=[], monthcarry=False, allow=None, limit=8)

    def __init__(self):
        self.n = 0
        self.t = self.add_timer(
            when=self.p.when, offset=self.p.offset, repeat=self.p.repeat, weekdays=self.p.weekdays,
            weekcarry=self.p.weekcarry, monthdays=self.p.monthdays, monthcarry=self.p.monthcarry,
            allow=self.p.allow, cheat=self.p.cheat, tag='x')

    def notify_timer(self, timer, when, *args, **kwargs):
        self.n += 1
        if self.n <= self.p.limit:
            print('  %02d %s %s %s %s' % (len(self), when, timer.p.tid, kwargs,
                                          self.data.datetime.datetime(0)))

    def stop(self):
        print('  fired', self.n)


def run(fname='2006-day-001.txt', tf=bt.TimeFrame.Days, comp=1, todate=None, **kw):
    print(sorted((k, str(v)) for k, v in kw.items() if k not in ('allow', 'limit')))
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], fname), timeframe=tf, compression=comp,
        sessionstart=datetime.time(9, 0), sessionend=datetime.time(17, 30),
        todate=todate or datetime.datetime(2006, 12, 31)))
    cerebro.addstrategy(St, **kw)
    cerebro.run()


run(weekdays=[5], weekcarry=True, limit=3)
run(weekdays=[1, 3], limit=3)
run(monthdays=[1], monthcarry=True, limit=4)
run(monthdays=[15], limit=4)
run(allow=lambda d: d.month == 7 and d.day in (3, 4), limit=3)
intra = dict(fname='2006-min-005.txt', tf=bt.TimeFrame.Minutes, comp=5,
             todate=datetime.datetime(2006, 1, 5))
run(when=datetime.time(15, 30), limit=3, **intra)
run(when=bt.timer.SESSION_START, offset=datetime.timedelta(minutes=30),
    repeat=datetime.timedelta(hours=3), limit=7, **intra)
run(when=bt.timer.SESSION_END, limit=3, **intra)
run(when=bt.timer.SESSION_END, offset=-datetime.timedelta(minutes=45), cheat=True, limit=3, **intra)
