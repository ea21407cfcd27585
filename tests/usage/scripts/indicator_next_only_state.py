import os
import backtrader as bt


class SuperTrendBand(bt.Indicator):
    lines = ('basic_ub', 'basic_lb', 'final_ub', 'final_lb')
    params = (('period', 7), ('multiplier', 3))

    def __init__(self):
        self.atr = bt.indicators.AverageTrueRange(period=self.p.period)
        self.l.basic_ub = ((self.data.high + self.data.low) / 2) + (self.atr * self.p.multiplier)
        self.l.basic_lb = ((self.data.high + self.data.low) / 2) - (self.atr * self.p.multiplier)

    def next(self):
        if len(self) - 1 == self.p.period:
            self.l.final_ub[0] = self.l.basic_ub[0]
            self.l.final_lb[0] = self.l.basic_lb[0]
        else:
            if self.l.basic_ub[0] < self.l.final_ub[-1] or self.data.close[-1] > self.l.final_ub[-1]:
                self.l.final_ub[0] = self.l.basic_ub[0]
            else:
                self.l.final_ub[0] = self.l.final_ub[-1]
            if self.l.basic_lb[0] > self.l.final_lb[-1] or self.data.close[-1] < self.l.final_lb[-1]:
                self.l.final_lb[0] = self.l.basic_lb[0]
            else:
                self.l.final_lb[0] = self.l.final_lb[-1]


class SuperTrend(bt.Indicator):
    lines = ('super_trend',)
    params = (('period', 7), ('multiplier', 3))
    plotlines = dict(super_trend=dict(_name='ST', color='blue', alpha=1))
    plotinfo = dict(subplot=False)

    def __init__(self):
        self.stb = [0]
        self.stb = SuperTrendBand(period=self.p.period, multiplier=self.p.multiplier)

    def next(self):
        if len(self) - 1 == self.p.period:
            self.l.super_trend[0] = self.stb.final_ub[0]
            return
        if self.l.super_trend[-1] == self.stb.final_ub[-1]:
            if self.data.close[0] <= self.stb.final_ub[0]:
                self.l.super_trend[0] = self.stb.final_ub[0]
            else:
                self.l.super_trend[0] = self.stb.final_lb[0]
        if self.l.super_trend[-1] == self.stb.final_lb[-1]:
            if self.data.close[0] >= self.stb.final_lb[0]:
                self.l.super_trend[0] = self.stb.final_lb[0]
            else:
                self.l.super_trend[0] = self.stb.final_ub[0]


class St(bt.Strategy):
    def __init__(self):
        self.st = SuperTrend(self.data, period=7, multiplier=3)
        self.cross = bt.ind.CrossOver(self.data.close, self.st)

    def next(self):
        if len(self) % 20 == 0:
            print(len(self), '%.3f' % self.st[0], '%.3f' % self.st.super_trend[-1])
        if self.cross[0]:
            print('    flip', self.data.datetime.date(0), self.cross[0])


cerebro = bt.Cerebro(runonce=False)
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
