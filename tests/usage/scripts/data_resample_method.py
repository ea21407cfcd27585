import os
import backtrader as bt


class St(bt.Strategy):
    def next(self):
        if len(self) % self.env.every == 0:
            print(len(self), [d.datetime.date(0).isoformat() for d in self.datas if len(d)],
                  ['%.2f' % d.close[0] for d in self.datas if len(d)])


def feed(n='2006-day-001.txt', **kw):
    return bt.feeds.BacktraderCSVData(dataname=os.path.join(os.environ['DATAS'], n), **kw)


# resample a data in place, without cerebro's help
cerebro = bt.Cerebro()
cerebro.every = 10
d = feed()
d.resample(timeframe=bt.TimeFrame.Weeks, compression=1)
cerebro.adddata(d)
cerebro.addstrategy(St)
print(len(cerebro.run()[0]), d._timeframe, d._compression)

cerebro = bt.Cerebro()
cerebro.every = 60
d = feed()
d.replay(timeframe=bt.TimeFrame.Weeks, compression=1)
cerebro.adddata(d)
cerebro.addstrategy(St)
print(len(cerebro.run()[0]), d.replaying)

# with filters by hand
cerebro = bt.Cerebro()
cerebro.every = 20
d = feed()
d.addfilter(bt.Resampler, timeframe=bt.TimeFrame.Days, compression=5, bar2edge=False)
cerebro.adddata(d)
cerebro.addstrategy(St)
print(len(cerebro.run()[0]))

# several compressions of one data
cerebro = bt.Cerebro()
cerebro.every = 65
d = feed('2005-2006-day-001.txt')
cerebro.adddata(d)
for tf, c in (('Weeks', 1), ('Weeks', 2), ('Months', 1), ('Months', 3), ('Years', 1)):
    cerebro.resampledata(d, timeframe=getattr(bt.TimeFrame, tf), compression=c, name=tf + str(c))
cerebro.addstrategy(St)
st = cerebro.run()[0]
print([(d._name, len(d)) for d in st.datas])
