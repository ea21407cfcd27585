import os
import backtrader as bt


class CommInfo_Perc(bt.CommInfoBase):
    params = (('stocklike', True), ('commtype', bt.CommInfoBase.COMM_PERC), ('percabs', True),
              ('commission', 0.002))


class FixedPlusPerc(bt.CommInfoBase):
    """per trade fee with a floor and a cap, like many brokers have"""
    params = (
        ('per_share', 0.005),
        ('min_per_order', 1.0),
        ('max_per_order_abs_pct', 0.005),
    )

    def _getcommission(self, size, price, pseudoexec):
        raw = abs(size) * self.p.per_share
        cap = abs(size) * price * self.p.max_per_order_abs_pct
        if not pseudoexec:
            calls.append(size)
        return min(max(raw, self.p.min_per_order), cap)


class Futures(bt.CommInfoBase):
    params = (('stocklike', False), ('commtype', bt.CommInfoBase.COMM_FIXED), ('mult', 10.0),
              ('margin', 2000.0), ('commission', 2.5))


class MarginPct(bt.CommInfoBase):
    params = (('stocklike', False), ('mult', 5.0), ('margin', 0.1), ('commission', 0.0))

    def get_margin(self, price):
        return price * self.p.mult * self.p.margin


class AutoMargin(bt.CommissionInfo):
    params = (('automargin', 0.5), ('commission', 1.0), ('commtype', bt.CommInfoBase.COMM_FIXED))


class Levered(bt.CommInfoBase):
    params = (('leverage', 4.0), ('commission', 0.1), ('percabs', False))


calls = []


class Flip(bt.Strategy):
    def notify_order(self, order):
        if order.status == order.Completed and len(self) < 60:
            ci = self.broker.getcommissioninfo(self.data)
            print('  %s px %.2f comm %.4f value %.2f margin %s pnl %.2f op cost %.2f' % (
                'B' if order.isbuy() else 'S', order.executed.price, order.executed.comm,
                order.executed.value, order.executed.margin, order.executed.pnl,
                ci.getoperationcost(order.executed.size, order.executed.price)))
        elif order.status == order.Margin:
            print('  margin')

    def next(self):
        if len(self) % 30 == 1:
            self.buy(size=3)
        elif len(self) % 30 == 16:
            self.close()


def go(tag, setup):
    print(tag)
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt')), name='idx')
    cerebro.addstrategy(Flip)
    cerebro.broker.setcash(20000.0)
    setup(cerebro.broker)
    cerebro.run()
    print('  => %.4f' % cerebro.broker.getvalue())


go('perc class', lambda b: b.addcommissioninfo(CommInfo_Perc()))
go('fixed plus perc', lambda b: b.addcommissioninfo(FixedPlusPerc()))
go('futures', lambda b: b.addcommissioninfo(Futures(), name='idx'))
go('futures but not for us', lambda b: b.addcommissioninfo(Futures(), name='other'))
go('margin pct', lambda b: b.addcommissioninfo(MarginPct()))
go('automargin', lambda b: b.addcommissioninfo(AutoMargin()))
go('levered', lambda b: b.addcommissioninfo(Levered()))
go('kwargs', lambda b: b.setcommission(commission=2.0, margin=1000.0, mult=10.0, name='idx'))
print('real executions seen', len(calls))
