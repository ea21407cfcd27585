import os
import datetime
import backtrader as bt


class St(bt.Strategy):
    def next(self):
        d = self.data
        if len(self) <= 4 or len(self) % self.p.every == 0:
            print('%3d %s %.2f %.2f %.2f %.2f %d' % (
                len(self), d.datetime.datetime(0), d.open[0], d.high[0], d.low[0], d.close[0],
                d.volume[0]))

    params = (('every', 20),)


def run(tf, comp, every=20, **kw):
    cerebro = bt.Cerebro()
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-01-02-volume-min-001.txt'),
        timeframe=bt.TimeFrame.Minutes, sessionstart=datetime.time(9, 0),
        sessionend=datetime.time(17, 30))
    cerebro.resampledata(data, timeframe=getattr(bt.TimeFrame, tf), compression=comp, **kw)
    cerebro.addstrategy(St, every=every)
    print(tf, comp, kw)
    print(len(cerebro.run()[0]))


run('Minutes', 15)
run('Minutes', 7, bar2edge=False)
run('Minutes', 7, adjbartime=False)
run('Minutes', 60, every=4, rightedge=False)
run('Minutes', 60, every=4, boundoff=10)
run('Days', 1, every=1)
run('Minutes', 30, every=6, takelate=False)
