"""Try Interactive Brokers out: feeds, resampling, orders, with an option for everything.

Without ``--live`` it runs against the simulator that comes with the package (prices of AAPL, MSFT
and SPY are made up); with it against IBKR, over the Client Portal Gateway at ``--host``, where a
live account is refused unless ``--port`` names one. ``--historical`` fetches the past and ends.
"""

import argparse
import contextlib
import datetime

import backtrader as bt

FRAMES = bt.TimeFrame.Names
EXECTYPES = bt.Order.ExecTypes


class Watch(bt.Strategy):
    """Print the bars, and with `trade` buy on the first live one."""

    params = (
        ("smaperiod", 5),
        ("trade", False),
        ("stake", 10),
        ("exectype", bt.Order.Market),
        ("stopafter", 0),
        ("valid", None),
        ("cancel", 0),
        ("donotsell", False),
        ("show", 5),
    )

    def __init__(self):
        self.average = bt.ind.SMA(period=self.p.smaperiod)
        self.live = False
        self.order = None
        self.ordered = self.bars_live = self.seen = 0

    def notify_data(self, data, status, *args, **kwargs):
        print(f"data  {data._name}: {data._getstatusname(status)}")
        self.live = self.live or status == data.LIVE

    def notify_store(self, msg, *args, **kwargs):
        print(f"store {msg}")

    def notify_order(self, order):
        print(f"order {order.ordtypename()} {order.getstatusname()}")
        if order.status == order.Completed:
            print(f"order {abs(order.executed.size):g} at {order.executed.price:.2f}")

    def prenext(self):
        self.next()

    def next(self):
        self.seen += 1
        if self.seen <= self.p.show:
            data = self.data0
            prices = " ".join(f"{x:.2f}" for x in (data.open[0], data.high[0], data.close[0]))
            moment = data.datetime.datetime(0)
            print(f"bar   {len(data):3d} {moment} {prices} average {self.average[0]:.2f}")
        if not self.live:
            return
        if self.p.trade:
            self.act()
        self.bars_live += 1
        if 0 < self.p.stopafter <= self.bars_live and not self.busy():
            self.env.runstop()

    def busy(self):
        """Whether an order is on its way, or one will follow."""
        waiting = self.order is not None and self.order.alive()
        return self.p.trade and (waiting or bool(self.position and not self.p.donotsell))

    def act(self):
        if self.order is None:
            price = None if self.p.exectype == bt.Order.Market else round(self.data0.close[0], 2)
            self.order = self.buy(
                size=self.p.stake, exectype=self.p.exectype, price=price, valid=self.p.valid
            )
            self.ordered = len(self)
        elif self.p.cancel and self.order.alive() and len(self) > self.ordered + self.p.cancel:
            self.cancel(self.order)
        elif self.position and not self.p.donotsell and not self.order.alive():
            self.order = self.close()

    def stop(self):
        print(f"end   {self.seen} bars, position {self.position.size:g}")


def make_store(args, simulator):
    """Return the store: of the simulator, or of IBKR."""
    terms = {
        "notifyall": args.notifyall,
        "_debug": args.debug,
        "reconnect": args.reconnect,
        "timeoffset": not args.no_timeoffset,
    }
    if args.timeout is not None:
        terms["timeout"] = args.timeout
    if simulator is not None:
        terms.update(url=simulator.rest_url, cacert=str(simulator.certificate))
    else:
        terms.update(host=args.host, port=args.port, clientId=args.clientId)
    return bt.stores.IBStore(**terms)


def add_feeds(cerebro, store, args):
    """Add one feed or two, resampled or replayed as asked for."""
    terms = {
        "historical": args.historical,
        "fromdate": args.fromdate,
        "todate": args.todate,
        "rtbar": args.rtbar,
        "qcheck": args.qcheck,
        "what": args.what,
        "backfill_start": not args.no_backfill_start,
        "backfill": not args.no_backfill,
        "latethrough": args.latethrough,
        "tz": args.timezone,
    }
    frames = (
        (args.data0, args.timeframe, args.compression),
        (args.data1, args.timeframe1 or args.timeframe, args.compression1 or args.compression),
    )
    shape = {
        "takelate": not args.no_takelate,
        "bar2edge": not args.no_bar2edge,
        "adjbartime": not args.no_adjbartime,
        "rightedge": not args.no_rightedge,
    }
    for name, frame, compression in frames:
        if not name:
            continue
        size = {"timeframe": bt.TimeFrame.TFrame(frame), "compression": compression}
        small = {} if args.resample or args.replay else size
        data = store.getdata(dataname=name, **small, **terms)
        if args.replay:
            cerebro.replaydata(data, **size, **shape)
        elif args.resample:
            cerebro.resampledata(data, **size, **shape)
        else:
            cerebro.adddata(data)


