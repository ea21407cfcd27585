import os
import backtrader as bt


class JsonLike(bt.WriterBase):
    params = (('tag', 'T'),)

    def __init__(self):
        self.rows = []
        self.heads = []
        self.infos = []

    def start(self):
        print(self.p.tag, 'start', len(self.heads))

    def addheaders(self, headers):
        self.heads.extend(headers)

    def addvalues(self, values):
        self.rows.append(list(values))

    def next(self):
        pass

    def stop(self):
        print(self.p.tag, 'stop', len(self.rows))

    def writedict(self, dct, level=0, recurse=False):
        for k in dct:
            self.infos.append((level, k))
            if isinstance(dct[k], dict):
                self.writedict(dct[k], level + 1)


class Counting(bt.WriterFile):
    params = (('csv', True),)

    def next(self):
        self.k = getattr(self, 'k', 0) + 1
        super(Counting, self).next()

    def stop(self):
        print('counted', self.k)
        super(Counting, self).stop()


class St(bt.Strategy):
    def __init__(self):
        bt.ind.SMA(period=4).csv = True


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-month-001.txt'),
    timeframe=bt.TimeFrame.Months), name='m')
cerebro.addstrategy(St)
cerebro.addobserver(bt.observers.Broker)
cerebro.addanalyzer(bt.analyzers.SQN)
cerebro.addwriter(Counting, out='x.csv', rounding=3)
cerebro.addwriter(bt.WriterStringIO, csv=True, rounding=1)
cerebro.run()
w = cerebro.runwriters
print([type(x).__name__ for x in w])
print(open('x.csv').read().splitlines()[2])
print(w[1].out.getvalue().splitlines()[3][:90] if hasattr(w[1].out, 'getvalue') else w[1].out[3][:90])
j = JsonLike(tag='Q')
j.addheaders(['a'])
j.start()
j.writedict({'x': {'y': 1}, 'z': 2})
print(j.infos)
j.stop()
