"""Cases of the simulated broker, made up of parts: kind x series x side, validity, groups, cheats,
slippage, fillers, commissions, sizers, trades, signals, timers and history, in each run mode.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import backtrader as bt

from . import bars
from .broker_acts import (
    WAYS,
    Act,
    Acting,
    ActingAtOpen,
    Signalled,
    Telling,
    aiming,
    bracketing,
    grouped,
    moving,
    ordering,
    paying,
    sized,
    switching,
)
from .journal import Journal, run
from .modes import BATCH_AND_STEP, MODES
from .scenarios.setting import feed

Order = bt.Order
Prepare = Callable[[Any], None]
SHORT_SESSION = {"sessionend": dt.time(11, 0)}
KINDS = ("Market", "Close", "Limit", "Stop", "StopLimit", "StopTrail", "StopTrailLimit")


def case(
    mode: str,
    act: Act | None = None,
    *,
    series: tuple[str, ...] = ("day",),
    kind: type[bt.Strategy] = Acting,
    prepare: Prepare | None = None,
    cerebro_terms: dict[str, Any] | None = None,
    **terms: Any,
) -> list[str]:
    """Run one case in a mode and return its journal.

    Parameters
    ----------
    mode : name of the run mode.
    act : what the strategy does on a bar.
    series : names of the feeds.
    kind : class of the strategy; `terms` are its further parameters.
    prepare : what is done with Cerebro before the run.
    cerebro_terms : further parameters of Cerebro.
    """
    cerebro = bt.Cerebro(stdstats=False, **{**MODES[mode], **(cerebro_terms or {})})
    for name in series:
        cerebro.adddata(feed(name, **(SHORT_SESSION if name == "five_minutes" else {})))
    if prepare is not None:
        prepare(cerebro)
    journal = Journal()
    if act is not None:
        terms["act"] = act
    if issubclass(kind, bt.SignalStrategy):
        cerebro.signal_strategy(kind, journal=journal, **terms)
    else:
        cerebro.addstrategy(kind, journal=journal, **terms)
    return run(cerebro, journal)


# parts of the account


def broker(method: str, *args: Any, **kwargs: Any) -> Prepare:
    """Return a preparation: a call of the broker."""
    return lambda cerebro: getattr(cerebro.broker, method)(*args, **kwargs)


def both(*preparations: Prepare) -> Prepare:
    """Return preparations one after the other."""

    def prepare(cerebro: Any) -> None:
        for each in preparations:
            each(cerebro)

    return prepare


class ByTheUnit(bt.CommInfoBase):
    """A scheme of the user's: by the unit, with a minimum; what is held costs nothing."""

    params = (("commission", 0.03), ("least", 1.0))

    def _getcommission(self, size: float, price: float, pseudoexec: bool) -> float:
        return max(self.p.least, abs(size) * self.p.commission)


class DearShorts(bt.CommInfoBase):
    """A scheme of the user's: interest for shorts by the day, of its own reckoning."""

    params = (("commission", 0.001), ("interest", 0.1))

    def _get_credit_interest(
        self, data: Any, size: float, price: float, days: int, dt0: Any, dt1: Any
    ) -> float:
        return days * 0.01 * abs(size) if size < 0 else 0.0


