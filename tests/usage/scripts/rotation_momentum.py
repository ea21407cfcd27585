"""Monthly rotation into the strongest of several assets."""
import datetime
import os

import backtrader as bt


class Rotation(bt.Strategy):
    params = dict(lookback=60, top=2, reserve=0.05)

    def log(self, txt):
        print(f'{self.data.datetime.date(0)} {txt}')

    def __init__(self):
        self.inds = {d: bt.ind.RateOfChange(d.close, period=self.p.lookback) for d in self.datas}
        self.month = None

    def prenext(self):
        pass

    def next(self):
        m = self.data.datetime.date(0).month
        if m == self.month:
            return
        self.month = m
        ranked = sorted(self.datas, key=lambda d: self.inds[d][0], reverse=True)
        top = ranked[:self.p.top]
        self.log(' '.join('%s %.4f' % (d._name, self.inds[d][0]) for d in ranked))
        # sell first, so that there is cash
        held = [d for d, pos in self.getpositions().items() if pos]
        for d in (d for d in held if d not in top):
            self.log(f'leave {d._name}')
            self.order_target_percent(d, target=0.0)
        weight = (1.0 - self.p.reserve) / len(top)
        for d in top:
            if self.inds[d][0] > 0:
                self.order_target_percent(d, target=weight)

    def notify_order(self, order):
        if order.status == order.Margin:
            self.log('no cash for ' + order.data._name)

    def stop(self):
        self.log('%.2f %s' % (self.broker.getvalue(),
                              {d._name: self.getposition(d).size for d in self.datas}))


if __name__ == '__main__':
    cerebro = bt.Cerebro(stdstats=False)
    folder = os.environ.get('DATAS', 'datas')
    for name in ('orcl-1995-2014', 'yhoo-1996-2014', 'nvda-1999-2014'):
        data = bt.feeds.YahooFinanceCSVData(
            dataname=os.path.join(folder, name + '.txt'),
            fromdate=datetime.datetime(2009, 1, 1), todate=datetime.datetime(2010, 6, 30))
        cerebro.adddata(data, name=name.split('-')[0])
    cerebro.addstrategy(Rotation)
    cerebro.broker.setcash(100000)
    cerebro.broker.setcommission(0.001)
    cerebro.run()
