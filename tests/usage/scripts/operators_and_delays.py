import operator
import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        c, o = self.data.close, self.data.open
        self.ops = [
            c + 1, 1 + c, c - o, 10000 - c, c * 2, 2 * c, c / o, 10000 / c, c // 100, 10000.0 // c,
            c ** 2, abs(o - c), -c, (c > o), c >= o(-1), c < o, c <= c(-1), c == c(0), c != c(-1),
            (c - c(-1)) / c(-1) * 100.0, c(-3), self.data(-1), self.data.close(-1) > self.data.open,
            (c > o) + (c(-1) > o(-1)) + (c(-2) > o(-2)),
        ]
        self.inside = bt.And(self.data.high < self.data.high(-1), self.data.low > self.data.low(-1))
        self.gap = self.data.open(0) - self.data.close(-1)
        self.last = self.data.close(-1)

    def next(self):
        if len(self) % 60 == 0:
            for i in range(0, len(self.ops), 6):
                print('   ', ' '.join('%.4f' % x[0] for x in self.ops[i:i + 6]))
            print(len(self), self.inside[0], '%.2f %.2f' % (self.gap[0], self.last[0]))
        if self.inside:
            self.count = getattr(self, 'count', 0) + 1
        # comparisons during next are with current values
        if self.data.close > self.data.open and self.data > self.last and not self.inside:
            self.ups = getattr(self, 'ups', 0) + 1
        x = self.data.close - self.data.open
        assert isinstance(x, float), type(x)
        y = self.data.close + self.gap
        assert y == self.data.close[0] + self.gap[0]

    def stop(self):
        print(self.count, self.ups, self._minperiod, [int(x._minperiod) for x in self.ops])


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
