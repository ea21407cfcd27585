import datetime
import os
import backtrader as bt


class Desk(bt.TradingCalendar):
    params = dict(
        holidays=[datetime.date(2006, 1, 6), datetime.date(2006, 5, 1)],
        earlydays=[(datetime.date(2006, 1, 5), datetime.time(9, 15), datetime.time(13, 0))],
        open=datetime.time(9, 0), close=datetime.time(17, 30),
    )


class St(bt.Strategy):
    def __init__(self):
        self.n = 0

    def start(self):
        self.t0 = datetime.datetime.now()

    def next(self):
        if len(self.data1) != self.n:
            self.n = len(self.data1)
            if self.n < 12 or self.n % 8 == 0:
                print(self.n, self.data0.datetime.datetime(0), self.data1.datetime.datetime(0),
                      '%.2f' % self.data1.close[0])


cal = Desk()
print(cal.schedule(datetime.datetime(2006, 1, 5)), cal.schedule(datetime.datetime(2006, 1, 4)))
print(cal.nextday(datetime.date(2006, 1, 5)), cal.last_weekday(datetime.date(2006, 1, 5)),
      cal.last_monthday(datetime.date(2006, 1, 31)), cal.last_yearday(datetime.date(2006, 12, 29)))
for usecal in (False, True):
    cerebro = bt.Cerebro()
    if usecal:
        cerebro.addcalendar(Desk)
    data = bt.feeds.BacktraderCSVData(
        dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt'),
        todate=datetime.datetime(2006, 3, 20))
    cerebro.adddata(data)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Weeks)
    cerebro.addstrategy(St)
    print('calendar', usecal)
    cerebro.run()
