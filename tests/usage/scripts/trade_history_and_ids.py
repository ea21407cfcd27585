"""tradehistory=True and several tradeids on one data."""
import itertools
import os
import backtrader as bt


class MultiTrades(bt.Strategy):
    params = dict(stake=1, period=15, onlylong=False, mtrade=True)

    def __init__(self):
        self.order = None
        sma = bt.ind.MovAv.SMA(self.data, period=self.p.period)
        self.signal = bt.ind.CrossOver(self.data.close, sma)
        self.tradeid = itertools.cycle([0, 1, 2] if self.p.mtrade else [0])
        self.curtradeid = 0

    def next(self):
        if self.order:
            return
        if self.signal > 0.0:
            if self.position:
                self.close(tradeid=self.curtradeid)
            self.curtradeid = next(self.tradeid)
            self.buy(size=self.p.stake, tradeid=self.curtradeid)
        elif self.signal < 0.0:
            if self.position:
                self.close(tradeid=self.curtradeid)
            if not self.p.onlylong:
                self.curtradeid = next(self.tradeid)
                self.sell(size=self.p.stake, tradeid=self.curtradeid)

    def notify_order(self, order):
        if order.status in [bt.Order.Submitted, bt.Order.Accepted]:
            return
        self.order = None

    def notify_trade(self, trade):
        if trade.isclosed and trade.ref < 8:
            print('trade', trade.ref, 'id', trade.tradeid, 'pnl %.2f' % trade.pnl, 'hist',
                  len(trade.history))
            for h in trade.history:
                print('   ', h.status.status, bt.num2date(h.status.dt).date(), h.status.size,
                      '%.2f' % h.status.price, '| event', h.event.size, '%.2f' % h.event.price,
                      h.event.order.ref)
        elif trade.justopened and trade.ref < 8:
            print('open id', trade.tradeid, trade.data._name)

    def stop(self):
        for data in self._trades:
            for tid, ts in sorted(self._trades[data].items()):
                print('tradeid', tid, 'trades', len(ts), 'open', sum(t.isopen for t in ts))


cerebro = bt.Cerebro(tradehistory=True)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')), name='DAX')
cerebro.addstrategy(MultiTrades)
cerebro.run()
