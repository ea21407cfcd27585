import os
import backtrader as bt


class SMAClose(bt.Strategy):
    params = (('period', 4), ('onlydaily', False))

    def __init__(self):
        self.sma = bt.indicators.SMA(self.data, period=self.p.period)
        self.counter = 0

    def start(self):
        self.counter = 0

    def prenext(self):
        self.counter += 1
        if self.counter < 6:
            print('prenext', self.counter, len(self), len(self.data), '%.2f' % self.data.close[0])

    def next(self):
        self.counter += 1
        if self.counter % 25 == 0:
            print('---next len %d - counter %d %s c %.2f h %.2f sma %.3f' % (
                len(self.data), self.counter, self.data.datetime.date(0), self.data.close[0],
                self.data.high[0], self.sma[0]))

    def stop(self):
        print(len(self), self.counter)


for comp, tf in ((1, bt.TimeFrame.Weeks), (3, bt.TimeFrame.Days), (1, bt.TimeFrame.Months)):
    cerebro = bt.Cerebro(preload=comp == 1)
    cerebro.addstrategy(SMAClose, period=2 if comp == 3 else 4)
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
    cerebro.replaydata(data, timeframe=tf, compression=comp)
    cerebro.run()
