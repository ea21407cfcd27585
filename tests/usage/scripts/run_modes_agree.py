import itertools
import os
import backtrader as bt


class Ind(bt.Indicator):
    lines = ('out',)

    def __init__(self):
        self.addminperiod(6)

    def next(self):
        self.l.out[0] = max(self.data.get(size=6)) - min(self.data.get(size=6))


class St(bt.Strategy):
    def __init__(self):
        self.a = bt.ind.MACDHisto()
        self.b = Ind(self.data.close)
        self.c = bt.And(self.a.histo > 0, self.b > 50)

    def next(self):
        if self.c and not self.position:
            self.buy()
        elif self.position and not self.c:
            self.close()

    def stop(self):
        print('%.4f %.4f %d %.4f' % (self.a.histo[0], self.b[0], bool(self.c[0]),
                                     self.broker.getvalue()), end=' ')


for runonce, preload, exactbars in itertools.product((True, False), (True, False),
                                                     (False, -1, -2, 1)):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(St)
    cerebro.run(runonce=runonce, preload=preload, exactbars=exactbars)
    print(runonce, preload, exactbars)
