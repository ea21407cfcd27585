import os
import pandas as pd
import backtrader as bt


class PandasSignal(bt.feeds.PandasData):
    lines = ('pred', 'score')
    params = (('pred', -1), ('score', 'Score'), ('openinterest', None), ('volume', 'Volume'))
    datafields = bt.feeds.PandasData.datafields + ['pred', 'score']


class ByIndex(bt.feeds.PandasData):
    params = (('nocase', True), ('datetime', None), ('open', 0), ('high', 1), ('low', 2),
              ('close', 3), ('volume', 5), ('openinterest', -1))


class MLStrategy(bt.Strategy):
    params = dict(thr=0.004)

    def next(self):
        if self.data.pred[0] > self.p.thr and not self.position:
            self.order = self.order_target_percent(target=0.9)
        elif self.data.pred[0] < -self.p.thr and self.position:
            self.close()
        if len(self) % 40 == 0:
            print(self.data.datetime.date(0), '%.5f %.3f' % (self.data.pred[0], self.data.score[0]),
                  self.position.size)

    def stop(self):
        print('%.2f' % self.broker.getvalue())


df = pd.read_csv(os.path.join(os.environ['DATAS'], 'nvda-2014.txt'), parse_dates=True, index_col=0)
df['pred'] = df['Close'].pct_change().rolling(3).mean().fillna(0)
df['Score'] = (df['Close'] - df['Open']) * 10
print(list(df.columns), len(df))
cerebro = bt.Cerebro()
cerebro.adddata(PandasSignal(dataname=df))
cerebro.addstrategy(MLStrategy)
cerebro.run()


class Print(bt.Strategy):
    def next(self):
        if len(self) in (1, 2, 252):
            print(len(self), self.data.datetime.date(0), ['%.2f' % l[0] for l in (
                self.data.open, self.data.high, self.data.low, self.data.close, self.data.volume)],
                self.data.openinterest[0])


cerebro = bt.Cerebro()
cerebro.adddata(ByIndex(dataname=df))
cerebro.addstrategy(Print)
cerebro.run()

cerebro = bt.Cerebro()
df2 = df.reset_index().rename(columns={'Date': 'datetime'})
df2.columns = [str(x).lower() for x in df2.columns]
cerebro.adddata(bt.feeds.PandasData(dataname=df2, datetime='datetime', openinterest=None))
cerebro.addstrategy(Print)
cerebro.run()

cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.PandasDirectData(
    dataname=df[['Open', 'High', 'Low', 'Close', 'Volume']], openinterest=-1,
    fromdate=pd.Timestamp('2014-02-01'), todate=pd.Timestamp('2014-12-31')))
cerebro.addstrategy(Print)
print(len(cerebro.run()[0]))
