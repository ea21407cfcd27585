import os
import datetime
import backtrader as bt

HISTORY = (
    ('2006-01-09', 2, 3450.0),
    (datetime.datetime(2006, 2, 1), -1, 3600.0),
    (datetime.date(2006, 2, 10), -3, 3650.0),
    ('2006-03-01T10:00:00', 2, 3700.0),
    ['2006-05-03', 1, 3800.0],
)


class St(bt.Strategy):
    def notify_order(self, order):
        print('order', self.data.datetime.date(0), order.ref, order.size, order.getordername(),
              order.getstatusname(), '%.2f' % order.executed.price)

    def notify_trade(self, trade):
        if trade.isclosed:
            print('trade', '%.2f' % trade.pnl, trade.barlen)


for notify in (True, False):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')), name='d')
    cerebro.add_order_history([tuple(h) for h in HISTORY], notify=notify)
    cerebro.addstrategy(St)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.Months, _name='r')
    st = cerebro.run()[0]
    print(notify, st.position.size, '%.2f' % cerebro.broker.getvalue())
    print([round(x, 6) for x in st.analyzers.r.get_analysis().values()][:6])
