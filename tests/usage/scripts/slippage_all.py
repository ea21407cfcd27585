import os
import backtrader as bt

DATA = os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt')


class Flip(bt.SignalStrategy):
    params = (('fast', 10), ('slow', 20))

    def __init__(self):
        a, b = bt.ind.EMA(period=self.p.fast), bt.ind.EMA(period=self.p.slow)
        self.signal_add(bt.SIGNAL_LONG, bt.ind.CrossOver(a, b))

    def notify_order(self, order):
        if order.status == bt.Order.Completed:
            t = 'B' if order.isbuy() else 'S'
            self.out.append('%s@%.4f' % (t, order.executed.price))

    def start(self):
        super(Flip, self).start()
        self.out = []

    def stop(self):
        print(' '.join(self.out[:8]))


def run(tag, **kw):
    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=DATA))
    if 'fixed' in kw:
        cerebro.broker.set_slippage_fixed(kw.pop('fixed'), **kw)
    elif 'perc' in kw:
        cerebro.broker.set_slippage_perc(kw.pop('perc'), **kw)
    cerebro.addstrategy(Flip)
    print(tag)
    cerebro.run()
    print('   %.2f' % cerebro.broker.getvalue())


run('none')
run('perc', perc=0.01)
run('perc open', perc=0.01, slip_open=True)
run('perc no match', perc=0.05, slip_match=False, slip_open=True)
run('perc out', perc=0.02, slip_out=True, slip_open=True)
run('fixed', fixed=3.5)
run('fixed open', fixed=3.5, slip_open=True)
run('fixed, limit', fixed=60.0, slip_open=True, slip_limit=False, slip_match=True)

# or by the broker's own parameters
cerebro = bt.Cerebro()
cerebro.broker = bt.brokers.BackBroker(slip_perc=0.005, slip_open=True, cash=20000.0)
cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=DATA))
cerebro.addstrategy(Flip)
cerebro.run()
print('by params %.2f' % cerebro.broker.getvalue())
