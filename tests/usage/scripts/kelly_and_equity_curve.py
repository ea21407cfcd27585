import math
import os
import backtrader as bt


class Kelly(bt.Analyzer):
    def __init__(self):
        self.pnls = list()

    def notify_trade(self, trade):
        if trade.status == trade.Closed:
            self.pnls.append(trade.pnlcomm)

    def stop(self):
        wins = [p for p in self.pnls if p >= 0]
        losses = [p for p in self.pnls if p < 0]
        if not wins or not losses:
            kelly = None
        else:
            r = (sum(wins) / len(wins)) / math.fabs(sum(losses) / len(losses))
            w = len(wins) / len(self.pnls)
            kelly = w - (1 - w) / r
        self.rets.kellyRatio = kelly
        self.rets.n = len(self.pnls)


class EquityDD(bt.Analyzer):
    params = (('ann', 252),)

    def create_analysis(self):
        self.rets = bt.utils.AutoOrderedDict()
        self.curve = []

    def next(self):
        self.curve.append(self.strategy.broker.getvalue())

    prenext = next

    def stop(self):
        peak, worst = -1e9, 0.0
        for v in self.curve:
            peak = max(peak, v)
            worst = max(worst, 1.0 - v / peak)
        rs = [b / a - 1 for a, b in zip(self.curve, self.curve[1:])]
        mean = sum(rs) / len(rs)
        sd = (sum((r - mean) ** 2 for r in rs) / (len(rs) - 1)) ** 0.5
        self.rets.dd, self.rets.sharpe, self.rets.len = worst, mean / sd * self.p.ann ** 0.5, len(rs) + 1


class St(bt.Strategy):
    def __init__(self):
        self.m = bt.ind.MACD(self.data)
        self.x = bt.ind.CrossOver(self.m.macd, self.m.signal)

    def next(self):
        if self.x > 0:
            self.order_target_percent(target=0.95)
        elif self.x < 0:
            self.order_target_percent(target=0.0)


for kw in ({}, dict(runonce=False), dict(cheat_on_open=True)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(os.environ['DATAS'], 'nvda-2014.txt')))
    cerebro.addstrategy(St)
    cerebro.addanalyzer(Kelly, _name='kelly')
    cerebro.addanalyzer(EquityDD, _name='edd')
    try:
        st = cerebro.run()[0]
        k, e = st.analyzers.kelly.get_analysis(), st.analyzers.edd.get_analysis()
        print(kw, k.n, '%.5f' % k.kellyRatio, '%.5f %.5f %d' % (e.dd, e.sharpe, e.len))
    except AttributeError as err:
        print('attribute error', type(err).__name__)
