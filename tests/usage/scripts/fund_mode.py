import os
import backtrader as bt


class Fund(bt.Strategy):
    params = dict(every=20)

    def __init__(self):
        self.sma = bt.ind.SMA(period=15)

    def notify_fund(self, cash, value, fundvalue, shares):
        if len(self) % self.p.every == 0:
            print('%s cash %10.2f value %10.2f fund %.4f shares %.4f' % (
                self.data.datetime.date(), cash, value, fundvalue, shares))

    def next(self):
        if len(self) == 40:
            self.broker.add_cash(5000)
        if len(self) == 100:
            self.broker.add_cash(-2500.0)
        if not self.position and self.data.close > self.sma:
            self.buy()
        elif self.position and self.data.close < self.sma:
            self.close()


for mode in (None, True, False):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    if mode is not None:
        cerebro.broker.set_fundmode(mode, fundstartval=50.0)
    cerebro.addstrategy(Fund, every=60)
    for an in ('TimeReturn', 'DrawDown', 'Returns'):
        cerebro.addanalyzer(getattr(bt.analyzers, an), _name=an)
    cerebro.addobserver(bt.observers.FundValue)
    cerebro.addobserver(bt.observers.FundShares)
    st = cerebro.run()[0]
    print(mode, 'fundmode', cerebro.broker.fundmode, cerebro.broker.get_fundmode())
    print('  dd %.4f' % st.analyzers.DrawDown.get_analysis()['max']['drawdown'],
          'rtot %.6f' % st.analyzers.Returns.get_analysis()['rtot'],
          'years', ['%.5f' % v for v in st.analyzers.TimeReturn.get_analysis().values()][-3:])
    print('  observer %.4f %.4f' % (st.observers.fundvalue[0], st.observers.fundshares[0]))
