"""brokers derived from the simulated one"""
import os
import backtrader as bt


class NoWeekFridays(bt.brokers.BackBroker):
    params = (('fee', 0.5), ('maxpos', 3))

    def __init__(self):
        super(NoWeekFridays, self).__init__()
        self.refused = 0

    def buy(self, owner, data, size, *args, **kwargs):
        if self.getposition(data).size + size > self.p.maxpos:
            self.refused += 1
            size = max(1, self.p.maxpos - self.getposition(data).size)
        return super(NoWeekFridays, self).buy(owner, data, size, *args, **kwargs)

    def submit(self, order, check=True):
        order.addinfo(seen=True)
        return super(NoWeekFridays, self).submit(order, check)

    def next(self):
        super(NoWeekFridays, self).next()

    def get_notification(self):
        n = super(NoWeekFridays, self).get_notification()
        if n is not None and n.status == n.Completed:
            self.add_cash(-self.p.fee)
        return n


class St(bt.Strategy):
    def notify_order(self, order):
        if order.status == order.Completed:
            print(self.data.datetime.date(0), '%+d' % order.executed.size, order.info.seen,
                  '%.2f' % self.broker.getcash())

    def next(self):
        if len(self) in (5, 10, 15):
            self.buy(size=2)
        if len(self) == 20:
            self.close()


cerebro = bt.Cerebro()
broker = NoWeekFridays(cash=30000.0, fee=1.0)
broker.setcommission(commission=0.0005)
cerebro.setbroker(broker)
print(cerebro.broker is broker, cerebro.getbroker() is broker, broker.get_cash(), broker.p.cash)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
print(broker.refused, '%.4f' % broker.getvalue(), '%.4f' % cerebro.broker.getcash())
