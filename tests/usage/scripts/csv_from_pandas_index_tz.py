import datetime
import os
import pandas as pd
import backtrader as bt


class St(bt.Strategy):
    params = dict(rows=(1, 2, 30))

    def next(self):
        if len(self) in self.p.rows:
            d = self.data
            print(len(self), d.datetime.datetime(0), ['%.3f' % x[0] for x in (d.open, d.close, d.volume)])

    def stop(self):
        print(len(self))


idx = pd.date_range('2021-03-01 09:30', periods=40, freq='30min')
df = pd.DataFrame({'open': range(40), 'high': range(1, 41), 'low': range(40), 'close': range(40),
                   'volume': 5, 'openinterest': 0}, index=idx).astype(float)


def run(d, **kw):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.PandasData(dataname=d, **kw))
    cerebro.addstrategy(St)
    cerebro.run()


run(df, timeframe=bt.TimeFrame.Minutes, compression=30)
run(df, fromdate=datetime.datetime(2021, 3, 1, 12), todate=datetime.datetime(2021, 3, 1, 20))
run(df.rename(columns=str.title), nocase=True)
run(df.rename(columns=dict(open='o', close='c')), open='o', close='c', high='high', low=-1)
daily = df.resample('1D').agg({'open': 'first', 'high': 'max', 'low': 'min', 'close': 'last',
                               'volume': 'sum'})
run(daily, openinterest=None)


class Signal(bt.feeds.PandasData):
    lines = ('signal',)
    params = (('signal', 'sig'),)


df['sig'] = 0.0
df.loc[df.index[10], 'sig'] = 1.0
df.loc[df.index[25], 'sig'] = -1.0


class Exec(bt.Strategy):
    def next(self):
        if self.data.signal[0] > 0:
            self.buy()
        elif self.data.signal[0] < 0:
            self.close()

    def notify_order(self, o):
        if o.status == o.Completed:
            print(self.data.datetime.datetime(0), o.ordtypename(), o.executed.price)


cerebro = bt.Cerebro()
cerebro.adddata(Signal(dataname=df, timeframe=bt.TimeFrame.Minutes))
cerebro.addstrategy(Exec)
cerebro.run()
