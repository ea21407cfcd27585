import os
import backtrader as bt


class TickCSV(bt.feeds.GenericCSVData):
    params = (('dtformat', '%Y-%m-%dT%H:%M:%S.%f'), ('timeframe', bt.TimeFrame.Ticks))


class St(bt.Strategy):
    params = dict(show=20)

    def next(self):
        d = self.data
        if len(self) <= 4 or len(self) % self.p.show == 0:
            print(len(self), d.datetime.datetime(0), '%.2f %.2f %.2f %.2f' % (
                d.open[0], d.high[0], d.low[0], d.close[0]), int(d.volume[0]))


path = os.path.join(os.environ['DATAS'], 'ticksample.csv')
for tf, comp, show, kw in (('Ticks', 1, 300, {}), ('Ticks', 25, 10, dict(bar2edge=False)),
                           ('Seconds', 5, 20, {}), ('Seconds', 30, 5, dict(rightedge=False)),
                           ('Minutes', 1, 1, {}), ('MicroSeconds', 500000, 60, {})):
    cerebro = bt.Cerebro()
    data = TickCSV(dataname=path)
    if (tf, comp) == ('Ticks', 1):
        cerebro.adddata(data)
    else:
        cerebro.resampledata(data, timeframe=getattr(bt.TimeFrame, tf), compression=comp, **kw)
    cerebro.addstrategy(St, show=show)
    print(tf, comp)
    print('bars', len(cerebro.run()[0]))
