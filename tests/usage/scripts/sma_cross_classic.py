from __future__ import (absolute_import, division, print_function, unicode_literals)

import os
import datetime

import backtrader as bt


class SmaCross(bt.Strategy):
    params = (
        ('fast', 8),
        ('slow', 25),
        ('printlog', True),
    )

    def log(self, txt, dt=None, force=False):
        if self.params.printlog or force:
            dt = dt or self.datas[0].datetime.date(0)
            print('%s | %s' % (dt.isoformat(), txt))

    def __init__(self):
        self.px = self.datas[0].close
        self.order = None
        self.entry = None
        ma1 = bt.indicators.SimpleMovingAverage(self.datas[0], period=self.params.fast)
        ma2 = bt.indicators.SimpleMovingAverage(self.datas[0], period=self.params.slow)
        self.cross = bt.indicators.CrossOver(ma1, ma2)
        # only there for the chart
        bt.indicators.ExponentialMovingAverage(self.datas[0], period=25)
        bt.indicators.StochasticSlow(self.datas[0])
        rsi = bt.indicators.RSI(self.datas[0])
        bt.indicators.SmoothedMovingAverage(rsi, period=10)
        bt.indicators.ATR(self.datas[0], plot=False)

    def notify_order(self, order):
        if order.status in [order.Submitted, order.Accepted]:
            return
        if order.status in [order.Completed]:
            side = 'bought' if order.isbuy() else 'sold'
            self.log('%s at %.2f worth %.2f fee %.2f' % (
                side, order.executed.price, order.executed.value, order.executed.comm))
            self.entry = len(self)
        elif order.status in [order.Canceled, order.Margin, order.Rejected]:
            self.log('order %s' % order.getstatusname())
        self.order = None

    def notify_trade(self, trade):
        if not trade.isclosed:
            return
        self.log('profit gross %.2f net %.2f' % (trade.pnl, trade.pnlcomm))

    def next(self):
        if self.order:
            return
        if not self.position:
            if self.cross > 0:
                self.log('want in, close %.2f' % self.px[0])
                self.order = self.buy()
        elif self.cross < 0 or len(self) >= self.entry + 30:
            self.log('want out, close %.2f' % self.px[0])
            self.order = self.sell()

    def stop(self):
        self.log('(%d/%d) final value %.2f' % (
            self.params.fast, self.params.slow, self.broker.getvalue()), force=True)


if __name__ == '__main__':
    cerebro = bt.Cerebro()
    cerebro.addstrategy(SmaCross)
    data = bt.feeds.YahooFinanceCSVData(
        dataname=os.path.join(os.environ['DATAS'], 'orcl-2003-2005.txt'),
        fromdate=datetime.datetime(2003, 6, 1),
        todate=datetime.datetime(2004, 6, 30),
        reverse=False)
    cerebro.adddata(data)
    cerebro.broker.setcash(1000.0)
    cerebro.addsizer(bt.sizers.FixedSize, stake=10)
    cerebro.broker.setcommission(commission=0.001)
    print('start %.2f' % cerebro.broker.getvalue())
    cerebro.run()
    print('end %.2f' % cerebro.broker.getvalue())
