import os
import backtrader as bt


class Chatty(bt.Strategy):
    def __init__(self):
        self.n = 0

    def say(self, *a):
        self.n += 1
        if self.n < 70:
            print(*a)

    def start(self):
        self.say('start', len(self))

    def prenext(self):
        self.say('prenext', len(self))

    def nextstart(self):
        self.say('nextstart', len(self))
        super(Chatty, self).nextstart()

    def next(self):
        self.say('next', len(self))
        if len(self) == 5:
            self.buy(size=2)
        if len(self) == 8:
            self.sell(size=1)
        if len(self) == 9:
            self.sell(size=3)
        if len(self) == 11:
            self.close()

    def notify_cashvalue(self, cash, value):
        self.say('  cashvalue %.2f %.2f' % (cash, value))

    def notify_fund(self, cash, value, fv, sh):
        self.say('  fund %.3f' % fv)

    def notify_order(self, order):
        self.say('  order', order.ref, order.getstatusname())

    def notify_trade(self, t):
        self.say('  trade', t.ref, t.status_names[t.status], t.size, '%.2f' % t.pnl,
                 'just' if t.justopened else '')

    def notify_data(self, data, status, *args, **kwargs):
        self.say('  data', data._name, data._getstatusname(status))

    def notify_store(self, msg, *args, **kwargs):
        self.say('  store', msg)

    def stop(self):
        print('stop', len(self), 'said', self.n)


class Warm(Chatty):
    def __init__(self):
        Chatty.__init__(self)
        self.sma = bt.ind.SMA(period=4)


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')), name='idx')
cerebro.addstrategy(Warm)
cerebro.run()
