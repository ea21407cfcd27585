import datetime
import os
import backtrader as bt


class FixedTZ(datetime.tzinfo):
    """zones as users wrote them by hand before pytz, with a localize for backtrader"""
    def __init__(self, hours, name):
        self.h, self.n = datetime.timedelta(hours=hours), name

    def utcoffset(self, dt):
        return self.h

    def dst(self, dt):
        return datetime.timedelta(0)

    def tzname(self, dt):
        return self.n

    def localize(self, dt):
        return dt.replace(tzinfo=self)


class St(bt.Strategy):
    def next(self):
        if len(self) in (1, 50, 102, 103):
            d = self.data
            print(len(self), d.datetime.datetime(0), d.datetime.time(0),
                  bt.num2date(d.datetime[0]), self.datetime.datetime(0),
                  d.datetime.datetime(0, tz=FixedTZ(9, 'JST'), naive=True),
                  d.datetime.datetime(0, tz=FixedTZ(9, 'JST'), naive=False).isoformat())


path = os.path.join(os.environ['DATAS'], '2006-min-005.txt')
for ckw, kw in (({}, {}), (dict(tz=FixedTZ(-5, 'EST')), {}),
                ({}, dict(tz=FixedTZ(-5, 'EST'))),
                (dict(tz=0), dict(tz=FixedTZ(2, 'X'), tzinput=FixedTZ(1, 'CET'))),
                (dict(tz=bt.utils.date.UTC), dict(tzinput=FixedTZ(1, 'CET')))):
    cerebro = bt.Cerebro(**ckw)
    cerebro.adddata(bt.feeds.BacktraderCSVData(
        dataname=path, timeframe=bt.TimeFrame.Minutes, compression=5,
        todate=datetime.datetime(2006, 1, 4), **kw))
    cerebro.addstrategy(St)
    print(sorted(ckw), sorted(kw))
    cerebro.run()
