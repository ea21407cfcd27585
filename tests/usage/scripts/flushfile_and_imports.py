from __future__ import absolute_import, division, print_function, unicode_literals
import collections
import os

import backtrader as bt
import backtrader.analyzers as btanalyzers
import backtrader.feeds as btfeeds
import backtrader.indicators as btind
import backtrader.observers as btobs
import backtrader.sizers as btsizers
import backtrader.strategies as btstrats
import backtrader.utils.flushfile
from backtrader import Analyzer, Cerebro, Indicator, Observer, Order, Position, Strategy, TimeFrame
from backtrader import Trade, num2date
from backtrader.feeds import GenericCSVData, PandasData
from backtrader.indicators import EMA, MovAv, SimpleMovingAverage
from backtrader.metabase import MetaParams
from backtrader.utils import AutoDict, AutoDictList, AutoOrderedDict, DotDict
from backtrader.utils.dateintern import TIME_MAX, UTC, num2dt, num2time, time2num
from backtrader.utils.py3 import (integer_types, iteritems, itervalues, queue, range, string_types,
                                  with_metaclass, zip)

print(btind.SMA is SimpleMovingAverage or btind.SMA.__name__, MovAv.SMA is btind.SMA,
      bt.ind is btind, EMA.__name__)
print(TimeFrame.names[:5], TimeFrame.Days, TimeFrame.TName(TimeFrame.Minutes),
      TimeFrame.TFrame('Weeks'), TimeFrame.getname(TimeFrame.Days, 1))
print(num2dt(736000.25), num2time(736000.75), '%.4f' % time2num(TIME_MAX), num2date(736000.5),
      UTC.tzname(None))
a = AutoDict()
a.x.y = 1 if False else None
a['k']['z'] = 4
b = AutoOrderedDict()
b.one.two = 3
b.n += 1
b.l.append(2) if isinstance(b.l, list) else None
d = DotDict(q=1)
print(a['k'], b.one, b.n, d.q, AutoDictList()['new'], isinstance('x', string_types),
      isinstance(1, integer_types), list(itervalues({'a': 1})))
p = Position(10, 5.0)
print(p.update(-4, 6.0), p.size, p.price, p.clone().size, p.pseudoupdate(3, 7.0), p.size, bool(p))
print(p.set(-3, 2.0), p.fix(-3, 2.5), p.upopened, p.upclosed)
print(Trade.status_names, Trade.Open, Order.Completed, Order.Canceled == Order.Cancelled)


class MACross(btstrats.MA_CrossOver if hasattr(btstrats, 'MA_CrossOver') else Strategy):
    params = (('fast', 5), ('slow', 25))

    def notify_trade(self, t):
        if t.isclosed:
            print('%.2f' % t.pnl, end=' ')


cerebro = Cerebro()
cerebro.adddata(btfeeds.BacktraderCSVData(
    dataname=os.path.join(os.environ['DATAS'], '2006-day-001.txt')))
cerebro.addstrategy(MACross)
cerebro.addsizer(btsizers.FixedSize, stake=3)
cerebro.addobserver(btobs.TimeReturn)
cerebro.addanalyzer(btanalyzers.SQN)
r = cerebro.run()
print('\n%.2f' % cerebro.broker.getvalue(), r[0].analyzers.sqn.get_analysis())
