import collections
import os
import backtrader as bt


class TradeList(bt.Analyzer):
    params = dict(digits=2)

    def create_analysis(self):
        self.rets = []

    def get_analysis(self):
        return self.rets

    def notify_trade(self, trade):
        if trade.isclosed:
            self.rets.append(dict(
                ref=trade.ref, dir='long' if trade.history == 0 or trade.long else 'short',
                dt=bt.num2date(trade.dtopen).date().isoformat(), bars=trade.barlen,
                pnl=round(trade.pnlcomm, self.p.digits)))


class OrderCounter(bt.Analyzer):
    def create_analysis(self):
        self.rets = bt.AutoOrderedDict()

    def start(self):
        self.rets.submitted = 0
        self.rets.done.buy = 0
        self.rets.done.sell = 0

    def notify_order(self, order):
        if order.status == order.Submitted:
            self.rets.submitted += 1
        elif order.status == order.Completed:
            self.rets.done['buy' if order.isbuy() else 'sell'] += 1

    def notify_cashvalue(self, cash, value):
        self.low = min(getattr(self, 'low', cash), cash)

    def stop(self):
        self.rets.lowcash = round(self.low, 2)
        self.rets._close()


class MonthlyHits(bt.TimeFrameAnalyzerBase):
    params = (('timeframe', bt.TimeFrame.Months),)

    def start(self):
        super(MonthlyHits, self).start()
        self.count = 0
        self.rets = collections.OrderedDict()

    def notify_trade(self, trade):
        self.count += trade.isclosed

    def on_dt_over(self):
        self.count = 0

    def next(self):
        super(MonthlyHits, self).next()
        self.rets[self.dtkey.date() if hasattr(self.dtkey, 'date') else self.dtkey] = self.count


class Nested(bt.Analyzer):
    def __init__(self):
        self.ret = bt.analyzers.TimeReturn(timeframe=bt.TimeFrame.Months)
        self.trades = TradeList()
        self.steps = collections.Counter()

    def prenext(self):
        self.steps['pre'] += 1

    def nextstart(self):
        self.steps['start'] += 1

    def next(self):
        self.steps['next'] += 1

    def stop(self):
        rs = self.ret.get_analysis()
        self.rets['best'] = round(max(rs.values()), 5)
        self.rets['months'] = len(rs)
        self.rets['trades'] = len(self.trades.get_analysis())
        self.rets['steps'] = dict(self.steps)
        self.rets['strategy'] = type(self.strategy).__name__
        self.rets['data'] = self.data._name


class Cross(bt.Strategy):
    def __init__(self):
        self.x = bt.ind.CrossOver(bt.ind.SMA(period=8), bt.ind.SMA(period=21))

    def next(self):
        if self.x > 0:
            self.order_target_size(target=2)
        elif self.x < 0:
            self.order_target_size(target=-1)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')), name='ix')
cerebro.addstrategy(Cross)
cerebro.addanalyzer(TradeList, _name='tl', digits=3)
for a in (OrderCounter, MonthlyHits, Nested):
    cerebro.addanalyzer(a)
st = cerebro.run()[0]
for row in st.analyzers.tl.get_analysis():
    print(row)
print(dict(st.analyzers.ordercounter.get_analysis()['done']),
      st.analyzers.ordercounter.rets.submitted, st.analyzers.ordercounter.get_analysis().lowcash)
print([(str(k), v) for k, v in st.analyzers.monthlyhits.get_analysis().items()])
print(dict(st.analyzers.nested.rets))
print([type(a).__name__ for a in st.analyzers], st.analyzers.getnames(), len(st.analyzers))
st.analyzers.nested.print()
st.analyzers.getbyname('ordercounter').pprint()
