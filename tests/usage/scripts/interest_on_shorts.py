import os
import backtrader as bt


class ShortIt(bt.Strategy):
    def next(self):
        if len(self) == 10:
            self.sell(size=4)
        if len(self) == 100:
            self.close()
        if len(self) == 120:
            self.buy(size=2)
        if len(self) in (11, 12, 50, 99, 130, 200):
            print(self.data.datetime.date(0), 'cash %.4f value %.4f' % (
                self.broker.getcash(), self.broker.getvalue()))


class MyInterest(bt.CommInfoBase):
    params = (('commission', 0.0), ('interest', 0.25))

    def _get_credit_interest(self, data, size, price, days, dt0, dt1):
        if days > 1:
            seen.add(days)
        return days * self._creditrate * abs(size) * price * 0.5


seen = set()
for ci in (bt.CommInfoBase(commission=0.0, interest=0.25),
           bt.CommInfoBase(commission=0.0, interest=0.10, interest_long=True),
           MyInterest()):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.broker.addcommissioninfo(ci)
    cerebro.broker.set_cash(50000)
    cerebro.addstrategy(ShortIt)
    cerebro.run()
    print('%.4f' % cerebro.broker.getvalue())
print(sorted(seen))
