import os
import backtrader as bt


class St(bt.Strategy):
    params = dict(where='next', at=12)

    def go(self, how):
        if how == 0:
            self.env.runstop()
        elif how == 1:
            self.cerebro.runstop()

    def next(self):
        self.last = len(self)
        if self.p.where == 'next' and len(self) == self.p.at:
            self.go(0)
        if self.p.where == 'order' and len(self) == 3:
            self.buy()

    def notify_order(self, order):
        if self.p.where == 'order' and order.status == order.Completed:
            self.go(1)

    def notify_cashvalue(self, cash, value):
        if self.p.where == 'cash' and len(self) == 7:
            self.go(1)

    def stop(self):
        print(self.p.where, 'stopped at', len(self), self.last, self.data.datetime.date(0))


for kw in ({}, dict(runonce=False), dict(preload=False)):
    for where in ('next', 'order', 'cash', 'never'):
        cerebro = bt.Cerebro(**kw)
        cerebro.adddata(bt.feeds.BacktraderCSVData(
            dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
        cerebro.addstrategy(St, where=where)
        cerebro.addanalyzer(bt.analyzers.TimeReturn, _name='t')
        st = cerebro.run()[0]
        print(len(st.analyzers.t.get_analysis()), len(st.data), '%.2f' % cerebro.broker.getvalue())
