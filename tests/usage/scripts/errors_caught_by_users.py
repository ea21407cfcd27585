"""what scripts catch, and go on"""
import os
import backtrader as bt


class St(bt.Strategy):
    params = (('a', 1),)

    def next(self):
        if len(self) == 3:
            try:
                self.p.b
            except AttributeError:
                print('no such param')
            try:
                self.nothere
            except AttributeError:
                print('no such attribute')
            try:
                self.data.lines.nothere
            except AttributeError:
                print('no such line')
            print(getattr(self.data, 'xyz', 'default'), hasattr(self, 'data7'), hasattr(self, 'data0'))
            try:
                self.data.close[500]
            except IndexError:
                print('too far ahead')
            try:
                self.getdatabyname('zz')
            except KeyError:
                print('no such data')
            self.env.runstop()


def attempt(f, *excs):
    try:
        r = f()
        print('fine', type(r).__name__)
    except excs as e:
        print('caught', [x.__name__ for x in excs])


path = os.path.join(os.environ['DATAS'], '2006-day-001.txt')
cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=path))
cerebro.addstrategy(St)
cerebro.run()


class Bad(bt.Strategy):
    def __init__(self):
        self.sma = bt.ind.SMA(period=5)

    def next(self):
        if len(self) == 10:
            raise ZeroDivisionError('mine')


def run(cls, **kw):
    c = bt.Cerebro()
    c.adddata(bt.feeds.BacktraderCSVData(dataname=path))
    c.addstrategy(cls, **kw)
    return c.run()


attempt(lambda: run(Bad), ZeroDivisionError)
attempt(lambda: bt.TimeFrame.NotThere, AttributeError)
attempt(lambda: run(bt.Strategy), Exception)
attempt(lambda: bt.Cerebro().run(), Exception)
attempt(lambda: bt.feeds.BacktraderCSVData(dataname='missing.csv').start(), OSError, FileNotFoundError)
