import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.x = bt.ind.CrossOver(self.data0, bt.ind.SMA(self.data0, period=12))

    def next(self):
        if self.x > 0:
            self.buy()
        elif self.x < 0 and self.position:
            self.close()

    def stop(self):
        print(len(self), [len(d) for d in self.datas], '%.2f' % self.broker.getvalue())


def run(weeks=True, **kw):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    if weeks:
        cerebro.adddata(bt.feeds.BacktraderCSVData(
            dataname=os.path.join(os.environ['DATAS'], '2006-week-001.txt'),
            timeframe=bt.TimeFrame.Weeks))
    cerebro.addstrategy(St)
    st = cerebro.run()[0]
    print(kw, [type(o).__name__ for o in st.observers])


run()
run(oldsync=True)
run(oldsync=True, runonce=False)
run(oldbuysell=True)
run(oldtrades=True)
run(weeks=False, oldtrades=True)
run(objcache=True)
run(live=True)
run(lookahead=2)
run(quicknotify=True)
run(tradehistory=True, stdstats=False)
