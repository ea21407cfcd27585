import datetime
import os
import backtrader as bt


class ORB(bt.Strategy):
    """opening range breakout, flat at the end of the day"""
    params = dict(minutes=30, end=datetime.time(17, 15))

    def __init__(self):
        self.day = None
        self.hi = self.lo = None
        self.traded = False

    def next(self):
        now = self.data.datetime.datetime(0)
        if now.date() != self.day:
            self.day, self.hi, self.lo, self.traded = now.date(), self.data.high[0], self.data.low[0], 0
            self.limit_time = (datetime.datetime.combine(self.day, datetime.time(9, 0)) +
                               datetime.timedelta(minutes=self.p.minutes))
        elif now <= self.limit_time:
            self.hi = max(self.hi, self.data.high[0])
            self.lo = min(self.lo, self.data.low[0])
        elif now.time() >= self.p.end:
            if self.position:
                self.close()
        elif not self.position and not self.traded:
            if self.data.close[0] > self.hi:
                self.buy()
                self.traded = True
            elif self.data.close[0] < self.lo:
                self.sell()
                self.traded = True
        if self.data.datetime.date(0) != self.data.datetime.date(-1) and len(self) > 1:
            self.days = getattr(self, 'days', 1) + 1

    def notify_trade(self, trade):
        if trade.isclosed:
            print(bt.num2date(trade.dtopen), '->', bt.num2date(trade.dtclose).time(),
                  'long' if trade.long else 'short', '%.2f' % trade.pnl, trade.barlen)

    def stop(self):
        print('days', self.days, '%.2f' % self.broker.getvalue())


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-min-005.txt'),
    timeframe=bt.TimeFrame.Minutes, compression=5, sessionend=datetime.time(17, 30)))
cerebro.addstrategy(ORB)
cerebro.run()
