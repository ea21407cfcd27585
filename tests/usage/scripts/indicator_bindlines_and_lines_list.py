import os
import backtrader as bt


class Parts(bt.Indicator):
    lines = ('a', 'b', 'c')
    params = dict(p1=4, p2=9)

    def __init__(self):
        s1 = bt.ind.SMA(period=self.p.p1)
        s1.lines.sma.addbinding(self.lines.a)
        bt.ind.SMA(period=self.p.p2).line.addbinding(self.lines[1])
        self.lines[2] = self.l.a - self.l.b


class Direct(bt.Indicator):
    lines = ('x', 'y')

    def __init__(self):
        bb = bt.ind.BBands(period=10)
        self.lines.x = bb.lines.top
        self.lines.y = bb.lines[2]
        self.extra = bb.mid


class LineList(bt.Indicator):
    lines = tuple('l%d' % i for i in range(4))

    def __init__(self):
        for i in range(4):
            setattr(self.lines, 'l%d' % i, bt.ind.EMA(self.data, period=3 + i))

    def at(self, i, ago=0):
        return self.lines[i][ago]


class ExtraLines(bt.Indicator):
    lines = ('m',)
    extralines = 2

    def next(self):
        self.lines[0][0] = self.data[0]
        self.lines[1][0] = self.data[0] * 2
        self.lines[2][0] = len(self)


class St(bt.Strategy):
    def __init__(self):
        self.p1, self.d, self.ll, self.el = Parts(), Direct(), LineList(), ExtraLines()
        self.on_line = bt.ind.SMA(self.d.lines.x, period=3)
        self.on_ind = bt.ind.SMA(self.p1, period=3)
        self.on_idx = bt.ind.Momentum(self.ll.lines[2], period=2)

    def next(self):
        if len(self) % 60 == 0:
            print(len(self), '%.3f %.3f %.3f' % tuple(l[0] for l in self.p1.lines),
                  '%.3f %.3f' % (self.d.x[0], self.d.y[0]),
                  '%.3f' % self.ll.at(3, -1), '%.3f %.3f %.3f' % (
                      self.on_line[0], self.on_ind[0], self.on_idx[0]),
                  ['%.2f' % l[0] for l in self.el.lines], self.el.lines.size(), self.el.lines.fullsize())


for kw in ({}, dict(runonce=False)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run()
