import math
import os
import backtrader as bt


class PropSizer(bt.Sizer):
    """whole shares for a share of the cash, a multiple of ten shares"""
    params = {'prop': 0.1, 'round_to': 10}

    def _getsizing(self, comminfo, cash, data, isbuy):
        target = self.broker.getvalue() * self.params.prop
        price = data.close[0]
        shares = math.floor(target / price)
        if isbuy:
            if shares * price > cash:
                return 0
            return shares - shares % self.p.round_to
        return self.broker.getposition(data).size


class LongOnly(bt.Sizer):
    params = (('stake', 7),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        if isbuy:
            return self.p.stake
        pos = self.strategy.getposition(data)
        if not pos.size:
            return 0
        return self.p.stake


class FixedReverser(bt.sizers.FixedSize):
    def _getsizing(self, comminfo, cash, data, isbuy):
        position = self.broker.getposition(data)
        return self.p.stake * (1 + (position.size != 0))


class Cross(bt.Strategy):
    params = (('period', 15),)

    def __init__(self):
        sma = bt.ind.SMA(self.data, period=self.p.period)
        self.buysell = bt.ind.CrossOver(self.data, sma)

    def start(self):
        self.sizes = []
        print(type(self._sizer).__name__, type(self.getsizer()).__name__)

    def next(self):
        if self.buysell > 0:
            o = self.buy()
        elif self.buysell < 0:
            o = self.sell()
        else:
            return
        self.sizes.append(o.size if o is not None else None)

    def stop(self):
        print(self.sizes[:14], self.position.size, '%.2f' % self.broker.getvalue())


for sizer, kw in ((PropSizer, dict(prop=0.3)), (PropSizer, dict(prop=0.55, round_to=1)),
                  (LongOnly, {}), (FixedReverser, dict(stake=3)),
                  (bt.sizers.PercentSizer, dict(percents=40)),
                  (bt.sizers.AllInSizer, {}), (bt.sizers.PercentSizerInt, {}),
                  (bt.sizers.AllInSizerInt, dict(percents=90)),
                  (bt.sizers.FixedReverser, dict(stake=4)),
                  (bt.sizers.FixedSize, dict(stake=2, tranches=3)),
                  (bt.sizers.FixedSizeTarget, dict(stake=5))):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), 'nvda-2014.txt')))
    cerebro.addstrategy(Cross)
    cerebro.addsizer(sizer, **kw)
    cerebro.broker.setcash(5000)
    cerebro.run()
