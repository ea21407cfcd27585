from __future__ import (absolute_import, division, print_function, unicode_literals)

import argparse
import datetime
import os

import backtrader as bt


class St(bt.Strategy):
    params = dict(period=10, verbose=False)

    def __init__(self):
        self.ma = bt.ind.EMA(period=self.p.period)
        self.mom = bt.ind.Momentum(self.ma, period=3)

    def next(self):
        if self.mom > 0 and not self.position:
            self.buy()
        elif self.mom < 0 and self.position:
            self.close()
        if self.p.verbose and len(self) % 50 == 0:
            print(','.join([str(len(self)), self.data.datetime.date(0).isoformat(),
                            '%.3f' % self.ma[0], '%.3f' % self.mom[0]]))


def runstrat(args=None):
    args = parse_args(args)
    cerebro = bt.Cerebro()
    kwargs = dict()
    dtfmt, tmfmt = '%Y-%m-%d', 'T%H:%M:%S'
    for a, d in ((getattr(args, x), x) for x in ['fromdate', 'todate']):
        if a:
            strpfmt = dtfmt + tmfmt * ('T' in a)
            kwargs[d] = datetime.datetime.strptime(a, strpfmt)
    data0 = bt.feeds.BacktraderCSVData(dataname=args.data0, **kwargs)
    cerebro.adddata(data0)
    cerebro.broker = bt.brokers.BackBroker(**eval('dict(' + args.broker + ')'))
    cerebro.addsizer(bt.sizers.FixedSize, **eval('dict(' + args.sizer + ')'))
    cerebro.addstrategy(St, **eval('dict(' + args.strat + ')'))
    r = cerebro.run(**eval('dict(' + args.cerebro + ')'))
    print(len(r[0]), '%.2f' % cerebro.broker.getvalue(), sorted(vars(args)))
    if args.plot:
        cerebro.plot(**eval('dict(' + args.plot + ')'))


def parse_args(pargs=None):
    parser = argparse.ArgumentParser(
        formatter_class=argparse.ArgumentDefaultsHelpFormatter, description='modes')
    parser.add_argument('--data0', required=False, help='file to read',
                        default=os.path.join(os.environ.get('DATAS', 'datas'), '2006-day-001.txt'))
    parser.add_argument('--fromdate', default='')
    parser.add_argument('--todate', default='')
    parser.add_argument('--cerebro', default='', metavar='kwargs')
    parser.add_argument('--broker', default='', metavar='kwargs')
    parser.add_argument('--sizer', default='', metavar='kwargs')
    parser.add_argument('--strat', default='', metavar='kwargs')
    parser.add_argument('--plot', nargs='?', const='{}', metavar='kwargs')
    return parser.parse_args(pargs)


if __name__ == '__main__':
    runstrat()
