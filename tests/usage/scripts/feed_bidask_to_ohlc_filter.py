import os
import backtrader as bt


class BidAskCSV(bt.feeds.GenericCSVData):
    """own lines on top of OHLC; a filter makes a price of them"""
    lines = ('bid', 'ask')
    params = (('bid', 1), ('ask', 2), ('open', -1), ('high', -1), ('low', -1), ('close', -1),
              ('volume', -1), ('openinterest', -1), ('dtformat', '%d/%m/%Y %H:%M:%S'),
              ('timeframe', bt.TimeFrame.Ticks))


class MidPrice(object):
    def __init__(self, data, **kw):
        self.shift = kw.get('shift', 0.0)

    def __call__(self, data):
        mid = (data.bid[0] + data.ask[0]) / 2.0 + self.shift
        data.open[0] = data.high[0] = data.low[0] = data.close[0] = mid
        data.volume[0] = 1.0
        return False

    def last(self, data):
        print('filter is told of the end')
        return False


class St(bt.Strategy):
    def next(self):
        if len(self) < 10 or len(self) % 60 == 0:
            d = self.data
            print(len(self), d.datetime.datetime(0), '%.5f %.5f %.5f %.5f' % (
                d.open[0], d.high[0], d.low[0], d.close[0]), d.volume[0])


for tf, comp in ((None, None), (bt.TimeFrame.Minutes, 5), (bt.TimeFrame.Seconds, 30)):
    data = BidAskCSV(dataname=os.path.join(os.environ['DATAS'], 'bidask2.csv'))
    data.addfilter(MidPrice, shift=0.001)
    cerebro = bt.Cerebro()
    if tf is None:
        cerebro.adddata(data)
    else:
        cerebro.resampledata(data, timeframe=tf, compression=comp)
    cerebro.addstrategy(St)
    print('---', tf, comp)
    cerebro.run()
