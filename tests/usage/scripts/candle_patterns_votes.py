import os
import backtrader as bt


class Candles(bt.Indicator):
    lines = ('doji', 'hammer', 'engulf', 'votes')

    def __init__(self):
        d = self.data
        body = abs(d.close - d.open)
        rng = d.high - d.low
        low_tail = bt.Min(d.open, d.close) - d.low
        up_tail = d.high - bt.Max(d.open, d.close)
        self.l.doji = body < rng * 0.1
        self.l.hammer = bt.And(low_tail > 2.0 * body, up_tail < body, body > 0.0)
        bull = bt.And(d.close > d.open, d.close(-1) < d.open(-1), d.close > d.open(-1),
                      d.open < d.close(-1))
        bear = bt.And(d.close < d.open, d.close(-1) > d.open(-1), d.close < d.open(-1),
                      d.open > d.close(-1))
        self.l.engulf = bull - bear
        self.l.votes = self.l.doji + self.l.hammer * 2 + self.l.engulf * 3


class St(bt.Strategy):
    def __init__(self):
        self.c = Candles()
        self.run3 = bt.ind.SumN(self.data.close > self.data.open, period=3) == 3
        self.count = [0] * 4

    def next(self):
        for i, l in enumerate(self.c.lines):
            self.count[i] += l[0] != 0
        if self.c.engulf[0] > 0 or self.run3[0] and self.c.hammer[0]:
            self.buy(size=1)
            print(self.data.datetime.date(0), [int(l[0]) for l in self.c.lines], bool(self.run3[0]))
        elif self.c.engulf[0] < 0 and self.position:
            self.close()

    def stop(self):
        print(self.count, self.position.size, '%.2f' % self.broker.getvalue())


cerebro = bt.Cerebro()
cerebro.broker.setcash(100000)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
