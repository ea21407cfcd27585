import os
import datetime
import backtrader as bt
import backtrader.analyzers as btanalyzers


class Cross(bt.Strategy):
    def __init__(self):
        self.x = bt.ind.CrossOver(bt.ind.EMA(period=6), bt.ind.EMA(period=24))

    def next(self):
        if self.x > 0:
            self.buy()
        elif self.x < 0 and self.position:
            self.close()


def printTradeAnalysis(analyzer):
    total_open = analyzer.total.open
    total_closed = analyzer.total.closed
    total_won = analyzer.won.total
    total_lost = analyzer.lost.total
    win_streak = analyzer.streak.won.longest
    lose_streak = analyzer.streak.lost.longest
    pnl_net = round(analyzer.pnl.net.total, 2)
    strike_rate = round((total_won / total_closed) * 100, 2)
    row_format = '{:<15}' * 5
    print(row_format.format('', 'open', 'closed', 'won', 'lost'))
    print(row_format.format('', total_open, total_closed, total_won, total_lost))
    print(row_format.format('', 'rate', 'streak +', 'streak -', 'net'))
    print(row_format.format('', strike_rate, win_streak, lose_streak, pnl_net))


def printSQN(analyzer):
    print('SQN: {}'.format(round(analyzer.sqn, 2)))


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2005-2006-day-001.txt')))
cerebro.addstrategy(Cross)
cerebro.broker.setcommission(commission=0.001)
cerebro.addsizer(bt.sizers.PercentSizer, percents=80)
cerebro.addanalyzer(btanalyzers.TradeAnalyzer, _name='ta')
cerebro.addanalyzer(btanalyzers.SQN, _name='sqn')
cerebro.addanalyzer(btanalyzers.SharpeRatio, _name='sharpe', timeframe=bt.TimeFrame.Months,
                    annualize=True, riskfreerate=0.0)
cerebro.addanalyzer(btanalyzers.SharpeRatio_A, _name='sharpe_a')
cerebro.addanalyzer(btanalyzers.SharpeRatio, _name='legacy', legacyannual=True)
cerebro.addanalyzer(btanalyzers.DrawDown, _name='dd')
cerebro.addanalyzer(btanalyzers.TimeDrawDown, _name='tdd', timeframe=bt.TimeFrame.Weeks)
cerebro.addanalyzer(btanalyzers.Returns, _name='ret')
cerebro.addanalyzer(btanalyzers.AnnualReturn, _name='ar')
cerebro.addanalyzer(btanalyzers.VWR, _name='vwr')
cerebro.addanalyzer(btanalyzers.Calmar, _name='calmar')
cerebro.addanalyzer(btanalyzers.PeriodStats, _name='ps', timeframe=bt.TimeFrame.Months)
cerebro.addanalyzer(btanalyzers.GrossLeverage, _name='lev')
cerebro.addanalyzer(btanalyzers.LogReturnsRolling, _name='lr', timeframe=bt.TimeFrame.Months)
strat = cerebro.run()[0]
an = strat.analyzers
printTradeAnalysis(an.ta.get_analysis())
printSQN(an.sqn.get_analysis())
for n in ('sharpe', 'sharpe_a', 'legacy'):
    v = an.getbyname(n).get_analysis()['sharperatio']
    print(n, None if v is None else '%.6f' % v)
dd = an.dd.get_analysis()
print('dd %.4f %.4f %d | max %.4f %.2f %d' % (dd.drawdown, dd.moneydown, dd.len, dd.max.drawdown,
                                              dd.max.moneydown, dd.max.len))
print({k: round(v, 5) for k, v in an.tdd.get_analysis().items()})
print({k: round(v, 6) for k, v in an.ret.get_analysis().items()})
print({k: round(v, 6) for k, v in an.ar.get_analysis().items()}, '%.6f' % an.vwr.get_analysis()['vwr'])
print([(k.date().isoformat(), round(v, 4)) for k, v in list(an.calmar.get_analysis().items())[-2:]])
print({k: round(v, 5) for k, v in an.ps.get_analysis().items()})
print(['%.5f' % v for v in list(an.lev.get_analysis().values())[100:104]])
print([(k.strftime('%y-%m'), round(v, 5)) for k, v in an.lr.get_analysis().items()][-3:])
t = an.ta.get_analysis()
print(sorted(t.keys()), sorted(t.won.keys()), t.len.max, t.len.average, t.long.won, t.short.total,
      '%.2f' % t.won.pnl.average, '%.2f' % t.lost.pnl.max, t.pnl.gross.keys())
