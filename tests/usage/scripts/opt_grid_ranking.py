import os
import backtrader as bt


class Opt(bt.Strategy):
    params = (('fast', 5), ('slow', 20), ('kind', bt.ind.SMA))

    def __init__(self):
        self.x = bt.ind.CrossOver(self.p.kind(period=self.p.fast), self.p.kind(period=self.p.slow))

    def next(self):
        if self.x > 0:
            self.order_target_percent(target=0.9)
        elif self.x < 0:
            self.close()


if __name__ == '__main__':
    for optreturn in (True, False):
        cerebro = bt.Cerebro(maxcpus=1, optreturn=optreturn, stdstats=False)
        cerebro.adddata(bt.feeds.BacktraderCSVData(
            dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
        cerebro.optstrategy(Opt, fast=range(4, 9, 2), slow=(15, 30), kind=[bt.ind.SMA, bt.ind.EMA])
        cerebro.addanalyzer(bt.analyzers.Returns, _name='ret')
        cerebro.addanalyzer(bt.analyzers.DrawDown, _name='dd')
        cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name='ta')
        seen = []
        cerebro.optcallback(lambda strats: seen.append(len(strats)))
        runs = cerebro.run()
        rows = [(round(r[0].analyzers.ret.get_analysis()['rtot'], 6), r[0].p.fast, r[0].params.slow,
                 r[0].p.kind.__name__, round(r[0].analyzers.dd.get_analysis().max.drawdown, 3),
                 r[0].analyzers.ta.get_analysis().total.total) for r in runs]
        print(optreturn, len(runs), sum(seen), type(runs[0][0]).__name__, runs[0][0].strategycls.__name__
              if optreturn else type(runs[0][0]).__name__)
        for row in sorted(rows, reverse=True)[:6 if optreturn else 2]:
            print(row)
