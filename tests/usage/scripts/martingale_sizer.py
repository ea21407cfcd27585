import os
import backtrader as bt


class Martingale(bt.Sizer):
    params = (('base', 1), ('cap', 8))

    def __init__(self):
        self.n = self.p.base

    def _getsizing(self, comminfo, cash, data, isbuy):
        pos = self.strategy.getposition(data)
        if pos:
            return abs(pos.size)
        last = self.strategy.last_pnl
        if last is not None:
            self.n = min(self.n * 2, self.p.cap) if last < 0 else self.p.base
        return self.n


class St(bt.Strategy):
    last_pnl = None

    def __init__(self):
        stoch = bt.ind.StochasticFull(period=8, safediv=True)
        self.up = bt.ind.CrossOver(stoch.percK, stoch.percDSlow)

    def notify_trade(self, trade):
        if trade.isclosed:
            self.last_pnl = trade.pnlcomm
            print(trade.ref, 'size', trade.history[0].event.size if trade.history else '?',
                  '%.2f' % trade.pnlcomm, end='; ')

    def next(self):
        if self.up[0] > 0 and not self.position:
            self.buy()
        elif self.up[0] < 0 and self.position.size > 0:
            self.sell()

    def stop(self):
        print()
        print(self.sizer.n, '%.2f' % self.broker.getvalue())


cerebro = bt.Cerebro(tradehistory=True)
cerebro.broker.setcash(100000)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addsizer(Martingale)
cerebro.addstrategy(St)
cerebro.run()
