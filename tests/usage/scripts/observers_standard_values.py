import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.x = bt.ind.CrossOver(self.data, bt.ind.SMA(period=20))

    def next(self):
        if self.x > 0:
            self.buy(size=2)
        elif self.x < 0 and self.position:
            self.close()
        if len(self) % 60 == 0:
            s = self.stats
            print(len(self), '%.2f %.2f' % (s.broker.cash[0], s.broker.value[0]),
                  '%.5f %.5f' % (s.timereturn[0], s.drawdown.maxdrawdown[0]),
                  '%.5f %.5f' % (s.benchmark.benchmark[0], s.benchmark.timereturn[0]),
                  '%.6f' % s.logreturns[0])


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')), name='dax')
cerebro.addstrategy(St)
cerebro.addobserver(bt.observers.DrawDown)
cerebro.addobserver(bt.observers.TimeReturn, timeframe=bt.TimeFrame.Months)
cerebro.addobserver(bt.observers.Benchmark, timeframe=bt.TimeFrame.Years)
cerebro.addobserver(bt.observers.LogReturns)
cerebro.addobservermulti(bt.observers.BuySell, barplot=True, bardist=0.02)
st = cerebro.run()[0]
print(st.observers.getnames(), [type(o).__name__ for o in st.observers])
n = len(st)
bs = st.observers.buysell
bs = bs[0] if isinstance(bs, list) else bs
print(sum(v == v for v in bs.lines.buy.array[:n]), sum(v == v for v in bs.lines.sell.array[:n]))
tr = st.observers.trades
print(round(sum(v for v in tr.lines.pnlplus.array[:n] if v == v), 2),
      round(sum(v for v in tr.lines.pnlminus.array[:n] if v == v), 2), tr.trades, tr.trades_plus)
