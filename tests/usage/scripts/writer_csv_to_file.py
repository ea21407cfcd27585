import os
import sys
import backtrader as bt


class St(bt.Strategy):
    lines = ('edge',)

    def __init__(self):
        self.sma = bt.ind.SMA(period=3)
        self.rsi = bt.ind.RSI(period=3, safediv=True)
        self.rsi.csv = True
        self.sma.csv = True

    def next(self):
        self.l.edge[0] = len(self)
        if len(self) == 5:
            self.buy()
        if len(self) == 8:
            self.close()


def run(**kw):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-week-001.txt'),
        timeframe=bt.TimeFrame.Weeks), name='wk')
    cerebro.addstrategy(St)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer)
    cerebro.addanalyzer(bt.analyzers.SharpeRatio, timeframe=bt.TimeFrame.Years, _name='sr')
    cerebro.addwriter(bt.WriterFile, **kw)
    cerebro.run()


run(out='a.csv', csv=True, rounding=2)
txt = open('a.csv').read().splitlines()
print(len(txt))
for line in txt[:6]:
    print(line[:300])
run(out='b.csv', csv=True, csv_filternan=False, csv_counter=False, csvsep=';', rounding=1,
    close_out=True)
txt = open('b.csv').read().splitlines()
print(txt[1][:200])
print(txt[2][:200])
run(out='c.txt', csv=False, rounding=2, indent=1, separators=['#', '+'], seplen=20)
txt = [x for x in open('c.txt').read().splitlines() if 'Dataname' not in x]
print(len(txt))
print('\n'.join(txt[:40]))