def run(args, simulator=None):
    """Run against a simulator, or IBKR."""
    store = make_store(args, simulator)
    cerebro = bt.Cerebro(exactbars=args.exactbars, stdstats=False)
    add_feeds(cerebro, store, args)
    if args.broker or args.trade:
        cerebro.setbroker(store.getbroker())
    valid = datetime.timedelta(seconds=args.valid) if args.valid else None
    cerebro.addstrategy(
        Watch,
        smaperiod=args.smaperiod,
        trade=args.trade,
        stake=args.stake,
        exectype=bt.Order.ExecType(args.exectype),
        stopafter=args.stopafter,
        valid=valid,
        cancel=args.cancel,
        donotsell=args.donotsell,
        show=args.show,
    )
    cerebro.run()
    if args.plot:
        cerebro.plot(style="line")


def main(args=None):
    args = parse_args(args)
    with contextlib.ExitStack() as stack:
        simulator = None
        if not args.live:
            # needs "backtrader[sim]", which --live does not
            from backtrader.ibsim import Simulator
            from backtrader.ibsim.samples import sample_tapes

            simulator = stack.enter_context(Simulator(sample_tapes(), speed=args.speed))
        run(args, simulator)


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--live", action="store_true", help="connect to IBKR rather than to the simulator")
    add("--speed", type=float, default=900.0, help="seconds in one, simulated")
    add("--show", type=int, default=5, help="bars to print")
    add("--exactbars", type=int, default=1, help="bounded memory")
    add("--plot", action="store_true", help="show a chart")
    add("--stopafter", type=int, default=3, help="end after so many live bars; 0 for never")
    add("--usestore", action="store_true", help="accepted; the store is always used")
    add("--notifyall", action="store_true", help="tell of every message")
    add("--debug", action="store_true", help="print every message")
    add("--host", default="127.0.0.1", help="of the gateway")
    add("--qcheck", type=float, default=0.5, help="seconds between looks at the clock")
    add("--port", type=int, default=7497, help="of TWS, for which the gateway stands")
    add("--clientId", type=int, help="accepted")
    add("--no-timeoffset", action="store_true", help="do not correct the clock")
    add("--reconnect", type=int, default=3, help="attempts to connect")
    add("--timeout", type=float, help="seconds for an attempt")
    add("--data0", default="AAPL-STK-SMART-USD", help="contract of the first feed")
    add("--data1", help="contract of a second feed")
    add("--timezone", help="zone of the printed times")
    add("--what", help="what the history is made of")
    add("--no-backfill_start", action="store_true", help="no history at the start")
    add("--latethrough", action="store_true", help="let bars through that come late")
    add("--no-backfill", action="store_true", help="no history after a reconnection")
    add("--rtbar", action="store_true", help="bars of five seconds rather than ticks")
    add("--historical", action="store_true", help="fetch the past and end")
    add("--fromdate", type=datetime.datetime.fromisoformat, help="begin of the history")
    add("--todate", type=datetime.datetime.fromisoformat, help="end of the history")
    add("--smaperiod", type=int, default=5, help="of the average")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--replay", action="store_true", help="replay to the bars")
    shape.add_argument("--resample", action="store_true", help="resample to the bars")
    add("--timeframe", choices=FRAMES, default="Minutes", help="unit of the bars")
    add("--compression", type=int, default=1, help="units in a bar")
    add("--timeframe1", choices=FRAMES, help="the same for the second feed")
    add("--compression1", type=int, help="the same for the second feed")
    for name in ("takelate", "bar2edge", "adjbartime", "rightedge"):
        add(f"--no-{name}", action="store_true", help="see resampling")
    add("--broker", action="store_true", help="use IBKR's account")
    add("--trade", action="store_true", help="buy, and sell again; implies --broker")
    add("--donotsell", action="store_true", help="keep what was bought")
    add("--exectype", choices=EXECTYPES, default="Market", help="type of the order")
    add("--stake", type=int, default=10, help="pieces per order")
    add("--valid", type=float, help="seconds until the order expires")
    add("--cancel", type=int, default=0, help="cancel the order after so many bars")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
