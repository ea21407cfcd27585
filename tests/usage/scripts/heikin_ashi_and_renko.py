import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        if self.env.useha:
            self.ha = bt.ind.HeikinAshi(self.data)
            bt.ind.haDelta(self.data)

    def next(self):
        if len(self) % self.env.every == 0:
            d = self.data
            print(len(self), d.datetime.date(0), '%.2f %.2f %.2f %.2f' % (
                d.open[0], d.high[0], d.low[0], d.close[0]),
                '| %.2f %.2f' % (self.ha.ha_open[0], self.ha.ha_close[0]) if self.env.useha else '')


def run(every, useha=False, flt=None, **kw):
    cerebro = bt.Cerebro()
    cerebro.every, cerebro.useha = every, useha
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
    if flt:
        data.addfilter(flt, **kw)
    cerebro.adddata(data)
    cerebro.addstrategy(St)
    print(flt and flt.__name__, kw, len(cerebro.run()[0]))


run(50, True)
run(50, False, bt.filters.HeikinAshi)
run(40, False, bt.filters.Renko, size=35)
run(10, False, bt.filters.Renko, autosize=40.0, align=10.0, roundstart=False)
run(10, False, bt.filters.Renko, size=100.0, hilo=True)
