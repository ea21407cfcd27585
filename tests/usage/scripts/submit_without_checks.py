import os
import backtrader as bt


class Greedy(bt.Strategy):
    def notify_order(self, order):
        print(len(self), order.ref, order.getstatusname(), '%.2f' % self.broker.getcash())

    def next(self):
        if len(self) == 1:
            self.buy(size=4)
            self.buy(size=4)
        if len(self) == 3:
            self.sell(size=100)
        if len(self) == 5:
            self.close()


for checksubmit, shortcash in ((True, True), (False, True), (True, False), (False, False)):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.set_checksubmit(checksubmit)
    cerebro.broker.set_shortcash(shortcash)
    cerebro.broker.set_cash(20000)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.addstrategy(Greedy)
    print('checksubmit', checksubmit, 'shortcash', shortcash)
    cerebro.run()
    print('%.2f %.2f' % (cerebro.broker.getcash(), cerebro.broker.getvalue()))
