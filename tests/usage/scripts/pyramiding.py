import os
import backtrader as bt


class Turtle(bt.Strategy):
    params = (('entry', 20), ('exit', 10), ('atr', 20), ('maxunits', 4))

    def __init__(self):
        self.H = bt.indicators.Highest(self.data.high(-1), period=self.p.entry, subplot=False)
        self.L = bt.indicators.Lowest(self.data.low(-1), period=self.p.exit, subplot=False)
        self.TR = bt.indicators.Max((self.data.high(0) - self.data.low(0)),
                                    abs(self.data.close(-1) - self.data.high(0)),
                                    abs(self.data.close(-1) - self.data.low(0)))
        self.ATR = bt.indicators.SimpleMovingAverage(self.TR, period=self.p.atr, subplot=True)
        self.buy_signal = bt.ind.CrossOver(self.data.close(0), self.H)
        self.sell_signal = bt.ind.CrossOver(self.data.close(0), self.L)
        self.order, self.units, self.lastbuy = None, 0, 0.0

    def next(self):
        if self.order:
            return
        if self.buy_signal > 0 and self.units == 0:
            self.order = self.buy(size=1)
            self.units = 1
        elif (0 < self.units < self.p.maxunits and
              self.data.close > self.lastbuy + 0.5 * self.ATR[0]):
            self.order = self.buy(size=1)
            self.units += 1
        elif self.sell_signal < 0 and self.units > 0:
            self.order = self.close()
            self.units = 0
        elif self.units > 0 and self.data.close < self.lastbuy - 2 * self.ATR[0]:
            self.order = self.close()
            self.units = 0

    def notify_order(self, order):
        if order.status in [order.Submitted, order.Accepted]:
            return
        if order.status in [order.Completed]:
            if order.isbuy():
                self.lastbuy = order.executed.price
            print(self.data.datetime.date(0), '%+d' % order.executed.size, 'units', self.units,
                  'px %.2f' % order.executed.price, 'avg %.2f' % self.position.price)
        self.order = None


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
    os.environ.get('DATAS', 'datas'), '2005-2006-day-001.txt')))
cerebro.addstrategy(Turtle)
cerebro.broker.setcash(50000)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
