import os
import backtrader as bt


class SMACloseSignal(bt.Indicator):
    lines = ('signal',)
    params = (('period', 30),)

    def __init__(self):
        self.lines.signal = self.data - bt.indicators.SMA(period=self.p.period)


class SMAExitSignal(bt.Indicator):
    lines = ('signal',)
    params = (('p1', 5), ('p2', 30),)

    def __init__(self):
        sma1 = bt.indicators.SMA(period=self.p.p1)
        sma2 = bt.indicators.SMA(period=self.p.p2)
        self.lines.signal = sma1 - sma2


MAINSIGNALS = dict(longshort=bt.SIGNAL_LONGSHORT, longonly=bt.SIGNAL_LONG,
                   shortonly=bt.SIGNAL_SHORT, long_inv=bt.SIGNAL_LONG_INV,
                   long_any=bt.SIGNAL_LONG_ANY, short_inv=bt.SIGNAL_SHORT_INV)
EXITSIGNALS = dict(longexit=bt.signal.SIGNAL_LONGEXIT, shortexit=bt.SIGNAL_SHORTEXIT,
                   longexit_inv=bt.SIGNAL_LONGEXIT_INV, shortexit_any=bt.SIGNAL_SHORTEXIT_ANY)


def run(main, exit_=None, accumulate=False, concurrent=False):
    cerebro = bt.Cerebro()
    cerebro.broker.set_cash(50000)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=os.path.join(
        os.environ.get('DATAS', 'datas'), '2006-day-001.txt')))
    cerebro.add_signal(MAINSIGNALS[main], SMACloseSignal, period=30)
    if exit_:
        cerebro.add_signal(EXITSIGNALS[exit_], SMAExitSignal, p1=5, p2=30)
    cerebro.signal_accumulate(accumulate)
    cerebro.signal_concurrent(concurrent)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name='ta')
    st = cerebro.run()[0]
    ta = st.analyzers.ta.get_analysis()
    total = ta.total.total if ta.total.total else 0
    closed = ta.total.get('closed', 0)
    print('%-10s %-14s acc %-5s con %-5s value %.2f trades %d closed %d pos %d' % (
        main, exit_, accumulate, concurrent, cerebro.broker.getvalue(), total, closed,
        st.position.size))


for m in MAINSIGNALS:
    run(m)
for e in EXITSIGNALS:
    run('longshort', e)
run('longonly', 'longexit')
run('shortonly', 'shortexit')
run('longshort', 'longexit', accumulate=True)
run('longonly', None, accumulate=True, concurrent=True)
run('longonly', 'longexit', concurrent=True)
