import os
import backtrader as bt


class Ribbon(bt.Indicator):
    """number of averages in order, they are made in a loop"""
    lines = ('score',)
    params = dict(periods=(5, 10, 15, 20, 30), ma=bt.ind.MovAv.EMA)

    def __init__(self):
        self.mas = [self.p.ma(self.data, period=x) for x in self.p.periods]
        ups = [a > b for a, b in zip(self.mas, self.mas[1:])]
        self.lines.score = bt.Sum(*ups)


def make_indicator(period):
    class Slope(bt.Indicator):
        lines = ('slope',)
        params = (('period', period),)

        def __init__(self):
            self.l.slope = self.data - self.data(-self.p.period)
            super(Slope, self).__init__()
    Slope.__name__ = 'Slope%d' % period
    return Slope


class St(bt.Strategy):
    params = (('names', ['SMA', 'EMA', 'WMA', 'HMA', 'DEMA', 'TEMA', 'KAMA', 'ZLEMA']),)

    def __init__(self):
        self.rib = Ribbon()
        self.mas = {n: getattr(bt.ind, n)(self.data, period=10) for n in self.p.names}
        self.slopes = [make_indicator(n)(self.mas['SMA']) for n in (1, 3)]
        for i, p in enumerate((3, 9, 27)):
            setattr(self, 'hi%d' % i, bt.ind.Highest(self.data.high, period=p))

    def next(self):
        if len(self) % 25 == 0:
            print(len(self), int(self.rib.score[0]), ' '.join(
                '%s %.2f' % (n, i[0]) for n, i in self.mas.items()))
            print('    ', ['%.3f' % s[0] for s in self.slopes],
                  ['%.2f' % getattr(self, 'hi%d' % i)[0] for i in range(3)])

    def stop(self):
        print([type(s).__name__ for s in self.slopes], len(self.getindicators()),
              len(self.getindicators_lines()))


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
