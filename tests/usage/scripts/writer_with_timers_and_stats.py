"""timers, csv writer and observers in one run: the slow road through the loop"""
import os
import backtrader as bt


class St(bt.Strategy):
    def __init__(self):
        self.sma = bt.ind.SMA(period=6)
        self.sma.csv = True
        self.add_timer(bt.timer.SESSION_START, monthdays=[3, 17], monthcarry=True)
        self.seen = []

    def notify_timer(self, timer, when, *args, **kwargs):
        self.seen.append((when.date().isoformat(), len(self.sma), round(self.sma[0], 3)
                          if len(self.sma) > 5 else None))
        if self.position:
            self.close()
        else:
            self.buy(size=2)

    def notify_order(self, o):
        if o.status == o.Completed and len(self) < 60:
            print(self.data.datetime.date(0), '%.2f' % o.executed.price, '%.3f' % self.sma[0])

    def stop(self):
        print(len(self.seen), self.seen[:6])


for kw in ({}, dict(runonce=False), dict(preload=False, exactbars=1)):
    cerebro = bt.Cerebro(**kw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')), name='d')
    cerebro.addstrategy(St)
    cerebro.addobserver(bt.observers.DrawDown)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name='ta')
    cerebro.addwriter(bt.WriterFile, out='w.csv', csv=True, rounding=3)
    st = cerebro.run()[0]
    with open('w.csv') as f:
        rows = f.read().splitlines()
    print(kw, len(rows), st.analyzers.ta.get_analysis().total.closed, '%.2f' % cerebro.broker.getvalue())
    print(rows[1][:150])
    print(rows[40][:150])
