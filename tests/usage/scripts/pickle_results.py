import io
import os
import pickle
import backtrader as bt


class St(bt.Strategy):
    params = (('period', 15), ('tags', ('a', 'b')))

    def __init__(self):
        self.x = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))

    def next(self):
        if self.x > 0:
            self.buy()
        elif self.x < 0 and self.position:
            self.close()


if __name__ == '__main__':
    cerebro = bt.Cerebro(maxcpus=1)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
    cerebro.optstrategy(St, period=(10, 20))
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name='ta')
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=bt.TimeFrame.Months, _name='tr')
    cerebro.addanalyzer(bt.analyzers.SQN, _name='sqn')
    res = cerebro.run()
    with open('res.pkl', 'wb') as f:
        pickle.dump(res, f)
    with open('res.pkl', 'rb') as f:
        back = pickle.load(f)
    for r in back:
        o = r[0]
        print(type(o).__name__, o.p.period, o.params.tags, '%.4f' % o.analyzers.sqn.get_analysis().sqn,
              o.analyzers.ta.get_analysis().total.closed, len(o.analyzers.tr.get_analysis()))
        print([round(v, 6) for v in list(o.analyzers.tr.get_analysis().values())[:3]])
    d = dict(o.analyzers.getbyname('sqn').get_analysis())
    print(pickle.loads(pickle.dumps(d)) == d)
    ta = pickle.loads(pickle.dumps(back[0][0].analyzers.ta.get_analysis()))
    print(sorted(ta.keys()), ta.won.total, ta['lost']['total'])
