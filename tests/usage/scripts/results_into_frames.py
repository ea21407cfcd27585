import os
import pandas as pd
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.sma = bt.ind.SMA(period=20)
        self.bb = bt.ind.BBands(period=20)
        self.rows = []

    def next(self):
        self.rows.append([self.data.datetime.date(0), self.data.close[0], self.sma[0],
                          self.broker.getvalue()])
        if self.data.close < self.bb.bot and not self.position:
            self.buy()
        elif self.data.close > self.bb.mid and self.position:
            self.close()


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.addanalyzer(bt.analyzers.TimeReturn, _name='tr')
cerebro.addanalyzer(bt.analyzers.PyFolio, _name='pf')
st = cerebro.run()[0]
n = len(st)
df = pd.DataFrame(st.rows, columns=['date', 'close', 'sma', 'value']).set_index('date')
print(df.shape, df['sma'].round(3).iloc[[0, 100, -1]].tolist())
s = pd.Series(st.sma.array[:n])
print(len(st.sma.array) >= n, int(s.isna().sum()), '%.4f' % s.iloc[-1], '%.4f' % s.mean())
print(['%.3f' % x for x in st.sma.get(size=3)], ['%.3f' % x for x in st.bb.lines.top.get(ago=-2, size=2)],
      ['%.3f' % x for x in st.sma.lines.sma.get(ago=0, size=2)])
dates = [bt.num2date(x).date() for x in st.data.datetime.array[:n]]
print(dates[0], dates[-1], len(dates), dates == [st.data.num2date(x).date()
                                                 for x in st.data.datetime.get(size=n)])
val = list(st.observers.broker.lines.value.array)[:n]
cash = st.observers.broker.lines[0].get(size=n)
print(len(val), '%.3f' % val[-1], len(cash), '%.3f' % min(cash))
tr = pd.Series(st.analyzers.tr.get_analysis())
print(len(tr), '%.6f' % tr.sum(), '%.6f' % ((1 + tr).prod() - 1), '%.6f' % tr.std(), tr.index[0].date())
tx = st.analyzers.pf.rets['transactions']
print([(k.date().isoformat(), [round(v, 2) if isinstance(v, float) else v for v in x[0]])
       for k, x in list(tx.items())[1:3]])
print([bt.num2date(x).date().isoformat() for x in list(st.lines.datetime.array)[n - 2:n]])
