"""cancel and re-send a Stop each bar, the poor man's trailing stop"""
import os
import backtrader as bt


class ManualTrail(bt.Strategy):
    params = (('atr', 14), ('mult', 2.0),)

    def __init__(self):
        self.atr = bt.indicators.AverageTrueRange(period=self.p.atr)
        self.hh = bt.indicators.Highest(self.data.high, period=20)
        self.sl_order = None
        self.sl_price = None
        self.cancels = 0

    def notify_order(self, order):
        if order.status == order.Canceled:
            self.cancels += 1
        if order.status == order.Completed:
            if order.isbuy():
                self.sl_price = order.executed.price - self.p.mult * self.atr[0]
                self.sl_order = self.sell(exectype=bt.Order.Stop, price=self.sl_price)
                print(self.data.datetime.date(0), 'in %.1f stop %.1f' % (
                    order.executed.price, self.sl_price))
            else:
                print(self.data.datetime.date(0), 'out %.1f' % order.executed.price)
                self.sl_order = None

    def next(self):
        if self.position.size == 0:
            if self.data.close[0] >= self.hh[-1]:
                self.buy()
        elif self.sl_order:
            new = self.data.close[0] - self.p.mult * self.atr[0]
            if new > self.sl_price:
                self.cancel(self.sl_order)
                self.sl_price = new
                self.sl_order = self.sell(exectype=bt.Order.Stop, price=new)

    def stop(self):
        print('cancelled', self.cancels, 'value %.2f' % self.broker.getvalue(),
              'open', len(self.broker.get_orders_open()))


c = bt.Cerebro()
c.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2005-2006-day-001.txt')))
c.addstrategy(ManualTrail)
c.broker.setcash(20000)
c.run()
