import logging
import os
import sys
import backtrader as bt

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format='%(levelname)s:%(name)s:%(message)s')
logger = logging.getLogger('strat')


class LoggedStrategy(bt.Strategy):
    def __init__(self):
        self.logger = logging.getLogger('strat.' + self.__class__.__name__)
        self.sma = bt.ind.SMA(period=30)
        self.order = None
        self.closed_trades = []

    def log(self, txt, dt=None, level=logging.INFO):
        dt = dt or self.data.datetime.datetime(0)
        self.logger.log(level, '%s - %s', dt.strftime('%Y-%m-%d'), txt)

    def notify_order(self, order):
        if order.status in (order.Submitted, order.Accepted):
            self.log('ignored', level=logging.DEBUG)
            return
        self.log(f'{order.getstatusname()} {"buy" if order.isbuy() else "sell"} '
                 f'{order.executed.size:+.0f} @ {order.executed.price:.2f}')
        self.order = None

    def notify_trade(self, trade):
        if trade.isclosed:
            self.closed_trades.append(trade)
            self.log(f'pnl {trade.pnl:.2f}', level=logging.WARNING if trade.pnl < 0 else logging.INFO)

    def next(self):
        if self.order:
            return
        if self.data.close[0] > self.sma[0] and not self.position:
            self.order = self.buy()
        elif self.data.close[0] < self.sma[0] and self.position:
            self.order = self.sell()

    def stop(self):
        wins = [t for t in self.closed_trades if t.pnlcomm > 0]
        logger.info('%d trades, %d won, %.2f', len(self.closed_trades), len(wins),
                    sum(t.pnlcomm for t in self.closed_trades))


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(LoggedStrategy)
cerebro.run()
