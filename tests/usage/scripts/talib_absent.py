import os
import sys
import backtrader as bt

try:
    import talib
    HAVE = True
except ImportError:
    HAVE = False


class St(bt.Strategy):
    params = dict(use='auto')

    def __init__(self):
        if HAVE and self.p.use != 'bt':
            self.sma = bt.ind.SMA(self.data, period=12)  # same either way
        else:
            self.sma = bt.indicators.SMA(self.data, period=12)
        self.rsi = bt.indicators.RSI(period=12)

    def next(self):
        if len(self) % 60 == 0:
            print('%.4f' % self.sma[0], '%.4f' % self.rsi[0])


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
print(bt.version.__version__ != '', bt.__name__, 'backtrader.indicators' in sys.modules)
