import argparse
import os

import backtrader as bt
import backtrader.feeds as btfeeds


class QuoteCSV(btfeeds.GenericCSVData):
    linesoverride = True  # forget the usual ones
    lines = ('bid', 'ask', 'datetime')
    params = (('bid', 1), ('ask', 2), ('dtformat', '%d/%m/%Y %H:%M:%S'))


class St(bt.Strategy):
    params = (('sma', False), ('period', 3))

    def __init__(self):
        if self.p.sma:
            self.sma = bt.ind.SMA(self.data, period=self.p.period)
            self.mid = (self.data.bid + self.data.ask) / 2.0

    def next(self):
        if len(self) > 12:
            return
        txt = '%3d: %s bid %.4f ask %.4f' % (len(self), self.data.datetime.datetime(),
                                             self.data.bid[0], self.data.ask[0])
        if self.p.sma:
            txt += ' sma %.5f mid %.5f' % (self.sma[0], self.mid[0])
        print(txt)


parser = argparse.ArgumentParser()
parser.add_argument('--data', default=os.path.join(os.environ['DATAS'], 'bidask.csv'))
args = parser.parse_args()
for sma in (False, True):
    cerebro = bt.Cerebro()
    cerebro.adddata(QuoteCSV(dataname=args.data))
    cerebro.addstrategy(St, sma=sma, period=5)
    r = cerebro.run(stdstats=False)
    print(r[0].data.lines.getlinealiases(), len(r[0].data))
