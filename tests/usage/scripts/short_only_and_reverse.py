import os
import backtrader as bt


class Reverse(bt.Strategy):
    """always in the market, one order turns the position round"""
    def __init__(self):
        psar = bt.ind.PSAR(af=0.03)
        self.x = bt.ind.CrossOver(self.data.close, psar)
        self.log = []

    def next(self):
        want = 0
        if self.x > 0:
            want = 3
        elif self.x < 0:
            want = -3
        if want and self.position.size != want:
            size = want - self.position.size
            (self.buy if size > 0 else self.sell)(size=abs(size))

    def notify_order(self, o):
        if o.status == o.Completed and len(self) < 90:
            bits = [(b.size, b.opened, b.closed, round(b.pnl, 2), b.psize, round(b.pprice, 2))
                    for b in o.executed.exbits]
            print(self.data.datetime.date(0), o.ordtypename(), bits)

    def notify_trade(self, t):
        if len(self) < 90:
            print('   trade', t.ref, t.size, t.isclosed, '%.2f' % t.pnl, t.long)

    def stop(self):
        ta = self.analyzers.ta.get_analysis()
        print(ta.total.total, ta.long.total, ta.short.total, '%.2f' % ta.pnl.net.total,
              '%.2f' % ta.short.pnl.total, ta.streak.won.longest, ta.len.short.max)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(Reverse)
cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name='ta')
cerebro.broker.setcommission(commission=2.0, margin=1000.0, mult=5.0)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
