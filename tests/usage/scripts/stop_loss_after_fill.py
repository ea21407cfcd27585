import os
import datetime
import backtrader as bt


class BaseStrategy(bt.Strategy):
    params = dict(fast_ma=10, slow_ma=20)

    def __init__(self):
        fast, slow = [bt.ind.EMA(period=p) for p in (self.p.fast_ma, self.p.slow_ma)]
        self.crossup = bt.ind.CrossUp(fast, slow)


class ManualStopOrStopTrail(BaseStrategy):
    params = dict(stop_loss=0.02, trail=False)

    def notify_order(self, order):
        if not order.status == order.Completed:
            return
        if not self.position:
            print('%s SELL %d pnl %.2f' % (self.data.datetime.date(), order.executed.size,
                                           order.executed.pnl))
            return
        print('%s BUY @ %.2f' % (self.data.datetime.date(), order.executed.price))
        if not self.p.trail:
            stop_price = order.executed.price * (1.0 - self.p.stop_loss)
            self.sell(exectype=bt.Order.Stop, price=stop_price)
        else:
            self.sell(exectype=bt.Order.StopTrail, trailamount=self.p.trail)

    def next(self):
        if not self.position and self.crossup > 0:
            self.buy()


class AutoStopOrStopTrail(BaseStrategy):
    params = dict(stop_loss=0.02, trail=False, buy_limit=False)
    buy_order = None

    def notify_order(self, order):
        if order.status == order.Cancelled:
            print('CANCEL @ {:.2f}'.format(order.created.price or 0))
        if order.status == order.Completed:
            print('%s %s @ %.2f' % (self.data.datetime.date(), order.ordtypename(),
                                    order.executed.price))

    def next(self):
        if self.buy_order and not self.buy_order.alive():
            self.buy_order = None
        if not self.position and not self.buy_order and self.crossup > 0:
            if self.p.buy_limit:
                price = self.data.close[0] * (1.0 - self.p.buy_limit)
                self.buy_order = self.buy(price=price, exectype=bt.Order.Limit, transmit=False)
            else:
                price = self.data.close[0]
                self.buy_order = self.buy(transmit=False)
            if not self.p.trail:
                self.sell(exectype=bt.Order.Stop, price=price * (1.0 - self.p.stop_loss),
                          parent=self.buy_order)
            else:
                self.sell(exectype=bt.Order.StopTrail, trailamount=self.p.trail,
                          parent=self.buy_order)


for cls, kw in [(ManualStopOrStopTrail, {}), (ManualStopOrStopTrail, {'trail': 80}),
                (AutoStopOrStopTrail, {}), (AutoStopOrStopTrail, dict(trail=80, buy_limit=0.002))]:
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.addstrategy(cls, **kw)
    print(cls.__name__, kw)
    cerebro.run()
    print('-> %.2f' % cerebro.broker.getvalue())
