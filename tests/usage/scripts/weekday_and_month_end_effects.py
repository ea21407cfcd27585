import calendar
import collections
import os
import backtrader as bt


class MonthEnd(bt.Strategy):
    """in some days before the end of the month, out some days after"""
    params = (('before', 4), ('after', 3))

    def __init__(self):
        self.byday = collections.OrderedDict((d, []) for d in calendar.day_abbr[:5])
        self.pct = self.data.close / self.data.close(-1) - 1.0

    def next(self):
        d = self.data.datetime.date(0)
        self.byday[calendar.day_abbr[d.weekday()]].append(self.pct[0])
        last = calendar.monthrange(d.year, d.month)[1]
        if not self.position and last - d.day <= self.p.before:
            self.order_target_percent(target=0.98)
        elif self.position and self.p.after <= d.day < last - self.p.before:
            self.close()

    def notify_trade(self, t):
        if t.isclosed:
            print(t.open_datetime().date(), t.close_datetime().date(), '%.2f' % t.pnl, t.barlen)

    def stop(self):
        for k, v in self.byday.items():
            print('%s %d %.6f' % (k, len(v), sum(v) / len(v)))


cerebro = bt.Cerebro()
cerebro.broker.setcash(50000)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(MonthEnd)
cerebro.addobserver(bt.observers.DrawDown)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
