import os
import backtrader as bt


class Brackets(bt.Strategy):
    def __init__(self):
        self.trend = bt.ind.EMA(period=10) - bt.ind.EMA(period=30)
        self.flip = bt.ind.CrossOver(self.trend, bt.LineNum(0.0))
        self.mine = []

    def notify_order(self, order):
        kind = order.info.get('name', '?') if hasattr(order.info, 'get') else '?'
        print(self.data.datetime.date(0), order.ref, kind, order.Status[order.status],
              '%.2f' % (order.executed.price or order.created.price or 0.0))
        if order in self.mine and not order.alive():
            self.mine.remove(order)

    def notify_trade(self, trade):
        if trade.isclosed:
            print('   trade', trade.ref, 'bars', trade.barlen, 'net %.2f' % trade.pnlcomm)

    def next(self):
        if self.mine:
            return
        px = self.data.close[0]
        if self.flip > 0:
            os_ = self.buy_bracket(price=px * 0.998, limitprice=px * 1.03, stopprice=px * 0.97,
                                   exectype=bt.Order.Limit, valid=self.data.datetime.datetime())
        elif self.flip < 0:
            os_ = self.sell_bracket(exectype=bt.Order.Market, limitprice=px * 0.97,
                                    stopprice=px * 1.02, size=2, stopargs=dict(name='SL'),
                                    limitargs={'name': 'TP'}, oargs=dict(name='main'))
        else:
            return
        self.mine = list(os_)
        print(self.data.datetime.date(0), 'bracket', [o.ref for o in os_],
              [o.getordername() for o in os_])


cerebro = bt.Cerebro()
data = bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt'))
cerebro.adddata(data)
cerebro.addstrategy(Brackets)
cerebro.run()
