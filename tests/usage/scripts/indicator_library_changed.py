"""subclass library indicators with other averages, other params, other lines"""
import os
import backtrader as bt
import backtrader.indicators as btind


class FastRSI(bt.ind.RSI):
    params = (('period', 5), ('movav', bt.ind.MovAv.Exponential), ('upperband', 80.0))


class RSIOfSMA(bt.ind.RSI):
    lines = ('smooth',)

    def __init__(self):
        super(RSIOfSMA, self).__init__()
        self.l.smooth = bt.ind.SMA(self.l.rsi, period=3)


class WideBB(btind.BollingerBands):
    lines = ('width', 'pctb')
    params = (('devfactor', 2.5),)

    def __init__(self):
        super().__init__()
        self.l.width = (self.l.top - self.l.bot) / self.l.mid
        self.l.pctb = (self.data - self.l.bot) / (self.l.top - self.l.bot)


class SMAC(bt.ind.MovingAverageBase):
    alias = ('MySimple',)
    lines = ('smac',)

    def __init__(self):
        self.lines[0] = btind.Average(self.data, period=self.p.period) * 1.0
        super(SMAC, self).__init__()


class Counting(bt.ind.OperationN):
    lines = ('ups',)
    params = dict(period=10)
    func = staticmethod(lambda xs: sum(b > a for a, b in zip(xs, xs[1:])))


class OscX(bt.ind.OscillatorMixIn if hasattr(bt.ind, 'OscillatorMixIn') else bt.Indicator):
    pass


class St(bt.Strategy):
    def __init__(self):
        self.i = [FastRSI(), RSIOfSMA(period=10), WideBB(period=15), SMAC(period=7), Counting(),
                  bt.ind.RSI(bt.ind.SMA(self.data.high, period=3), period=6),
                  bt.ind.MACD(period_me1=5, period_me2=15, period_signal=4),
                  bt.ind.BBands(self.data.close - self.data.open, period=12),
                  bt.ind.Stochastic(period=7, period_dfast=2, movav=bt.ind.EMA),
                  bt.ind.SMA(bt.ind.SMA(bt.ind.SMA(period=3), period=3), period=3),
                  bt.ind.ApplyN(self.data.close, func=lambda x: x[-1] - x[0], period=6),
                  bt.ind.Envelope(bt.ind.SMA(period=8), perc=1.5),
                  bt.ind.Oscillator(bt.ind.EMA(period=9))]

    def next(self):
        if len(self) % 60 == 0:
            print(len(self), *['%s %s' % (type(i).__name__, '/'.join('%.3f' % l[0] for l in i.lines))
                               for i in self.i], sep='\n   ')


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
