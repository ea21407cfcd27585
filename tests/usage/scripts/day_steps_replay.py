"""play out a day in steps of the filters"""
import os
import backtrader as bt


class St(bt.Strategy):
    def next(self):
        if len(self) > self.env.n:
            self.env.runstop()
            return
        d = self.data
        print(len(self), len(d), d.datetime.datetime(0), '%.2f %.2f %.2f %.2f' % (
            d.open[0], d.high[0], d.low[0], d.close[0]))


def run(f, replay, n=8, **kw):
    cerebro = bt.Cerebro()
    cerebro.n = n
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
    data.addfilter(f, **kw)
    if replay:
        cerebro.replaydata(data, timeframe=bt.TimeFrame.Days)
    else:
        cerebro.adddata(data)
    cerebro.addstrategy(St)
    print(f.__name__, replay)
    cerebro.run()


run(bt.filters.DayStepsFilter, False)
run(bt.filters.BarReplayer_Open, False)
run(bt.filters.DaySplitter_Close, False)
run(bt.filters.DaySplitter_Close, True, n=3)
run(bt.filters.DayStepsFilter, True, n=3)
