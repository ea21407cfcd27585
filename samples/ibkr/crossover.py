"""A moving average cross that trades through Interactive Brokers' Web API.

Without arguments it trades on the simulator that comes with the package: the real ibind, over
HTTPS and a WebSocket, against a server on this machine that replays a day of made-up prices. With
``--live`` it connects to IBKR itself: over the Client Portal Gateway on this machine, or with OAuth
where ``IBKR_OAUTH_ACCESS_TOKEN`` and its companions are set; a live account is refused unless
``--real-money`` is given, too.
"""

from __future__ import annotations

import argparse
import logging
import os
import threading

import backtrader as bt
from backtrader.ibsim import Simulator
from backtrader.ibsim.samples import sample_tapes


class CrossOver(bt.Strategy):
    """Holds a position while a fast average is above a slow one; one-minute bars."""

    params = (("fast", 10), ("slow", 30), ("size", 10), ("trades", 3))

    def __init__(self):
        self.cross = bt.ind.CrossOver(
            bt.ind.SMA(self.data, period=self.p.fast), bt.ind.SMA(self.data, period=self.p.slow)
        )
        self.live = False
        self.order = None
        self.closed = 0

    def notify_data(self, data, status, *args, **kwargs):
        print(f"data   {data._name}: {data._getstatusname(status)}, {len(data)} bars so far")
        self.live = status == data.LIVE

    def notify_store(self, msg, *args, **kwargs):
        print(f"store  {msg}")

    def notify_order(self, order):
        if order.status == order.Completed:
            side = "bought" if order.isbuy() else "sold"
            cost = f"commission {order.executed.comm:.2f}"
            print(f"order  {side} {abs(order.executed.size)} at {order.executed.price:.2f}, {cost}")
        elif order.status in (order.Canceled, order.Rejected, order.Margin, order.Expired):
            print(f"order  {order.getstatusname()}")
        if not order.alive():
            self.order = None

    def notify_trade(self, trade):
        if trade.isclosed:
            self.closed += 1
            print(f"trade  profit {trade.pnlcomm:.2f}")
            if self.closed == self.p.trades:
                self.env.runstop()

    def next(self):
        if not self.live or self.order is not None:
            return
        if self.cross > 0 and not self.position:
            self.order = self.buy(size=self.p.size)
        elif self.cross < 0 and self.position:
            self.order = self.close()


def stop_when(finished, cerebro, over):
    """Stop the run two seconds after `finished()`, unless it is `over` before."""
    while not over.wait(0.5):
        if finished():
            over.wait(2.0)  # for what is on its way
            cerebro.runstop()
            return


def run(store, symbol, trades, finished=lambda: False):
    """Trade `symbol` until the strategy has made its trades, or nothing more is to come."""
    cerebro = bt.Cerebro(stdstats=False)
    data = store.getdata(dataname=f"{symbol}-STK-SMART-USD", timeframe=bt.TimeFrame.Minutes)
    cerebro.resampledata(data, timeframe=bt.TimeFrame.Minutes, compression=1)
    cerebro.setbroker(store.getbroker())
    cerebro.addstrategy(CrossOver, trades=trades)
    over = threading.Event()
    watch = threading.Thread(target=stop_when, args=(finished, cerebro, over), daemon=True)
    watch.start()
    try:
        strategy = cerebro.run()[0]
    finally:
        over.set()
        watch.join()
    print(f"end    {strategy.closed} trades, value {cerebro.broker.getvalue():.2f}")
    return strategy


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--symbol", default="AAPL", help="stock to trade")
    parser.add_argument("--speed", type=float, default=900.0, help="seconds in one, simulated")
    parser.add_argument("--trades", type=int, default=3, help="end after so many")
    parser.add_argument("--live", action="store_true", help="connect to IBKR itself")
    parser.add_argument("--real-money", action="store_true", help="allow a live account")
    parser.add_argument("--debug", action="store_true", help="show what is logged")
    options = parser.parse_args()
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.ERROR)
    if options.live:
        oauth = bool(os.environ.get("IBKR_OAUTH_ACCESS_TOKEN"))
        store = bt.stores.IBStore(use_oauth=oauth, port=7496, paper_only=not options.real_money)
        run(store, options.symbol, options.trades)
        return
    with Simulator(sample_tapes(), speed=options.speed) as simulator:
        print(f"simulator at {simulator.rest_url}")
        store = bt.stores.IBStore(url=simulator.rest_url, cacert=str(simulator.certificate))
        run(store, options.symbol, options.trades, lambda: simulator.finished)


if __name__ == "__main__":
    main()
