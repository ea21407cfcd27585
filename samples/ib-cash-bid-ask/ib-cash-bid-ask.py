"""Bars out of bids, asks, or the middle of both, from Interactive Brokers: the parameter `what`.

Currencies have no trades to make bars of; there the quotes are the price, ``what="ASK"`` chooses
the side. The simulator has stocks alone, so the script shows the same for one of them; with
``--live`` it asks IBKR for EUR.USD.
"""

import argparse
import contextlib

import backtrader as bt


class ShowBars(bt.Strategy):
    """Print the first bars."""

    params = (("show", 5),)

    def next(self):
        if len(self) <= self.p.show:
            data = self.data
            prices = (data.open[0], data.high[0], data.low[0], data.close[0])
            moment = data.datetime.datetime(0)
            print(f"{len(self)} {moment}", " ".join(f"{price:.4f}" for price in prices))

    def stop(self):
        print(f"Bars: {'some' if len(self) else 'none'}")


def main(args=None):
    args = parse_args(args)
    with contextlib.ExitStack() as stack:
        if args.live:
            name, terms = args.data or "EUR.USD-CASH-IDEALPRO", {"port": 7497}
        else:
            # needs "backtrader[sim]", which --live does not
            from backtrader.ibsim import Simulator
            from backtrader.ibsim.samples import sample_tapes

            simulator = stack.enter_context(Simulator(sample_tapes()))
            name = args.data or "AAPL-STK-SMART-USD"
            # a busy machine may take its time to answer
            terms = {"url": simulator.rest_url, "cacert": str(simulator.certificate), "timeout": 20}
        store = bt.stores.IBStore(**terms)
        cerebro = bt.Cerebro(stdstats=False)
        cerebro.adddata(
            store.getdata(
                dataname=name,
                what=args.what,
                historical=True,
                timeframe=bt.TimeFrame.Minutes,
                compression=1,
            )
        )
        cerebro.addstrategy(ShowBars)
        cerebro.run()


def parse_args(args):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--live", action="store_true", help="connect to IBKR rather than to the simulator")
    add("--data", help="contract")
    add("--what", choices=("TRADES", "BID", "ASK", "MIDPOINT"), default="ASK", help="the price")
    return parser.parse_args(args)


if __name__ == "__main__":
    main()
