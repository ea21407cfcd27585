import os
import backtrader as bt


class A(bt.Strategy):
    def next(self):
        if len(self) == 3:
            print(type(self).__name__, self.buy().size, self.getsizing())

    def stop(self):
        print(type(self).__name__, self.position.size, self.getsizing(isbuy=False))


class B(A):
    pass


class C(A):
    def __init__(self):
        self.setsizer(bt.sizers.FixedSize(stake=99))
        print('sizer set in init', self.sizer.p.stake)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
idx = cerebro.addstrategy(A)
cerebro.addsizer_byidx(idx, bt.sizers.FixedSize, stake=5)
cerebro.addstrategy(B)
cerebro.addstrategy(C)
cerebro.addsizer(bt.sizers.SizerFix, stake=20)
cerebro.broker.setcash(10 ** 7)
cerebro.run()
print(bt.sizers.SizerFix is bt.sizers.FixedSize, issubclass(bt.sizers.SizerFix, bt.sizers.FixedSize))
