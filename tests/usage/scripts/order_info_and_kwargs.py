import os
import backtrader as bt


class Tagged(bt.Strategy):
    """tag orders with whatever, read the tag when notified"""
    def next(self):
        n = len(self)
        if n == 1:
            self.buy(tag='first', reason={'ma': 3}, weight=0.5)
        if n == 3:
            o = self.sell(size=3)
            o.addinfo(tag='second', level=7)
        if n == 5:
            o = self.close()
            o.info['tag'] = 'third'
            o.info.extra = 'attr'

    def notify_order(self, order):
        if order.status == order.Completed:
            print(order.ref, order.info.tag, 'keys', list(order.info.keys()),
                  dict(order.info))
            print('   missing:', repr(order.info.nothere), bool(order.info.nothere2))
            print('   isbuy', order.isbuy(), 'issell', order.issell(), 'size', order.size,
                  order.created.size, order.executed.size)
            print('   eq', order == order, order != self.last if self.last else None,
                  order in [order])
            self.last = order
            print('   pos after', order.executed.psize, '%.2f' % order.executed.pprice,
                  'pnl %.2f' % order.executed.pnl, 'bits', [
                      (b.size, round(b.price, 2), b.closed, b.opened)
                      for b in order.executed.exbits])

    last = None


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
cerebro.addstrategy(Tagged)
cerebro.run()
print(bt.Order.ExecTypes if hasattr(bt.Order, 'ExecTypes') else 'n/a')
print(bt.Order.OrdTypes, bt.Order.Status)
print([bt.Order.Market, bt.Order.Close, bt.Order.Limit, bt.Order.Stop, bt.Order.StopLimit,
       bt.Order.StopTrail, bt.Order.StopTrailLimit, bt.Order.Historical])
