"""Everything that scripts written for IbPy did with the store, now over ibind.

Runs offline, against the simulator that comes with the package. With ``--live`` it runs against
IBKR itself: with the credentials in the environment (``IBKR_OAUTH_ACCESS_TOKEN`` ...) or, without
them, through the Client Portal Gateway on this machine. A live account is refused unless
``--real-money`` is given; no order is sent to IBKR unless ``--orders`` is given.

Prints a line for each check; the exit code is the number of those that failed.
"""

from __future__ import annotations

import argparse
import datetime
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import contextmanager

import backtrader as bt
from backtrader.brokers.iborder_ibind import IBOrder, IBOrderState


class Checks:
    """Runs checks and remembers which failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def __call__(self, name: str, check: Callable[[], object]) -> None:
        began = time.monotonic()
        try:
            found = check()
        except Exception as error:
            self.failed.append(name)
            print(f"FAILED  {name}: {type(error).__name__}: {error}")
            traceback.print_exc()
            return
        print(f"ok      {name} ({time.monotonic() - began:.2f} s): {found}")


def until(condition: Callable[[], object], seconds: float = 10.0) -> object:
    """Wait until `condition` is true, and return what it returned."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"nothing after {seconds} s")
        time.sleep(0.02)
    return found


def check_data(store, checks: Checks, symbol: str) -> None:
    """Contracts, quotes and history."""
    contract = store.makecontract(symbol, "STK", "SMART", "USD")
    checks("getContractDetails", lambda: store.getContractDetails(contract, maxcount=1)[0].reqId)
    checks("resolve_symbol_to_conid", lambda: store.resolve_symbol_to_conid(symbol))
    checks("get_market_data_snapshot", lambda: store.get_market_data_snapshot(symbol).get("last"))

    def history() -> int:
        named = store.resolve_symbol(symbol)
        answers = store.reqHistoricalData(named, None, "1 D", "30 mins")
        bars = 0
        while getattr(answer := answers.get(timeout=60), "date", None) is not None:
            bars += 1
        if not bars:
            raise LookupError(f"no history: {answer!r}")
        return bars

    def parallel() -> dict[str, int]:
        found = store.get_historical_data_parallel([symbol, "MSFT"])
        return {name: len(bars) for name, bars in found.items()}

    checks("reqHistoricalData", history)
    checks("get_historical_data_parallel", parallel)


def check_account(store, checks: Checks) -> None:
    """Cash, value and positions."""
    store.reqAccountUpdates()
    checks("get_acc_cash", store.get_acc_cash)
    checks("get_acc_value", store.get_acc_value)
    checks("get_acc_values", lambda: len(store.get_acc_values()))
    checks("get_positions", lambda: len(store.get_positions()))
    checks("get_account_summary", lambda: len(store.get_account_summary()))
    checks("get_live_orders", lambda: len(store.get_live_orders()))


def check_orders(store, checks: Checks, symbol: str) -> None:
    """An order far from the market: placed, seen, cancelled."""

    def order() -> str:
        quote = store.get_market_data_snapshot(symbol)
        price = round(float(str(quote["last"]).lstrip("CH")) * 0.98, 2)
        number = store.nextOrderId()
        store.placeOrder(number, store.resolve_symbol(symbol), IBOrder("BUY", 1, "LMT", price))
        until(store.get_live_orders, 30.0)
        store.cancelOrder(number)

        def cancelled() -> bool:
            rows = store.get_live_orders()
            return any(row.get("status") == "Cancelled" for row in rows)

        until(cancelled, 30.0)
        return f"1 at {price}, cancelled"

    checks("placeOrder, cancelOrder", order)
    checks("IBOrder", lambda: IBOrder("SELL", 3, "LMT", 10.0, "GTC").m_totalQuantity)
    checks("IBOrderState", lambda: IBOrderState("Filled", 1.0, "USD").m_status)


class Watch(bt.Strategy):
    """Sees some bars and ends the run."""

    params = (("bars", 5),)

    def __init__(self) -> None:
        self.states: list[str] = []
        self.live = 0

    def notify_data(self, data, status, *args, **kwargs):
        self.states.append(data._getstatusname(status))

    def next(self):
        self.live += self.data._laststatus == self.data.LIVE
        if self.live >= self.p.bars:
            self.env.runstop()


def check_run(store, checks: Checks, symbol: str) -> None:
    """A strategy on live data."""

    def run() -> str:
        cerebro = bt.Cerebro(stdstats=False)
        data = store.getdata(dataname=symbol, timeframe=bt.TimeFrame.Minutes)
        cerebro.resampledata(data, timeframe=bt.TimeFrame.Minutes, compression=1)
        cerebro.setbroker(store.getbroker())
        cerebro.addstrategy(Watch)
        strategy = cerebro.run()[0]
        return f"{len(strategy)} bars, {', '.join(strategy.states)}"

    checks("a live run", run)


@contextmanager
def service(options: argparse.Namespace):
    """The parameters of the store, for IBKR or for a simulator that runs meanwhile."""
    if options.live:
        oauth = bool(os.environ.get("IBKR_OAUTH_ACCESS_TOKEN"))
        yield {"use_oauth": oauth, "paper_only": not options.real_money}
        return
    # imported here: against IBKR itself the extra `sim` is not needed
    from backtrader.ibsim import Simulator
    from backtrader.ibsim.samples import sample_tapes

    with Simulator(sample_tapes(), speed=600.0, pacing=False) as simulator:
        yield {"url": simulator.rest_url, "cacert": str(simulator.certificate), "pacing": False}


def parsed(description: str | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    parser.add_argument("--symbol", default="AAPL")
    parser.add_argument("--live", action="store_true", help="use IBKR, not the simulator")
    parser.add_argument("--orders", action="store_true", help="with --live: send an order, too")
    parser.add_argument("--real-money", action="store_true", help="with --live: any account")
    parser.add_argument("--debug", action="store_true", help="show what is logged")
    return parser.parse_args()


def main() -> int:
    options = parsed(__doc__)
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.ERROR)
    checks = Checks()
    began = datetime.datetime.now()
    with service(options) as parameters:
        store = bt.stores.IBStore(**parameters)
        checks("start", lambda: store.start() or store.connected())
        if store.connected():
            check_data(store, checks, options.symbol)
            check_account(store, checks)
            if options.orders or not options.live:
                check_orders(store, checks, options.symbol)
            check_run(store, checks, options.symbol)
        store.stop()
    print(f"{len(checks.failed)} failed, {datetime.datetime.now() - began}")
    return len(checks.failed)


if __name__ == "__main__":
    sys.exit(main())
