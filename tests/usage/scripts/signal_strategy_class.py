import os
import backtrader as bt


class MySigs(bt.SignalStrategy):
    params = (('_accumulate', False), ('upper', 65), ('lower', 40))

    def __init__(self):
        rsi = bt.ind.RSI(period=10)
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossUp(rsi, bt.LineNum(self.p.lower)))
        self.signal_add(bt.SIGNAL_LONGEXIT, -bt.ind.CrossDown(rsi, bt.LineNum(self.p.upper)))

    def notify_order(self, order):
        if order.status == order.Completed:
            print(self.data.datetime.date(0), order.ordtypename(), '%.2f' % order.executed.price)

    def next(self):
        if len(self) == 200:
            print('next is still called')


class SmaCross(bt.SignalStrategy):
    params = (('pfast', 10), ('pslow', 30),)

    def __init__(self):
        sma1, sma2 = bt.ind.SMA(period=self.p.pfast), bt.ind.SMA(period=self.p.pslow)
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossOver(sma1, sma2))


for cls in (MySigs, SmaCross):
    cerebro = bt.Cerebro()
    data = bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt'))
    cerebro.adddata(data)
    cerebro.addstrategy(cls)
    cerebro.run()
    print(cls.__name__, '%.2f' % cerebro.broker.getvalue())


# a signal on data 1 which trades data 0, through the default strategy
cerebro = bt.Cerebro()
for n in '1', '2':
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-00%s.txt' % n)), name='d' + n)


class Above(bt.Indicator):
    lines = ('sig',)
    params = (('period', 25),)

    def __init__(self):
        self.l.sig = bt.Cmp(self.data, bt.ind.SMA(self.data, period=self.p.period))


class TwoData(bt.SignalStrategy):
    params = (('_data', 'd1'),)

    def notify_order(self, order):
        if order.status == order.Completed:
            print(order.data._name, order.ordtypename(), '%.2f' % order.executed.price)


cerebro.signal_strategy(TwoData)
cerebro.add_signal(bt.SIGNAL_LONGSHORT, Above, period=30)
cerebro.broker.setcash(30000)
cerebro.run()
print('%.2f' % cerebro.broker.getvalue())
