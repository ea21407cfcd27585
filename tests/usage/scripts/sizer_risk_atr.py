import os
import backtrader as bt


class RiskSizer(bt.Sizer):
    params = (('risk', 0.01), ('mult', 3), )

    def _getsizing(self, comminfo, cash, data, isbuy):
        atr = self.strategy.atrs[data][0]
        position = self.broker.getposition(data)
        if position:
            return abs(position.size)
        risk_cash = self.broker.getvalue() * self.p.risk
        size = int(risk_cash / (atr * self.p.mult))
        afford = int(cash // comminfo.getoperationcost(1, data.close[0]))
        return min(size, afford)


class Breakout(bt.Strategy):
    params = dict(lookback=20, out=10)

    def __init__(self):
        self.atrs, self.hi, self.lo = {}, {}, {}
        for d in self.datas:
            self.atrs[d] = bt.ind.ATR(d, period=14)
            self.hi[d] = bt.ind.Highest(d.high(-1), period=self.p.lookback)
            self.lo[d] = bt.ind.Lowest(d.low(-1), period=self.p.out)

    def next(self):
        for d in self.datas:
            pos = self.getposition(d).size
            if not pos and d.close[0] > self.hi[d][0]:
                o = self.buy(data=d)
                if o:
                    print(d.datetime.date(0), d._name, 'buy', o.size, 'atr %.3f' % self.atrs[d][0])
            elif pos and d.close[0] < self.lo[d][0]:
                self.close(data=d)

    def notify_trade(self, trade):
        if trade.isclosed:
            print('   ', trade.data._name, 'pnl %.2f' % trade.pnlcomm, 'bars', trade.barlen)


path = os.environ.get('DATAS', 'datas')
cerebro = bt.Cerebro()
for t in ('orcl', 'yhoo', 'nvda'):
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(path, t + '-2014.txt')), name=t.upper())
cerebro.addstrategy(Breakout)
cerebro.addsizer(RiskSizer, risk=0.02)
cerebro.broker.setcash(25000)
cerebro.broker.setcommission(commission=0.0005)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
