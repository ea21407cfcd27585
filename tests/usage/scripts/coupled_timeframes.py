import os
import backtrader as bt


class St(bt.Strategy):
    """weekly pivot brought onto the daily clock by calling it"""
    def __init__(self):
        self.pivot = bt.ind.PivotPoint(self.data1)
        self.p1 = self.pivot()
        self.wk = bt.ind.SMA(self.data1, period=3)
        self.wclose = self.data1.close()

    def next(self):
        if len(self) % 13 == 0:
            print('%03d %02d %s piv %.2f w %.2f wc %.2f %d' % (
                len(self), len(self.data1), self.datetime.date(), self.p1.r1[0], self.wk[0],
                self.wclose[0], self.data0.close[0] > self.wk[0]))


path = os.environ.get('DATAS', 'datas')
for files in (('2006-day-001.txt', '2006-week-001.txt'), ('2005-2006-day-001.txt', None)):
    cerebro = bt.Cerebro(runonce=False)
    d = bt.feeds.BacktraderCSVData(dataname=os.path.join(path, files[0]))
    cerebro.adddata(d)
    if files[1]:
        cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(path, files[1]),
                                                   timeframe=bt.TimeFrame.Weeks))
    else:
        cerebro.resampledata(d, timeframe=bt.TimeFrame.Months)
    cerebro.addstrategy(St)
    st = cerebro.run()[0]
    print([len(x) for x in st.datas])
