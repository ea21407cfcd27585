import os
import backtrader as bt


class CryptoCommission(bt.CommInfoBase):
    params = (('commission', 0.075), ('mult', 1.0), ('margin', None),
              ('commtype', bt.CommInfoBase.COMM_PERC), ('stocklike', True), ('percabs', False))

    def getsize(self, price, cash):
        # fractions are fine
        return round(self.p.leverage * (cash / price), 4)


class CommInfoFundingRate(bt.CommInfoBase):
    """perpetual swap: funding is taken as interest, both sides"""
    params = (('commission', 0.0), ('mult', 1.0), ('margin', None),
              ('commtype', bt.CommInfoBase.COMM_PERC), ('stocklike', True), ('percabs', True),
              ('interest', 0.03), ('funding', {1: 0.0001, -1: -0.00005}))

    def _getcommission(self, size, price, pseudoexec):
        total = abs(size) * price
        return total * 0.0004

    def get_credit_interest(self, data, pos, dt):
        size, price = pos.size, pos.price
        dt0 = dt
        dt1 = pos.datetime
        if not size or dt1 is None:
            return 0.0
        days = (dt0 - dt1).days if dt0 > dt1 else 0
        rate = self.p.funding[1 if size > 0 else -1]
        return abs(size) * data.close[0] * rate * min(days, 1)


class AllIn(bt.Sizer):
    def _getsizing(self, comminfo, cash, data, isbuy):
        if not isbuy:
            return self.broker.getposition(data).size
        return comminfo.getsize(data.close[0], cash * 0.95)


class Rsi(bt.Strategy):
    def __init__(self):
        self.rsi = bt.ind.RSI(self.data, period=7, safediv=True)

    def notify_order(self, order):
        if order.status in [order.Completed]:
            print('%s %+.4f @ %.2f comm %.4f cash %.2f' % (
                self.data.datetime.date(0), order.executed.size, order.executed.price,
                order.executed.comm, self.broker.getcash()))
        elif order.status in [order.Margin, order.Rejected]:
            print('refused')

    def next(self):
        if not self.position and self.rsi < 35:
            self.buy()
        elif self.position and self.rsi > 65:
            self.sell()


for ci in CryptoCommission(), CommInfoFundingRate():
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt')), name='BTCUSDT')
    cerebro.broker.addcommissioninfo(ci)
    cerebro.broker.setcash(500.0)
    if isinstance(ci, CryptoCommission):
        cerebro.addsizer(AllIn)
    else:
        cerebro.addsizer(bt.sizers.FixedSize, stake=0.05)
    cerebro.addstrategy(Rsi)
    cerebro.run()
    print(type(ci).__name__, '%.4f' % cerebro.broker.getvalue())
