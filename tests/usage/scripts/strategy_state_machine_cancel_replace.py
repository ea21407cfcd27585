import enum
import os
import backtrader as bt


class State(enum.Enum):
    FLAT = 0
    ENTERING = 1
    IN = 2
    LEAVING = 3


class Machine(bt.Strategy):
    params = dict(patience=3, profit=0.015, loss=0.01)

    def __init__(self):
        self.state = State.FLAT
        self.entry = self.tp = self.sl = None
        self.sent = 0
        self.trend = bt.ind.EMA(period=5) > bt.ind.EMA(period=15)

    def go(self, state):
        print(self.data.datetime.date(0), self.state.name, '->', state.name)
        self.state = state

    def notify_order(self, order):
        if order.status in (order.Submitted, order.Accepted, order.Partial):
            return
        if order is self.entry:
            self.entry = None
            if order.status == order.Completed:
                px = order.executed.price
                self.tp = self.sell(exectype=bt.Order.Limit, price=px * (1 + self.p.profit))
                self.sl = self.sell(exectype=bt.Order.Stop, price=px * (1 - self.p.loss), oco=self.tp)
                self.go(State.IN)
            else:
                self.go(State.FLAT)
        elif order in (self.tp, self.sl) and order.status == order.Completed:
            print('      ', 'target' if order == self.tp else 'stop', '%.2f' % order.executed.price)
            self.tp = self.sl = None
            self.go(State.FLAT)

    def next(self):
        if self.state == State.FLAT and self.trend[0]:
            self.entry = self.buy(exectype=bt.Order.Limit, price=self.data.close[0] * 0.995)
            self.sent = len(self)
            self.go(State.ENTERING)
        elif self.state == State.ENTERING and len(self) - self.sent >= self.p.patience:
            self.cancel(self.entry)
            self.go(State.LEAVING)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(Machine)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
