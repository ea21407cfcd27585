import os
import backtrader as bt


class St(bt.Strategy):
    params = (('periods', [10, 30]), ('matype', bt.ind.SMA),)

    def __init__(self):
        self.cheating = self.cerebro.p.cheat_on_open
        mas = [self.p.matype(period=x) for x in self.p.periods]
        self.signal = bt.ind.CrossOver(*mas)
        self.order = None

    def notify_order(self, order):
        if order.status != order.Completed:
            return
        self.order = None
        print('%s %s filled at %.2f open %.2f' % (
            bt.num2date(order.executed.dt).date(), 'Buy' if order.isbuy() else 'Sell',
            order.executed.price, self.data.open[0]))

    def operate(self, fromopen):
        if self.order is not None:
            return
        if self.position:
            if self.signal < 0:
                self.order = self.close()
        elif self.signal > 0:
            print('%s signal, from open? %s  %d' % (self.data.datetime.date(), fromopen, len(self)))
            self.order = self.buy()

    def next(self):
        if self.cheating:
            return
        self.operate(False)

    def next_open(self):
        if not self.cheating:
            return
        self.operate(True)

    def nextstart_open(self):
        print('nextstart_open', len(self), len(self.data))

    def prenext_open(self):
        if len(self.data) < 3:
            print('prenext_open', len(self))


for kw in (dict(), dict(cheat_on_open=True), dict(cheat_on_open=True, runonce=False),
           dict(cheat_on_open=True, broker_coo=False)):
    print(kw)
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
    print('%.2f' % cerebro.broker.getvalue())
