import math
import os
import backtrader as bt


class OrderObserver(bt.observer.Observer):
    lines = ('created', 'expired',)
    plotinfo = dict(plot=True, subplot=True, plotlinelabels=True)
    plotlines = dict(created=dict(marker='*', markersize=8.0, color='lime'),
                     expired=dict(marker='s', markersize=8.0, color='red'))

    def next(self):
        for order in self._owner._orderspending:
            if order.data is not self.data:
                continue
            if not order.isbuy():
                continue
            if order.status in [bt.Order.Accepted, bt.Order.Submitted]:
                self.lines.created[0] = order.created.price
            elif order.status in [bt.Order.Expired]:
                self.lines.expired[0] = order.created.price


class AcctValue(bt.Observer):
    alias = ('Value2',)
    lines = ('value', 'cash')
    plotinfo = {'plot': True, 'subplot': True}
    params = (('scale', 0.001),)

    def next(self):
        self.lines.value[0] = self._owner.broker.getvalue() * self.p.scale
        self.lines.cash[0] = self._owner.broker.getcash() * self.p.scale


class PosSize(bt.Observer):
    _stclock = True
    lines = ('size',)

    def __init__(self):
        self.pk = 0.0

    def prenext(self):
        self.next()

    def next(self):
        s = self._owner.position.size
        self.pk = max(self.pk, abs(s))
        self.lines.size[0] = s


class St(bt.Strategy):
    params = (('smaperiod', 12), ('limitperc', 1.0), ('valid', 7))

    def __init__(self):
        sma = bt.ind.SMA(period=self.p.smaperiod)
        self.buysell = bt.ind.CrossOver(self.data.close, sma, plot=True)
        self.order = None

    def next(self):
        if self.position:
            if self.buysell < 0:
                self.close()
        elif self.buysell > 0:
            price = self.data.close[0] * (1.0 - self.p.limitperc / 100.0)
            self.buy(exectype=bt.Order.Limit, price=price,
                     valid=bt.num2date(self.data.datetime[0] + self.p.valid))
        if len(self) in (40, 41):
            print('live', len(self.stats), '%.4f' % self.stats.acctvalue.value[0],
                  self.observers.possize.size[0], self.stats.possize.l.size[-1])


cerebro = bt.Cerebro(stdstats=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.addobserver(OrderObserver)
cerebro.addobserver(AcctValue, scale=0.01)
cerebro.addobserver(PosSize)
cerebro.addobserver(bt.observers.DrawDown)
st = cerebro.run()[0]
ob = st.observers
n = len(st)
for name, line in (('created', ob.orderobserver.lines.created), ('expired', ob.orderobserver.l.expired)):
    vals = [(i, round(v, 2)) for i, v in enumerate(line.array[:n]) if not math.isnan(v)]
    print(name, len(vals), vals[:4])
print(ob.possize.pk, len(ob.possize), len(ob.acctvalue), ob.getnames(), '%.4f' % ob.drawdown[0])
print([round(x, 3) for x in ob.acctvalue.lines.value.array[n - 3:n]])
