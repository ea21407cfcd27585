import os
import backtrader as bt


class Mine(bt.Indicator):
    lines = ('m',)

    def __init__(self):
        self.addminperiod(4)
        self.calls = 0

    def next(self):
        self.calls += 1
        self.l.m[0] = sum(self.data.get(size=4)) / 4.0


class Sig(bt.SignalStrategy):
    def __init__(self):
        self.m = Mine()
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossOver(self.data, bt.ind.SMA(period=12)))

    def next_open(self):
        if 30 <= len(self) < 34:
            print('open', len(self), len(self.m), '%.3f' % self.m[0], '%.2f' % self.data.open[0])

    def next(self):
        if 30 <= len(self) < 34:
            print('next', len(self), len(self.m), '%.3f' % self.m[0])

    def notify_order(self, o):
        if o.status == o.Completed and len(self) < 80:
            print(self.data.datetime.date(0), o.ordtypename(), '%.2f' % o.executed.price)

    def stop(self):
        print(self.m.calls, '%.2f' % self.broker.getvalue())


for kw in ({}, dict(cheat_on_open=True), dict(cheat_on_open=True, runonce=False),
           dict(cheat_on_open=True, exactbars=-2)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.addstrategy(Sig)
    print(kw)
    cerebro.run()
