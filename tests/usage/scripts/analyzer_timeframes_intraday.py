import os
import datetime
import backtrader as bt


class Hourly(bt.TimeFrameAnalyzerBase):
    params = (('timeframe', bt.TimeFrame.Minutes), ('compression', 60))

    def start(self):
        super(Hourly, self).start()
        self.n = 0

    def on_dt_over(self):
        self.overs = getattr(self, 'overs', 0) + 1
        self.rets[self.dtkey] = self.n
        self.n = 0

    def next(self):
        super(Hourly, self).next()
        self.n += 1


class St(bt.Strategy):
    def next(self):
        if len(self) % 40 == 1:
            self.buy(size=2)
        elif len(self) % 40 == 21:
            self.close()


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-min-005.txt'), timeframe=bt.TimeFrame.Minutes,
    compression=5, sessionstart=datetime.time(9, 0), sessionend=datetime.time(17, 30),
    todate=datetime.datetime(2006, 1, 7)))
cerebro.addstrategy(St)
cerebro.addanalyzer(Hourly)
for tf, c in ((bt.TimeFrame.Days, 1), (bt.TimeFrame.Weeks, 1), (bt.TimeFrame.Minutes, 120),
              (bt.TimeFrame.NoTimeFrame, None)):
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=tf, compression=c, _name='tr%d' % tf)
cerebro.addanalyzer(bt.analyzers.TimeDrawDown, timeframe=bt.TimeFrame.Days, _name='dd')
cerebro.addanalyzer(bt.analyzers.SharpeRatio, timeframe=bt.TimeFrame.Days, factor=252, _name='sr',
                    convertrate=False, riskfreerate=0.0001)
cerebro.addanalyzer(bt.analyzers.Returns, timeframe=bt.TimeFrame.Days, tann=252, _name='re')
cerebro.addanalyzer(bt.analyzers.VWR, timeframe=bt.TimeFrame.Days, _name='vwr')
st = cerebro.run()[0]
print([(str(k), v) for k, v in list(st.analyzers.hourly.get_analysis().items())[:5]],
      st.analyzers.hourly.overs)
for tf in (5, 6, 4, 9):
    a = st.analyzers.getbyname('tr%d' % tf).get_analysis() if 'tr%d' % tf in st.analyzers.getnames() else {}
    print(tf, len(a), [(str(k), round(v, 7)) for k, v in list(a.items())[:3]])
print({k: round(v, 5) for k, v in st.analyzers.dd.get_analysis().items()})
print('%.5f' % st.analyzers.sr.get_analysis()['sharperatio'], '%.5f' % st.analyzers.vwr.rets['vwr'],
      {k: round(v, 6) for k, v in st.analyzers.re.get_analysis().items()})
