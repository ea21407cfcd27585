import os
import backtrader as bt


class RelStrength(bt.Indicator):
    _mindatas = 2
    lines = ('rs', 'corr')
    params = (('period', 15),)

    def __init__(self):
        self.l.rs = self.data0.close / self.data1.close
        self.addminperiod(self.p.period)

    def next(self):
        n = self.p.period
        a, b = self.data0.close.get(size=n), self.data1.close.get(size=n)
        ma, mb = sum(a) / n, sum(b) / n
        cov = sum((x - ma) * (y - mb) for x, y in zip(a, b))
        va = sum((x - ma) ** 2 for x in a)
        vb = sum((y - mb) ** 2 for y in b)
        self.l.corr[0] = cov / (va * vb) ** 0.5


class Basket(bt.Indicator):
    lines = ('mean', 'n')

    def __init__(self):
        self.l.mean = bt.Sum(*[d.close for d in self.datas]) / len(self.datas)
        self.l.n = bt.Sum(*[d.close > d.open for d in self.datas])


class AllUp(bt.Indicator):
    lines = ('up',)

    def __init__(self):
        self.l.up = bt.All(*[bt.Cmp(d, bt.ind.SMA(d, period=8)) > 0 for d in self.datas])


class St(bt.Strategy):
    def __init__(self):
        self.rs = RelStrength(self.data0, self.data1)
        self.rs2 = RelStrength(self.data1, self.data2, period=5)
        self.basket = Basket(*self.datas)
        self.up = AllUp(*self.datas)
        self.any = bt.Any(*(d.close > d.close(-5) for d in self.datas))

    def next(self):
        if len(self) % 20 == 0:
            print(self.data.datetime.date(), '%.4f %.4f | %.4f %.4f | %.4f %d | %d %d' % (
                self.rs.rs[0], self.rs.corr[0], self.rs2[0], self.rs2.corr[0], self.basket[0],
                self.basket.n[0], self.up[0], self.any[0]))

    def stop(self):
        print(len(self.basket.datas), self.rs.data1._name, self.rs.data1_close is self.data1.close)


cerebro = bt.Cerebro(runonce=False)
for n in ('orcl', 'yhoo', 'nvda'):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(os.environ['DATAS'], n + '-2014.txt')), name=n)
cerebro.addstrategy(St)
cerebro.run()
