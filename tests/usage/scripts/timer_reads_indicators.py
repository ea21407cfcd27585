"""What a timer, next_open and a quick notification see of the indicators: the bar before."""
import os
import backtrader as bt


class St(bt.Strategy):
    params = dict(cheat=False)

    def __init__(self):
        self.sma = bt.ind.SMA(period=3)
        self.body = self.data.close - self.data.open
        self.add_timer(when=bt.timer.SESSION_START, cheat=self.p.cheat)

    def show(self, what):
        print(what, len(self), len(self.data), len(self.sma), len(self.body), '%.2f' %
              self.data.close[0], '%.2f %.2f' % (self.sma[0], self.body[0])
              if len(self.sma) > 0 else '-', end=' | ')

    def notify_timer(self, timer, when, *args, **kwargs):
        self.show('timer')

    def notify_order(self, order):
        self.show(order.getstatusname())

    def next_open(self):
        self.show('open')

    def next(self):
        if len(self) == 3:
            self.buy()
        self.show('next')
        print()
        if len(self) == 4:
            self.env.runstop()


for cheat in (False, True):
    for kw in ({}, dict(runonce=False), dict(quicknotify=True), dict(cheat_on_open=True),
               dict(quicknotify=True, preload=False)):
        cerebro = bt.Cerebro(**kw)
        cerebro.adddata(bt.feeds.BacktraderCSVData(
            dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
        cerebro.addstrategy(St, cheat=cheat)
        print('cheat', cheat, kw)
        cerebro.run()