SCHEMES: dict[str, Prepare] = {
    "fraction": broker("setcommission", commission=0.002),
    "percent": lambda c: c.broker.addcommissioninfo(
        bt.CommInfoBase(commission=0.2, stocklike=True)
    ),
    "by_unit": broker("setcommission", commission=0.05, commtype=bt.CommInfoBase.COMM_FIXED),
    "stock_by_unit": broker(
        "setcommission", commission=0.5, commtype=bt.CommInfoBase.COMM_FIXED, stocklike=True
    ),
    "margin": broker("setcommission", commission=2.0, margin=80.0, mult=5.0),
    "margin_in_percent": broker(
        "setcommission",
        commission=0.001,
        margin=80.0,
        mult=2.0,
        commtype=bt.CommInfoBase.COMM_PERC,
    ),
    "automargin": broker("setcommission", commission=1.0, margin=1.0, automargin=-1, mult=3.0),
    "automargin_share": broker("setcommission", commission=1.0, automargin=0.4, stocklike=False),
    "leverage": broker("setcommission", commission=0.001, leverage=4.0),
    "margin_and_leverage": broker("setcommission", commission=1.0, margin=60.0, leverage=2.0),
    "interest": broker("setcommission", interest=0.2),
    "interest_for_all": broker("setcommission", interest=0.2, interest_long=True),
    "by_name": broker("setcommission", commission=0.01, name="day"),
    "of_another": broker("setcommission", commission=0.01, name="day_b"),
    "of_the_user": lambda c: c.broker.addcommissioninfo(ByTheUnit()),
    "of_the_user_on_shorts": lambda c: c.broker.addcommissioninfo(DearShorts()),
    "commission_info": lambda c: c.broker.addcommissioninfo(
        bt.comminfo.CommissionInfo(commission=0.003)
    ),
}
FILLERS: dict[str, Callable[[], Any]] = {
    "fixed": lambda: bt.fillers.FixedSize(size=2),
    "volume": lambda: bt.fillers.FixedBarPerc(perc=0.05),
    "points": lambda: bt.fillers.BarPointPerc(minmov=0.05, perc=0.4),
    "user": lambda: lambda order, price, ago: min(3, abs(order.executed.remsize)),
}
SLIPS: tuple[dict[str, bool], ...] = (
    {},
    {"slip_limit": True},
    {"slip_match": True},
    {"slip_match": True, "slip_out": True},
)
SWITCHES: dict[str, tuple[str, tuple[Any, ...]]] = {
    "close_cheated": ("set_coc", (True,)),
    "unchecked": ("set_checksubmit", (False,)),
    "session_ends": ("set_eosbar", (True,)),
    "shorts_bind_cash": ("set_shortcash", (False,)),
    "interest_apart": ("set_int2pnl", (False,)),
    "fund": ("set_fundmode", (True,)),
    "fund_from": ("set_fundmode", (True, 10.0)),
    "fund_value": ("set_fundstartval", (7.0,)),
}
SIZERS: dict[str, tuple[type[bt.Sizer], dict[str, Any]]] = {
    "fixed": (bt.sizers.FixedSize, {"stake": 3}),
    "tranches": (bt.sizers.FixedSize, {"stake": 9, "tranches": 2}),
    "reverser": (bt.sizers.FixedReverser, {"stake": 4}),
    "target": (bt.sizers.FixedSizeTarget, {"stake": 5}),
    "percent": (bt.sizers.PercentSizer, {"percents": 15}),
    "percent_whole": (bt.sizers.PercentSizerInt, {"percents": 33.3}),
    "all_in": (bt.sizers.AllInSizer, {}),
    "all_in_whole": (bt.sizers.AllInSizerInt, {}),
}
SIGNALS: dict[str, tuple[int, ...]] = {
    "longshort": (bt.SIGNAL_LONGSHORT,),
    "long": (bt.SIGNAL_LONG,),
    "long_inverse": (bt.SIGNAL_LONG_INV,),
    "long_any": (bt.SIGNAL_LONG_ANY,),
    "short": (bt.SIGNAL_SHORT,),
    "short_inverse": (bt.SIGNAL_SHORT_INV,),
    "short_any": (bt.SIGNAL_SHORT_ANY,),
    "long_and_exit": (bt.SIGNAL_LONG, bt.SIGNAL_LONGEXIT),
    "long_and_exit_inverse": (bt.SIGNAL_LONG, bt.SIGNAL_LONGEXIT_INV),
    "long_and_exit_any": (bt.SIGNAL_LONG, bt.SIGNAL_LONGEXIT_ANY),
    "short_and_exit": (bt.SIGNAL_SHORT, bt.SIGNAL_SHORTEXIT),
    "short_and_exit_any": (bt.SIGNAL_SHORT, bt.SIGNAL_SHORTEXIT_ANY),
}
AT_TEN = dt.time(10, 0)
TIMERS: dict[str, dict[str, Any]] = {
    "start": {"when": bt.timer.SESSION_START},
    "end": {"when": bt.timer.SESSION_END},
    "time": {"when": AT_TEN},
    "offset": {"when": AT_TEN, "offset": dt.timedelta(minutes=12)},
    "repeated": {"when": AT_TEN, "repeat": dt.timedelta(minutes=25)},
    "weekdays": {"when": AT_TEN, "weekdays": [1, 3]},
    "monthdays": {"when": AT_TEN, "monthdays": [4, 5]},
    "allowed": {"when": AT_TEN, "allow": lambda day: day.day != 4},
    "cheating": {"when": AT_TEN, "cheat": True},
}
TIMERS_BY_DAY: dict[str, dict[str, Any]] = {
    "weekdays": {"weekdays": [2, 5]},
    "weekcarry": {"weekdays": [6], "weekcarry": True},
    "weekcarry_over_holes": {"weekdays": [1], "weekcarry": True},
    "monthdays": {"monthdays": [1, 15], "monthcarry": False},
    "monthcarry": {"monthdays": [1, 15]},
    "both": {"monthdays": [10, 20], "weekdays": [1, 2, 3]},
}
VALIDITIES: dict[str, Any] = {
    "date": lambda s: s.data.datetime.date(0) + dt.timedelta(days=4),
    "moment": lambda s: s.data.datetime.datetime(0) + dt.timedelta(days=1),
    "number": lambda s: s.data.datetime[0] + 2.5,
    "days": dt.timedelta(days=5),
    "day": Order.DAY,
    "zero": 0,
}


