import os
import backtrader as bt


class St(bt.Strategy):
    def next(self):
        if len(self) == 5:
            self.broker.add_cash(2500.0)
        if len(self) == 6:
            print('after add %.2f' % self.broker.getcash())
        if len(self) == 10:
            self.o = self.buy(size=9)
        if len(self) == 40:
            self.broker.add_cash(-1000.0)
        if len(self) % 30 == 15:
            b = self.broker
            print(self.data.datetime.date(0), 'cash %.2f value %.2f lev %.4f unlev %.2f %.2f' % (
                b.getcash(), b.getvalue(), b.get_leverage(), b.get_value(lever=False),
                b.get_value(lever=True)))

    def notify_order(self, order):
        print(order.getstatusname())


for lev in (1.0, 5.0):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.broker.setcommission(commission=0.0005, leverage=lev)
    cerebro.broker.setcash(10000.0)
    cerebro.addstrategy(St)
    cerebro.run()
    print('%.4f' % cerebro.broker.getvalue())
