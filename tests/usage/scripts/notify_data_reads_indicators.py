"""what notify_data, notify_store and notify_timer may read while bars come in"""
import datetime
import backtrader as bt


class Slow(bt.feed.DataBase):
    params = (('qcheck', 0.0),)

    def islive(self):
        return True

    def start(self):
        super(Slow, self).start()
        self.k = 0

    def _load(self):
        self.k += 1
        if self.k > 12:
            return False
        if self.k % 4 == 0:
            self.put_notification(self.LIVE if self.k % 8 else self.DELAYED)
        self.l.datetime[0] = bt.date2num(datetime.datetime(2021, 1, 1) + datetime.timedelta(self.k))
        for l in (self.l.open, self.l.high, self.l.low, self.l.close):
            l[0] = 10.0 + self.k % 5
        self.l.volume[0] = self.l.openinterest[0] = 0.0
        return True


class St(bt.Strategy):
    def __init__(self):
        self.sma = bt.ind.SMA(period=2)
        self.chg = self.data.close - self.data.close(-1)

    def notify_data(self, data, status, *args, **kwargs):
        print('data', data._getstatusname(status), len(self), len(data), len(self.sma),
              '%.3f %.3f' % (self.sma[0], self.chg[0]) if len(self.sma) else '-', data.close[0])

    def next(self):
        print('next', len(self), len(self.data), len(self.sma), '%.3f %.3f' % (
            self.sma[0], self.chg[0]))


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(Slow(timeframe=bt.TimeFrame.Days))
cerebro.addstrategy(St)
cerebro.run()
