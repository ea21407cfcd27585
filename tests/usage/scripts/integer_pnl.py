import os
import backtrader as bt


class IntPnl(bt.Strategy):
    def next(self):
        if len(self) == 2:
            self.buy(size=2)
        if len(self) in (4, 30):
            self.sell(size=1)
        if len(self) == 6:
            self.buy(size=3)
        if len(self) == 50:
            self.close()
        p = self.getposition()
        if len(self) in (3, 5, 7, 31, 51):
            print('%d size %d price %.4f base %.2f upopened %d upclosed %d up %s %s' % (
                len(self), p.size, p.price, p.adjbase, p.upopened, p.upclosed, bool(p),
                bt.num2date(self.data.datetime[0]).date()))
            print(str(self.position).splitlines()[0:3])

    def notify_trade(self, trade):
        print('trade', trade.status, trade.size, '%.4f' % trade.price, 'val %.2f' % trade.value,
              'pnl %.2f' % trade.pnl, len(trade), trade.barlen, trade.isopen, trade.isclosed)


for int2 in (True, False):
    cerebro = bt.Cerebro()
    cerebro.broker.set_int2pnl(int2)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.broker.setcommission(commission=1.0, margin=500.0, mult=1.0)
    cerebro.addstrategy(IntPnl)
    cerebro.run()
    print('%.2f' % cerebro.broker.getvalue())