class Turning(bt.Indicator):
    """Signal with the sign of the last move of a slow mean."""

    lines = ("signal",)
    params = (("period", 6),)

    def __init__(self) -> None:
        mean = bt.indicators.SMA(self.data, period=self.p.period)
        self.lines.signal = mean - mean(-2)


# the table


def _orders() -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in KINDS:
        for name in ("day", "gappy", "constant"):
            for way in WAYS:
                act = ordering(kind, ways=(way,))
                yield f"{kind}_{name}_{way}", {"act": act, "series": (name,)}
        yield f"{kind}_minutes", {"act": ordering(kind), "series": ("five_minutes",)}
        yield f"{kind}_two_feeds", {"act": ordering(kind), "series": ("day", "holes")}
    for kind in ("Limit", "Stop", "StopLimit", "StopTrail"):
        for name, valid in VALIDITIES.items():
            series = ("five_minutes",) if name in ("day", "zero") else ("day",)
            yield f"valid_{kind}_{name}", {"act": ordering(kind, valid=valid), "series": series}
    yield (
        "valid_minutes",
        {
            "act": ordering("Limit", "Stop", valid=dt.timedelta(minutes=20)),
            "series": ("five_minutes",),
        },
    )
    yield "moved", {"act": moving}


def _groups() -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in ("Market", "Limit", "StopLimit"):
        for late in (False, True):
            yield f"oco_{kind}_{'late' if late else 'at_once'}", {"act": grouped(kind, late)}
    for way in WAYS:
        for entry in ("Market", "Limit", "Stop"):
            for part in ("whole", "no_stop", "no_limit", "bare", "trailing", "for_days"):
                yield f"bracket_{way}_{entry}_{part}", {"act": bracketing(way, entry, part)}


def _matching() -> Iterator[tuple[str, dict[str, Any]]]:
    everything = ordering(*KINDS, step=2)
    for way, amount in (("perc", 0.01), ("fixed", 0.4)):
        for number, (opens, how) in enumerate(itertools.product((True, False), SLIPS)):
            slips = {"slip_open": opens, "slip_limit": False, "slip_match": False, **how}
            for name in ("day", "gappy"):
                yield (
                    f"slip_{way}_{number}_{name}",
                    {
                        "act": everything,
                        "prepare": broker(f"set_slippage_{way}", amount, **slips),
                        "series": (name,),
                    },
                )
    for name, make in FILLERS.items():
        for kinds in (("Market", "Close"), ("Limit", "Stop"), ("StopLimit", "StopTrail")):
            act = ordering(*kinds, size=11)
            prepare = functools.partial(_fill, make)
            yield f"fill_{name}_{kinds[0]}", {"act": act, "prepare": prepare}


def _fill(make: Callable[[], Any], cerebro: Any) -> None:
    cerebro.broker.set_filler(make())


