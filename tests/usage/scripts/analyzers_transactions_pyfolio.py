import os
import backtrader as bt


class Mom(bt.Strategy):
    def next(self):
        for k, d in enumerate(self.datas):
            if len(self) % 50 == 10 + k * 3:
                self.buy(d, size=10 + k)
            if len(self) % 50 == 30 + k:
                self.close(d)


cerebro = bt.Cerebro()
for n in ('orcl', 'nvda'):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(os.environ['DATAS'], n + '-2014.txt')), name=n)
cerebro.addstrategy(Mom)
cerebro.addanalyzer(bt.analyzers.Transactions, _name='tx', headers=True)
cerebro.addanalyzer(bt.analyzers.PositionsValue, _name='pv', headers=True, cash=True)
cerebro.addanalyzer(bt.analyzers.TimeReturn, _name='tr', timeframe=bt.TimeFrame.Months)
cerebro.addanalyzer(bt.analyzers.TimeReturn, _name='bench', timeframe=bt.TimeFrame.Months,
                    data=cerebro.datas[0])
cerebro.addanalyzer(bt.analyzers.PyFolio, _name='pyfolio')
st = cerebro.run()[0]
for k, v in list(st.analyzers.tx.get_analysis().items())[:8]:
    print(k, [[round(x, 3) if isinstance(x, float) else x for x in row] for row in v])
for k, v in list(st.analyzers.pv.get_analysis().items())[14:18]:
    print(k, [round(x, 3) if isinstance(x, float) else x for x in v])
print([(k.strftime('%Y%m%d'), round(v, 6)) for k, v in st.analyzers.tr.get_analysis().items()][:4])
print([(k.strftime('%Y%m%d'), round(v, 6)) for k, v in st.analyzers.bench.get_analysis().items()][:4])
pf = st.analyzers.getbyname('pyfolio')
print(sorted(pf.get_analysis().keys()), len(pf.rets['returns']), len(pf.rets['gross_lev']))
print(len(pf.rets['transactions']))
