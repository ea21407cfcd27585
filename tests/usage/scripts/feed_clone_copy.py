import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.data1.plotinfo.plot = False
        self.s = [bt.ind.SMA(d, period=4) for d in self.datas]

    def next(self):
        if len(self) % 60 == 0:
            print([len(d) for d in self.datas], ['%.3f' % d.close[0] for d in self.datas],
                  ['%.3f' % s[0] for s in self.s])


path = os.path.join(os.environ['DATAS'], '2006-day-001.txt')
for kw in ({}, {'preload': False}):
    cerebro = bt.Cerebro(**kw)
    data = bt.feeds.BacktraderCSVData(dataname=path, name='org')
    data2 = data.clone()
    data3 = data.copyas('weekly') if hasattr(data, 'copyas') else data.clone()
    cerebro.adddata(data)
    cerebro.adddata(data2)
    data2.addfilter(bt.filters.HeikinAshi) if False else None
    cerebro.addstrategy(St)
    st = cerebro.run()[0]
    print(type(data2).__name__, data3._dataname, data3._name if not callable(data3._name) else '',
          data2._timeframe == data._timeframe, [d._name for d in st.datas], st.dnames.org is data)

# the same file twice, the second one as weeks
cerebro = bt.Cerebro()
data = bt.feeds.BacktraderCSVData(dataname=path)
cerebro.adddata(data)
cerebro.resampledata(data.clone(), timeframe=bt.TimeFrame.Weeks, name='w')
cerebro.addstrategy(St)
st = cerebro.run()[0]
print([len(d) for d in st.datas])
