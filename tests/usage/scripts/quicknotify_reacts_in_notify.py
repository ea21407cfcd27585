import os
import backtrader as bt


class St(bt.Strategy):
    """sends the exit from within notify_order, reads indicators there"""
    def __init__(self):
        self.atr = bt.ind.ATR(period=5)
        self.n = 0

    def next(self):
        if not self.position and len(self) % 15 == 0:
            self.buy()

    def notify_order(self, o):
        if o.status == o.Completed and o.isbuy():
            self.n += 1
            stop = o.executed.price - 1.5 * self.atr[0]
            self.sell(exectype=bt.Order.Stop, price=stop)
            if self.n < 8:
                print(len(self), len(self.data), len(self.atr), '%.3f' % self.atr[0], '%.2f' % stop)
        elif o.status == o.Completed and self.n < 8:
            print('   out', self.data.datetime.date(0), '%.2f' % o.executed.price)

    def notify_trade(self, t):
        if t.isclosed and self.n < 8:
            print('   trade', len(self), '%.2f %.3f' % (t.pnl, self.atr[0]))


for kw in ({}, dict(quicknotify=True), dict(quicknotify=True, runonce=False)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    print(kw)
    cerebro.run()
    print('%.2f' % cerebro.broker.getvalue())
