import datetime
import os
import backtrader as bt


class St(bt.Strategy):
    def notify_order(self, o):
        if o.status in (o.Completed, o.Expired):
            print('%s %s %s created %s dteos %s exec %s at %s' % (
                o.ref, o.getordername(), o.getstatusname(), bt.num2date(o.created.dt),
                bt.num2date(o.dteos).time() if o.dteos else None,
                '%.2f' % o.executed.price, bt.num2date(o.executed.dt) if o.executed.dt else None))

    def next(self):
        t = self.data.datetime.time(0)
        d = self.data.datetime.date(0).day
        if t == datetime.time(11, 0) and d < 6:
            self.buy(exectype=bt.Order.Close)
        if t == datetime.time(12, 0) and d < 6:
            self.buy(exectype=bt.Order.Limit, price=self.data.close[0] * 0.98, valid=bt.Order.DAY)
        if t == datetime.time(15, 0) and self.position:
            self.close(exectype=bt.Order.Close)


for eosbar in (False, True):
    for kw in (dict(sessionend=datetime.time(17, 30)), dict()):
        cerebro = bt.Cerebro()
        cerebro.broker.seteosbar(eosbar)
        cerebro.adddata(bt.feeds.BacktraderCSVData(
            dataname=os.path.join(os.environ['DATAS'], '2006-min-005.txt'),
            timeframe=bt.TimeFrame.Minutes, compression=5, todate=datetime.datetime(2006, 1, 6), **kw))
        cerebro.addstrategy(St)
        print(eosbar, sorted(kw))
        cerebro.run()
