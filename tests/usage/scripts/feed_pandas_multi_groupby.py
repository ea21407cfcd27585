import os
import pandas as pd
import backtrader as bt


class CrossSection(bt.Strategy):
    def __init__(self):
        self.mom = {d._name: d.close / d.close(-20) - 1.0 for d in self.datas}

    def prenext(self):
        self.next()

    def next(self):
        alive = [d for d in self.datas if len(d) > 20]
        if self.datetime.date(0).day > 3 or not alive:
            return
        best = max(alive, key=lambda d: self.mom[d._name][0])
        print(self.datetime.date(0), [d._name for d in alive], '->', best._name,
              '%.4f' % self.mom[best._name][0])


frames = []
for n in ('orcl', 'yhoo', 'nvda'):
    df = pd.read_csv(os.path.join(os.environ['DATAS'], n + '-2014.txt'))
    df['sym'] = n
    frames.append(df[{'orcl': 0, 'yhoo': 60, 'nvda': 110}[n]:])
big = pd.concat(frames)
big['Date'] = pd.to_datetime(big['Date'])
cerebro = bt.Cerebro(runonce=True)
for sym, g in big.groupby('sym'):
    g = g.set_index('Date')[['Open', 'High', 'Low', 'Close', 'Volume']]
    g['openinterest'] = 0
    cerebro.adddata(bt.feeds.PandasData(dataname=g), name=sym)
cerebro.addstrategy(CrossSection)
cerebro.run()
