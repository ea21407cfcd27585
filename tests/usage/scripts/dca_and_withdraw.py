import os
import backtrader as bt


class DCA(bt.Strategy):
    params = dict(monthly_cash=1000.0, monthly_range=[5, 20])

    def __init__(self):
        self.order = None
        self.totalcost = 0.0
        self.cost_wo_bro = 0
        self.units = 0
        self.times = 0

    def log(self, txt, dt=None):
        dt = dt or self.datas[0].datetime.date(0)
        print('%s, %s' % (dt.isoformat(), txt))

    def start(self):
        self.broker.set_fundmode(fundmode=True, fundstartval=100.0)
        self.cash_start = self.broker.get_cash()
        self.val_start = 100.0
        self.add_timer(when=bt.timer.SESSION_START, monthdays=[i for i in self.p.monthly_range],
                       monthcarry=True)

    def notify_timer(self, timer, when, *args):
        self.broker.add_cash(self.p.monthly_cash)
        target_value = self.broker.get_value() + self.p.monthly_cash - 10
        self.order_target_value(target=target_value)

    def notify_order(self, order):
        if order.status == order.Completed:
            self.times += 1
            self.units += order.executed.size
            self.totalcost += order.executed.value + order.executed.comm
            if self.times % 3 == 0:
                self.log('bought %.3f at %.2f, avg %.2f' % (
                    order.executed.size, order.executed.price, self.totalcost / self.units))
        elif order.status in [order.Canceled, order.Margin, order.Rejected]:
            self.log('failed')

    def stop(self):
        self.roi = self.broker.get_value() / self.cash_start - 1.0
        self.froi = self.broker.get_fundvalue() - self.val_start
        value = self.datas[0].close[0] * self.units + self.broker.get_cash()
        print('times', self.times, 'units', self.units, 'roi %.4f froi %.4f value %.2f' % (
            self.roi, self.froi, value))


class FixedCommisionScheme(bt.CommInfoBase):
    paras = (('commission', 10), ('stocklike', True), ('commtype', bt.CommInfoBase.COMM_FIXED))

    def _getcommission(self, size, price, pseudoexec):
        return self.p.commission


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.YahooFinanceCSVData(dataname=os.path.join(
    os.environ.get('DATAS', 'datas'), 'orcl-2003-2005.txt')))
cerebro.addstrategy(DCA)
cerebro.broker.set_cash(1000)
cerebro.broker.addcommissioninfo(FixedCommisionScheme(commission=1.0))
cerebro.run()
