import os
import datetime as dt
import backtrader as bt
import backtrader.filters as btfilters


class St(bt.Strategy):
    def __init__(self):
        self.n = 0

    def next(self):
        d = self.data
        if len(self) <= 2 or d.volume[0] == 7.0 and self.n < 3:
            self.n += 1
            print(len(self), d.datetime.datetime(0), '%.2f %.2f %.0f' % (
                d.open[0], d.close[0], d.volume[0]))


class OnlyMornings(object):
    def __init__(self, data):
        pass

    def __call__(self, data):
        if data.datetime.time(0) > dt.time(12, 0):
            data.backwards()  # take the bar out again
            return True
        return False


def run(*filters, **kw):
    cerebro = bt.Cerebro()
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-01-02-volume-min-001.txt'),
        timeframe=bt.TimeFrame.Minutes, sessionstart=dt.time(9, 10), sessionend=dt.time(12, 20))
    for f, fkw in filters:
        data.addfilter(f, **fkw)
    cerebro.adddata(data)
    cerebro.addstrategy(St)
    print([f.__name__ for f, _ in filters], len(cerebro.run(**kw)[0]))


run()
run((btfilters.SessionFilter, {}))
run((btfilters.SessionFilter, {}), (btfilters.SessionFiller, dict(fill_vol=7.0)))
run((OnlyMornings, {}))
run((OnlyMornings, {}), preload=False)


def sparse(data):
    # simple filter as a function, odd minutes go
    if data.datetime.time(0).minute % 2:
        data.backwards()
        return True
    return False


class Simple(bt.with_metaclass(bt.MetaParams, object)):
    params = (('every', 3),)

    def __init__(self, data):
        self.k = 0

    def __call__(self, data):
        self.k += 1
        if self.k % self.p.every:
            data.backwards()
            return True
        return False


run((Simple, {}))
run((Simple, dict(every=10)))
cerebro = bt.Cerebro()
data = bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-01-02-volume-min-001.txt'),
    timeframe=bt.TimeFrame.Minutes)
data.addfilter_simple(lambda d, *a, **k: d.close[0] < d.open[0])
cerebro.adddata(data)
cerebro.addstrategy(St)
print('simple', len(cerebro.run()[0]))
