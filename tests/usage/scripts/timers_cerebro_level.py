import os
import datetime
import backtrader as bt


class Cer(bt.Cerebro):
    def notify_timer(self, timer, when, *args, **kwargs):
        print('cerebro', when, args, kwargs)


class St(bt.Strategy):
    def notify_timer(self, timer, when, *args, **kwargs):
        if timer.p.tid == self.env.tid2:
            self.buy()
        print(type(self).__name__, when.date(), len(self), timer.p.tid, args)

    def notify_order(self, o):
        if o.status == o.Completed:
            print('   filled %.2f on %s, open %.2f' % (o.executed.price, self.data.datetime.date(0),
                                                       self.data.open[0]))


class Other(St):
    pass


cerebro = Cer(cheat_on_open=True)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'),
    todate=datetime.datetime(2006, 4, 30)))
cerebro.addstrategy(St)
cerebro.addstrategy(Other)
t1 = cerebro.add_timer(when=bt.timer.SESSION_START, monthdays=[10], monthcarry=True, strats=True)
t2 = cerebro.add_timer(bt.timer.SESSION_START, monthdays=[20], cheat=True, strats=True)
t3 = cerebro.add_timer(datetime.time(0, 0), monthdays=[2], tzdata=cerebro.datas[0])
cerebro.tid2 = t2.p.tid
cerebro.run()
print(t1.p.tid, t2.p.tid, t3.p.tid, '%.2f' % cerebro.broker.getvalue())
