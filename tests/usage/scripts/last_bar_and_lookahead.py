"""buflen() to know the last bar, close[1] to look into the next one"""
import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.sma = bt.ind.SMA(period=10)
        self.right = self.wrong = self.end = 0

    def next(self):
        if len(self.data) == self.data.buflen() - 1:
            print('one before last', self.data.datetime.date(0), len(self), self.data.buflen())
            if self.position:
                self.close()
        if len(self.data.close) >= self.data.close.buflen():
            print('last', self.data.datetime.date(0), self.position.size)
        try:
            tomorrow = self.data.close[1]
            self.right += tomorrow > self.data.close[0]
            self.wrong += tomorrow <= self.data.close[0]
        except IndexError:
            self.end += 1
        if len(self) == 20:
            self.buy()
            print('all bars', len(self.data.close.array), '%.2f' % self.data.close.array[-1],
                  bt.num2date(self.data.datetime.array[-1]).date(),
                  '%.2f' % max(self.data.high.array))

    def notify_order(self, o):
        if o.status == o.Completed:
            print('done', self.data.datetime.date(0), '%.2f' % o.executed.price)

    def stop(self):
        print(self.right, self.wrong, self.end)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
