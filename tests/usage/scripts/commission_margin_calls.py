"""futures account that runs out of money"""
import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.margins = 0

    def notify_order(self, o):
        if o.status in (o.Completed, o.Margin, o.Rejected):
            print(self.data.datetime.date(0), o.getstatusname(), '%+d' % o.created.size,
                  'cash %.2f value %.2f' % (self.broker.getcash(), self.broker.getvalue()))
            self.margins += o.status == o.Margin

    def next(self):
        if len(self) % 8 == 1 and len(self) < 120:
            self.buy(size=2)
        if self.broker.getvalue() < 3000 and self.position:
            self.close()
            print('out of money')

    def stop(self):
        print(self.margins, self.position.size, '%.2f' % self.broker.getvalue())


for mult, margin in ((10.0, 2000.0), (25.0, 1000.0)):
    cerebro = bt.Cerebro()
    cerebro.broker.setcash(12000.0)
    cerebro.broker.setcommission(commission=2.0, margin=margin, mult=mult)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    print(mult, margin)
    cerebro.run()
