import os
import backtrader as bt


class ForexCommission(bt.CommInfoBase):
    """Spread in pips, half on each side; result in the account's currency (JPY or else)."""
    params = (('spread', 2.0), ('pip', 0.01), ('stocklike', False), ('margin', 0.05), ('mult', 1.0),
              ('commtype', bt.CommInfoBase.COMM_FIXED), ('interest', 0.0))

    def _getcommission(self, size, price, pseudoexec):
        return abs(size) * self.p.spread * self.p.pip / 2.0

    def get_margin(self, price):
        return price * 0.05


class Pos(bt.Strategy):
    params = (('risk', 0.02), ('sl_pips', 4000))

    def __init__(self):
        self.x = bt.ind.CrossOver(bt.ind.EMA(period=5), bt.ind.EMA(period=20))

    def next(self):
        if not self.x:
            return
        pip = self.broker.getcommissioninfo(self.data).p.pip
        size = round(self.broker.getvalue() * self.p.risk / (self.p.sl_pips * pip), 2)
        self.order_target_size(target=size if self.x > 0 else -size)

    def notify_trade(self, trade):
        if trade.isclosed:
            print(trade.ref, 'closed %.3f net %.3f comm %.4f' % (
                trade.pnl, trade.pnlcomm, trade.commission))

    def notify_order(self, o):
        if o.status == o.Completed:
            print('   %+.2f at %.3f free cash %.2f' % (
                o.executed.size, o.executed.price, self.broker.getcash()))


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
    os.environ.get('DATAS', 'datas'), '2006-day-001.txt')), name='FX')
cerebro.broker.addcommissioninfo(ForexCommission())
cerebro.addstrategy(Pos)
cerebro.run()
print('%.3f' % cerebro.broker.getvalue())
