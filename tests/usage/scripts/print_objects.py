"""str() of orders, trades, positions, data"""
import os
import backtrader as bt


def short(obj):
    out = []
    for line in str(obj).splitlines():
        k, _, v = line.partition(':')
        v = v.strip()
        try:
            v = '%.3f' % float(v)
        except ValueError:
            pass
        out.append('%s=%s' % (k.strip(), v if '<' not in v and ' 0x' not in v else '<obj>'))
    return ' ; '.join(out)


class St(bt.Strategy):
    def notify_order(self, order):
        if order.status in (order.Submitted, order.Completed):
            print(short(order))

    def notify_trade(self, trade):
        t = trade
        print('TRADE', t.ref, t.tradeid, t.status, t.size, '%.2f' % t.price, '%.2f' % t.value,
              '%.4f' % t.commission, '%.3f %.3f' % (t.pnl, t.pnlcomm), t.baropen, t.barclose, t.barlen,
              t.isopen, t.isclosed, t.justopened, t.long, t.getdataname(),
              t.open_datetime().date(), t.close_datetime().date() if t.isclosed else '-')

    def next(self):
        if len(self) == 3:
            self.buy(size=2, valid=self.data.datetime.datetime(0) if False else None)
        if len(self) == 6:
            self.sell(size=3, exectype=bt.Order.Limit, price=self.data.close[0] * 0.999)
        if len(self) == 9:
            self.close()
        if len(self) == 5:
            print(short(self.position))

    def stop(self):
        print(len(self._trades[self.data][0]), [t.ref for t in self._trades[self.data][0]])
        print([o.ref for o in self._orders], len(self._orderspending))


cerebro = bt.Cerebro()
cerebro.broker.setcommission(commission=0.001)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')), name='D')
cerebro.addstrategy(St)
cerebro.run()
