import os
import backtrader as bt


class LegDown(bt.Indicator):
    '''How far the low has come down from the high of some bars before'''
    alias = ('LegDn', ('LegDown3', dict(period=3)),)
    lines = ('legdown', 'mid')
    params = {'period': 10, 'upper': 2.0}
    plotinfo = dict(subplot=True, plotname='leg down', plotyticks=[0, 50], plotabove=False)
    plotlines = dict(legdown=dict(ls='--', color='red', _plotskip=False), mid=dict(_samecolor=True))

    def _plotlabel(self):
        return [self.p.period] + [self.p.upper] * self.p.notdefault('upper')

    def _plotinit(self):
        self.plotinfo.plotyhlines = [self.p.upper, -self.p.upper]

    def __init__(self):
        self.lines.legdown = self.data.high(-self.p.period) - self.data.low
        self.lines.mid = (self.lines.legdown + self.lines.legdown(-1)) / 2.0


class Child(LegDown):
    lines = ('third',)
    params = (('period', 4), ('more', None))
    plotlines = dict(third=dict(_method='bar'))

    def __init__(self):
        super(Child, self).__init__()
        self.lines.third = self.l.mid * 2.0


print(LegDown.lines.getlinealiases(), Child.lines.getlinealiases())
print(LegDown.params._getitems(), Child.params._getitems())
print(list(Child.params._getkeys()), Child.params.period)
print(Child.params._getkwargsdefault() == dict(Child.params._getitems()))
print(LegDown.plotinfo.plotname, Child.plotinfo.plotyticks, Child.plotinfo.plot,
      Child.plotlines.legdown.color, Child.plotlines.third._method,
      Child.plotlines.mid._samecolor, LegDown.plotlines.legdown.ls)


class St(bt.Strategy):
    def __init__(self):
        self.a = LegDown()
        self.b = Child(self.data, upper=3.0, plotname='mine', subplot=False)
        self.c = LegDown(plot=False, period=3)
        print(self.a.plotinfo.plotname, self.b.plotinfo.plotname, self.b.plotinfo.subplot,
              self.c.plotinfo.plot, self.b.p._getkwargs(), self.b.p.isdefault('upper'),
              self.b.p.notdefault('period'))
        print(self.a._plotlabel(), self.b._plotlabel(), self.b.plotinfo._get('plotabove'))

    def next(self):
        if len(self) % 50 == 0:
            print('%.2f %.2f %.2f %.2f' % (self.a[0], self.b.third[0], self.c[0], self.b.l.mid[0]))

    def stop(self):
        self.b._plotinit()
        print(self.b.plotinfo.plotyhlines, self.a.plotlabel() == str(self.a.plotlabel()))
        print(self.a.plotlabel(), '/', self.b.plotlabel(), '/', self.c.aliased, self.a.alias)


cerebro = bt.Cerebro()
cerebro.adddata(bt.feeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(St)
cerebro.run()
