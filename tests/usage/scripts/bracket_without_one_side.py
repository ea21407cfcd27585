"""stopexec=None / limitexec=None drop a side of the bracket"""
import os
import backtrader as bt


class OneSide(bt.Strategy):
    params = dict(drop='limit')

    def start(self):
        self.refs = set()

    def notify_order(self, o):
        if o.status in (o.Completed, o.Canceled, o.Expired):
            print(self.p.drop, bt.num2date(self.data.datetime[0]).date(), o.ref - self.base,
                  o.getordername(), o.getstatusname())
        if not o.alive():
            self.refs.discard(o.ref)

    def next(self):
        if self.refs or self.position:
            return
        if len(self) % 20:
            return
        kw = dict(stopprice=self.data.close[0] - 60.0, limitprice=self.data.close[0] + 60.0)
        if self.p.drop == 'limit':
            kw['limitexec'] = None
        elif self.p.drop == 'stop':
            kw['stopexec'] = None
        elif self.p.drop == 'trail':
            kw['stopexec'] = bt.Order.StopTrail
            kw['stopargs'] = dict(trailamount=50.0)
        got = self.buy_bracket(exectype=bt.Order.Market, **kw)
        print('created', [x and x.getordername() for x in got])
        self.refs = {x.ref for x in got if x}

    base = 0


for drop in ('limit', 'stop', 'trail'):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.addstrategy(OneSide, drop=drop)
    cerebro.run()
    print(drop, 'value %.2f' % cerebro.broker.getvalue())
