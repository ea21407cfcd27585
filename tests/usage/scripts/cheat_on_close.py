import os, sys
import backtrader as bt


class CoC(bt.Strategy):
    def __init__(self):
        self.rsi = bt.ind.RSI_SMA(self.data, period=14)

    def notify_order(self, o):
        if o.status == o.Completed:
            print('%s %s %.2f | close %.2f prev close %.2f' % (
                self.data.datetime.date(0), o.ordtypename(), o.executed.price,
                self.data.close[0], self.data.close[-1]))

    def next(self):
        if self.rsi < 40 and not self.position:
            self.buy(exectype=bt.Order.Close if self.env.closeorder else None)
        if self.rsi > 65 and self.position:
            self.close()


for coc in False, True:
    cerebro = bt.Cerebro()
    cerebro.closeorder = not coc
    cerebro.broker.set_coc(coc)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.addstrategy(CoC)
    cerebro.run(stdstats=False)
    print('coc', coc, '%.2f' % cerebro.broker.getvalue())
