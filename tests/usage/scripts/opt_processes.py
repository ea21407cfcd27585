import os
import backtrader as bt


class Opt(bt.Strategy):
    params = (('period', 15), ('printlog', False))

    def __init__(self):
        self.sma = bt.ind.SMA(period=self.p.period)

    def next(self):
        if not self.position:
            if self.data.close > self.sma:
                self.buy()
        elif self.data.close < self.sma:
            self.close()


def done(strat):
    finished.append(strat[0].p.period)


finished = []

if __name__ == '__main__':
    cerebro = bt.Cerebro(maxcpus=2)
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'))
    cerebro.adddata(data)
    cerebro.optstrategy(Opt, period=range(8, 14))
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name='ta')
    cerebro.addanalyzer(bt.analyzers.AnnualReturn)
    cerebro.optcallback(done)
    for run in cerebro.run():
        for st in run:
            a = st.analyzers.ta.get_analysis()
            print(st.p.period, a.total.closed, '%.2f' % a.pnl.net.total,
                  {k: round(v, 5) for k, v in st.analyzers.annualreturn.get_analysis().items()})
    print(finished)
