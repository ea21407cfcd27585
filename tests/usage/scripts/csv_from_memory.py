import io
import os
import backtrader as bt

TEXT = '''Date,Open,High,Low,Close,Volume,OI
2019-01-02,10,11,9,10.5,100,0
2019-01-03,10.5,12,10,11.5,150,0
2019-01-04,11.5,11.6,10.2,10.4,90,0
2019-01-07,10.4,10.9,10.1,10.8,80,0
'''


class Show(bt.Strategy):
    def next(self):
        print(self.data.datetime.datetime(0).isoformat(), [round(x[0], 4) for x in (
            self.data.open, self.data.high, self.data.low, self.data.close, self.data.volume)])


def run(data):
    cerebro = bt.Cerebro()
    cerebro.adddata(data)
    cerebro.addstrategy(Show)
    print(type(data).__name__)
    cerebro.run()


run(bt.feeds.GenericCSVData(dataname=io.StringIO(TEXT), name='mem', dtformat='%Y-%m-%d'))
run(bt.feeds.BacktraderCSVData(dataname=io.StringIO(TEXT), name='m2'))
run(bt.feeds.GenericCSVData(dataname=io.StringIO(TEXT.replace(',', '\t')), dtformat='%Y-%m-%d',
                            separator='\t', name='tabs', openinterest=-1))
run(bt.feeds.MT4CSVData(dataname=io.StringIO('''2015.06.01,09:00,1.1,1.2,1.0,1.15,33
2015.06.01,09:15,1.15,1.25,1.1,1.2,44
'''), headers=False, name='mt4', timeframe=bt.TimeFrame.Minutes, compression=15))
run(bt.feeds.SierraChartCSVData(dataname=io.StringIO('''Date,Time,Open,High,Low,Close,Volume
2016/05/02,10:00:00,5,6,4,5.5,10
2016/05/02,10:01:00,5.5,6,5,5.8,12
'''), timeframe=bt.TimeFrame.Minutes, name='sc', dtformat='%Y/%m/%d', tmformat='%H:%M:%S', time=1, open=2, high=3,
    low=4, close=5, volume=6, openinterest=-1))
run(bt.feeds.YahooFinanceCSVData(dataname=io.StringIO('''Date,Open,High,Low,Close,Adj Close,Volume
2017-01-03,10.0,11.0,9.0,10.0,5.0,1000
2017-01-04,null,null,null,null,null,null
2017-01-05,12.0,13.0,11.0,12.0,6.0,2000
'''), name='yh'))
