import os
import backtrader as bt


class St(bt.Strategy):
    params = (('stake', 1),)

    def start(self):
        print('start %.2f' % self.broker.getvalue(), self.position.size)

    def next(self):
        if len(self) == 10:
            self.buy(size=self.p.stake)

    def stop(self):
        print('stop %.2f' % self.broker.getvalue(), len(self), self.position.size)


data = bt.feeds.BacktraderCSVData(dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(data)
cerebro.addstrategy(St, stake=2)
for k in range(2):
    cerebro.run()
cerebro.broker.setcash(50000)
cerebro.run(runonce=False)
# walk forward: a new cerebro with the same settings each time
for year_half in ((1, 6), (7, 12)):
    import datetime
    c = bt.Cerebro()
    c.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'),
        fromdate=datetime.datetime(2006, year_half[0], 1),
        todate=datetime.datetime(2006, year_half[1], 28)))
    c.addstrategy(St)
    c.run()
