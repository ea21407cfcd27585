import os
import array
import backtrader as bt


class St(bt.Strategy):
    lines = ('mine', 'other')

    def __init__(self):
        self.sma = bt.ind.SMA(period=5)
        self.l.mine = self.sma - self.data

    def next(self):
        self.lines.other[0] = self.data.close[0] * 2
        if len(self) not in (6, 120):
            return
        c = self.data.close
        print(len(self), len(self.data), len(c), len(self.sma), self.sma.lencount
              if hasattr(self.sma, 'lencount') else len(self.sma.line), c.lencount
              if hasattr(c, 'lencount') else len(c))
        print('  buflen', self.data.buflen(), c.buflen(), self.sma.buflen())
        print('  get', ['%.1f' % x for x in c.get(size=3)], ['%.1f' % x for x in c.get(ago=-1, size=3)],
              ['%.2f' % x for x in self.sma.get(0, 2)], type(c.get(size=1)).__name__)
        print('  zero', ['%.1f' % x for x in c.getzero(0, 3)], '%.2f' % c.array[0], '%.2f' % c[-5])
        print('  lines', self.data.lines.size(), self.data.lines.fullsize(), self.data.lines.extrasize(),
              len(self.data.lines), self.sma.lines.size(), self.data.getlinealiases()[:3])
        print('  by index', self.data.lines[0] is self.data.lines.close, self.data.l.close is c,
              self.data.close is self.data.lines.close, self.data_close is c, self.data0_close is c,
              self.data0 is self.data, self.data_1 is self.data.lines[1], self.datas[0] is self.data)
        print('  aliases', bt.feeds.BacktraderCSVData.lines.getlinealiases(),
              self.data.Close, self.data.Open, self.data.DateTime, self.data.OpenInterest)
        print('  own', '%.3f' % self.lines.other[0], self.l.getlinealiases())
        print('  idx', c.idx, c.get_idx(), self.sma.line is self.sma.lines[0],
              self.sma.l.sma is self.sma.line, self.sma.line0 is self.sma.line,
              self.sma.lines_0 is self.sma.line if hasattr(self.sma, 'lines_0') else '')
        print('  slices', '%.2f' % sum(c.get(size=5)), '%.2f' % (self.sma[0] * 5), '%.2f' % max(
            self.data.high.get(ago=-1, size=4)))


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