def _accounts() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, prepare in SCHEMES.items():
        for size in (5, 60):
            yield f"scheme_{name}_{size}", {"act": switching(size), "prepare": prepare}
    everything = ordering(*KINDS, step=2)
    for name, (method, args) in SWITCHES.items():
        prepare = both(broker(method, *args), SCHEMES["interest"])
        terms: dict[str, Any] = {"prepare": prepare, "kind": Telling}
        yield f"switch_{name}", {"act": everything, **terms}
        yield (
            f"switch_{name}_minutes",
            {
                "act": everything,
                "series": ("five_minutes",),
                **terms,
            },
        )
    yield "paying", {"act": paying, "kind": Telling}
    yield (
        "paying_a_fund",
        {
            "act": paying,
            "kind": Telling,
            "prepare": broker("set_fundmode", True, 50.0),
        },
    )
    yield "poor", {"act": everything, "prepare": broker("setcash", 350.0)}
    yield "two_feeds", {"act": everything, "series": ("day", "holes")}


def _running() -> Iterator[tuple[str, dict[str, Any]]]:
    everything = ordering(*KINDS, step=2)
    quick = {"quicknotify": True}
    yield "quicknotify", {"act": everything, "cerebro_terms": quick}
    yield (
        "quicknotify_bracket",
        {
            "act": bracketing("buy", "Market", "whole"),
            "cerebro_terms": quick,
        },
    )
    for name, coo in (("open", True), ("open_of_next", False)):
        terms = {"cheat_on_open": True, "broker_coo": coo}
        yield f"cheat_{name}", {"act": everything, "kind": ActingAtOpen, "cerebro_terms": terms}
        yield (
            f"cheat_{name}_bracket",
            {
                "act": bracketing("sell", "Market", "whole"),
                "kind": ActingAtOpen,
                "cerebro_terms": terms,
            },
        )
    for method, targets in (
        ("order_target_size", (5, -3, 0, 8)),
        ("order_target_value", (2000.0, -1500.0, 0.0, 700.0)),
        ("order_target_percent", (0.3, -0.2, 0.0, 0.9)),
    ):
        yield method, {"act": aiming(method, targets)}
    for name, (sizer, terms) in SIZERS.items():
        prepare = functools.partial(bt.Cerebro.addsizer, sizercls=sizer, **terms)
        yield f"sizer_{name}", {"act": sized, "prepare": prepare}


def _trades() -> Iterator[tuple[str, dict[str, Any]]]:
    history = {"tradehistory": True}
    yield "trade_history", {"act": switching(4), "cerebro_terms": history}
    numbered = ordering("Market", "Limit", tradeid=lambda s: len(s) % 4)
    yield "trade_ids", {"act": numbered}
    yield "trade_ids_with_history", {"act": numbered, "cerebro_terms": history}
    rows = [
        (bars.FIRST_DAY + dt.timedelta(days=7 * week), (4, -7, 2, 9, -8)[week % 5], 100.0 + week)
        for week in range(1, 20)
    ]
    for told in (True, False):
        prepare = functools.partial(bt.Cerebro.add_order_history, orders=rows, notify=told)
        yield f"order_history_{'told' if told else 'silent'}", {"prepare": prepare}


def _drivers() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, kinds in SIGNALS.items():
        for more in (False, True):
            prepare = functools.partial(_add_signals, kinds, more)
            yield f"signal_{name}{'_more' * more}", {"kind": Signalled, "prepare": prepare}
    for name, asked in TIMERS.items():
        made = functools.partial(_set_timer, asked)
        yield f"timer_{name}", {"made": made, "series": ("five_minutes",)}
    for name, asked in TIMERS_BY_DAY.items():
        made = functools.partial(_set_timer, {"when": bt.timer.SESSION_START, **asked})
        yield f"timer_by_day_{name}", {"made": made, "series": ("holes",)}


def _add_signals(kinds: tuple[int, ...], more: bool, cerebro: Any) -> None:
    for number, kind in enumerate(kinds):
        cerebro.add_signal(kind, Turning, period=4 + 3 * number)
    cerebro.signal_accumulate(more)
    cerebro.signal_concurrent(more)


def _set_timer(asked: dict[str, Any], strategy: Any) -> None:
    strategy.add_timer(**asked)


def _all() -> Iterator[tuple[str, Callable[[], list[str]]]]:
    for part in (_orders, _groups, _matching, _accounts, _running, _trades, _drivers):
        for name, terms in part():
            for mode in BATCH_AND_STEP:
                yield f"broker_{name}@{mode}", functools.partial(case, mode, **terms)


BROKER_CASES = dict(_all())
