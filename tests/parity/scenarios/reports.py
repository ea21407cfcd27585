"""All analyzers, all observers and the output of writers, each in the same settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import backtrader as bt

from ..modes import COMMON
from .registry import Make, family, scenario
from .setting import Crossing, feed, setting

FRAMES = bt.TimeFrame


class Trading(Crossing):
    """Crosses on the first data and rides every other data for some bars."""

    params = (("fast", 3), ("slow", 8), ("short", True), ("size", 7), ("cash", 0.0))

    def next(self) -> None:
        super().next()
        if self.p.cash and len(self) in (20, 50):
            self.broker.add_cash(self.p.cash if len(self) == 20 else -self.p.cash / 2)
        for number, data in enumerate(self.datas[1:], 2):
            if not len(self) % (5 * number):
                self.buy(data, size=number)
            elif not len(self) % (7 * number):
                self.close(data)


class Holding(bt.Strategy):
    """Buys once and holds."""

    def next(self) -> None:
        if not self.position:
            self.buy(size=20)


Set = Callable[[Make], bt.Cerebro]


def trading(*names: str, **kwargs: Any) -> Set:
    """Return a setting with a strategy that trades these series, and pays commission."""
    strategy = kwargs.pop("strategy", Trading)
    terms = kwargs.pop("terms", {})

    def build(make: Make) -> bt.Cerebro:
        cerebro = setting(make, *names, **kwargs)
        cerebro.broker.setcommission(commission=0.002)
        cerebro.addstrategy(strategy, **terms)
        return cerebro

    return build


def fund(*names: str, **terms: Any) -> Set:
    """Return such a setting, with the broker in fund mode."""

    def build(make: Make) -> bt.Cerebro:
        cerebro = trading(*names, terms=terms)(make)
        cerebro.broker.set_fundmode(True, 50.0)
        return cerebro

    return build


def futures(make: Make) -> bt.Cerebro:
    """Return a setting in which futures are traded on margin."""
    cerebro = setting(make)
    cerebro.broker.setcommission(commission=2.0, margin=500.0, mult=10.0)
    cerebro.addstrategy(Trading, size=2)
    return cerebro


def resampled(make: Make) -> bt.Cerebro:
    """Return a setting with half hours made of five minutes."""
    cerebro = make(stdstats=False)
    cerebro.resampledata(
        feed("five_minutes"), timeframe=FRAMES.Minutes, compression=30, name="half hours"
    )
    cerebro.addstrategy(Trading, slow=5)
    return cerebro


def replayed(make: Make) -> bt.Cerebro:
    """Return a setting with weeks that grow day by day."""
    cerebro = make(stdstats=False)
    cerebro.replaydata(feed("day"), timeframe=FRAMES.Weeks, name="weeks")
    cerebro.addstrategy(Trading)
    return cerebro


def cheating(make: Make) -> bt.Cerebro:
    """Return a setting in which orders are matched at the close of their own bar."""
    cerebro = trading("day")(make)
    cerebro.broker.set_coc(True)
    return cerebro


def two_strategies(make: Make) -> bt.Cerebro:
    """Return a setting with two strategies on one account."""
    cerebro = trading("day", "day_b")(make)
    cerebro.addstrategy(Holding)
    return cerebro


SETTINGS: dict[str, tuple[Set]] = {
    "day": (trading("day"),),
    "week": (trading("week"),),
    "minutes": (trading("five_minutes"),),
    "short_series": (trading("short"),),
    "too_short_series": (trading("short", terms={"slow": 20}),),
    "one_bar": (trading("one", strategy=Holding),),
    "holes": (trading("holes"),),
    "constant": (trading("constant"),),
    "rise": (trading("rise", terms={"short": False}),),
    "fall": (trading("fall", terms={"short": False}),),
    "gappy": (trading("gappy"),),
    "penny": (trading("penny", terms={"size": 1000}),),
    "no_trades": (trading("day", strategy=bt.Strategy),),
    "holding": (trading("day", strategy=Holding),),
    "several_datas": (trading("day", "day_b", "day_c"),),
    "datas_that_do_not_line_up": (trading("day", "holes", "late"),),
    "data_that_ends_early": (trading("day", "early_end"),),
    "days_and_weeks": (trading("day", "week"),),
    "minutes_and_days": (trading("five_minutes", "day"),),
    "fund_mode": (fund("day"),),
    "fund_mode_with_cash_flows": (fund("day", cash=3000.0),),
    "fund_mode_several_datas": (fund("day", "holes"),),
    "cash_flows": (trading("day", terms={"cash": 3000.0}),),
    "futures": (futures,),
    "resampled": (resampled,),
    "replayed": (replayed,),
    "cheat_on_close": (cheating,),
    "oldsync": (trading("day", oldsync=True),),
    "two_strategies": (two_strategies,),
    "trade_history": (trading("day", tradehistory=True),),
}
FEW = ("day", "several_datas", "fund_mode_with_cash_flows")


def _without(*names: str) -> dict[str, tuple[Set]]:
    return {name: value for name, value in SETTINGS.items() if name not in names}


def _pick(*names: str) -> dict[str, tuple[Set]]:
    return {name: SETTINGS[name] for name in names}


PERIODS = {
    "of_years": {"timeframe": FRAMES.Years},
    "of_months": {"timeframe": FRAMES.Months},
    "of_weeks": {"timeframe": FRAMES.Weeks},
    "of_days": {"timeframe": FRAMES.Days},
    "of_bars": {},
    "of_all": {"timeframe": FRAMES.NoTimeFrame},
}
BY_PERIOD = ("TimeReturn", "LogReturnsRolling", "TimeDrawDown", "Returns", "VWR", "Calmar")
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "annual": ("AnnualReturn", {}),
    "drawdown": ("DrawDown", {}),
    "drawdown_of_value": ("DrawDown", {"fund": False}),
    "leverage": ("GrossLeverage", {}),
    "leverage_of_fund": ("GrossLeverage", {"fund": True}),
    "stats_of_weeks": ("PeriodStats", {"timeframe": FRAMES.Weeks}),
    "stats_zero_is_positive": ("PeriodStats", {"timeframe": FRAMES.Months, "zeroispos": True}),
    "positions": ("PositionsValue", {}),
    "positions_with_cash": ("PositionsValue", {"headers": True, "cash": True}),
    "pyfolio": ("PyFolio", {}),
    "sharpe": ("SharpeRatio", {}),
    "sharpe_of_days": ("SharpeRatio", {"timeframe": FRAMES.Days, "annualize": True}),
    "sharpe_of_weeks": ("SharpeRatio_A", {"timeframe": FRAMES.Weeks, "stddev_sample": True}),
    "sharpe_by_factor": ("SharpeRatio", {"timeframe": FRAMES.Days, "factor": 250}),
    "sharpe_of_value": ("SharpeRatio", {"timeframe": FRAMES.Weeks, "fund": False}),
    "sqn": ("SQN", {}),
    "trades": ("TradeAnalyzer", {}),
    "transactions": ("Transactions", {"headers": True}),
    "vwr_by_terms": ("VWR", {"timeframe": FRAMES.Weeks, "tau": 0.5, "sdev_max": 1.0, "tann": 50}),
}


def analyzed(cerebro: bt.Cerebro) -> bt.Cerebro:
    """Add every analyzer, those by period for several periods and for a data."""
    _analyze_account(cerebro)
    own: dict[str, Any] = {"timeframe": FRAMES.Weeks, "data": cerebro.datas[-1]}
    cerebro.addanalyzer(bt.analyzers.TimeReturn, _name="data", **own)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, _name="data_closes", firstopen=False, **own)
    cerebro.addanalyzer(bt.analyzers.LogReturnsRolling, _name="data_logs", **own)
    return cerebro


def _analyze_account(cerebro: bt.Cerebro) -> None:
    for name, (kind, terms) in OTHERS.items():
        cerebro.addanalyzer(getattr(bt.analyzers, kind), _name=name, **terms)
    for kind in BY_PERIOD:
        for name, terms in PERIODS.items():
            cerebro.addanalyzer(getattr(bt.analyzers, kind), _name=f"{kind}_{name}", **terms)


def with_stats(make: Make) -> Make:
    """Return a `make` whose Cerebro has the standard observers; AnnualReturn needs one of them."""
    return lambda **kwargs: make(**{**kwargs, "stdstats": True})


@family(COMMON, **_pick(*FEW))
def all_analyzers_in_all_modes(make: Make, build: Set) -> bt.Cerebro:
    return analyzed(build(with_stats(make)))


@family(**_without(*FEW))
def all_analyzers(make: Make, build: Set) -> bt.Cerebro:
    return analyzed(build(with_stats(make)))


OBSERVERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Benchmark", {}),
    ("Benchmark", {"timeframe": FRAMES.Weeks, "_doprenext": True, "firstopen": True}),
    ("Benchmark", {"timeframe": FRAMES.NoTimeFrame}),
    ("Broker", {}),
    ("Broker", {"fund": True}),
    ("BuySell", {}),
    ("BuySell", {"barplot": True, "bardist": 0.01}),
    ("Cash", {}),
    ("DataTrades", {"usenames": False}),
    ("DrawDown", {}),
    ("DrawDown", {"fund": True}),
    ("DrawDownLength", {}),
    ("DrawDown_Old", {}),
    ("FundShares", {}),
    ("FundValue", {}),
    ("LogReturns", {}),
    ("LogReturns", {"timeframe": FRAMES.Weeks, "compression": 2}),
    ("TimeReturn", {}),
    ("TimeReturn", {"timeframe": FRAMES.Months}),
    ("TimeReturn", {"timeframe": FRAMES.NoTimeFrame, "fund": True}),
    ("Trades", {}),
    ("Trades", {"pnlcomm": False}),
    ("Value", {}),
    ("Value", {"fund": True}),
)


def observed(cerebro: bt.Cerebro) -> bt.Cerebro:
    """Add every observer, and two of them for each data."""
    for kind, terms in OBSERVERS:
        cerebro.addobserver(getattr(bt.observers, kind), **terms)
    if len(cerebro.datas) > 1:
        cerebro.addobserver(bt.observers.LogReturns2, timeframe=FRAMES.Weeks)
        cerebro.addobserver(bt.observers.Benchmark, data=cerebro.datas[1], timeframe=FRAMES.Days)
    cerebro.addobservermulti(bt.observers.BuySell, bardist=0.02)
    cerebro.addobservermulti(bt.observers.Trades)
    return cerebro


@family(COMMON, **_pick(*FEW))
def all_observers_in_all_modes(make: Make, build: Set) -> bt.Cerebro:
    return observed(build(make))


@family(**_without(*FEW))
def all_observers(make: Make, build: Set) -> bt.Cerebro:
    return observed(build(make))


class Watched(Trading):
    """Has indicators of all sorts for the columns of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.bands = bt.indicators.BollingerBands(self.data, period=6)
        self.rsi = bt.indicators.RSI(self.data, period=5, plotname="strength")
        self.sum = self.data.high + self.data.low
        self.bands.csv = self.rsi.csv = True


def written(cerebro: bt.Cerebro) -> bt.Cerebro:
    """Add a writer that puts a table and the outline on standard output, and what they show."""
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer)
    cerebro.addanalyzer(bt.analyzers.DrawDown)
    cerebro.addanalyzer(bt.analyzers.TimeReturn, timeframe=FRAMES.Months, _name="months")
    cerebro.addanalyzer(bt.analyzers.Transactions, headers=True)
    cerebro.addanalyzer(bt.analyzers.PositionsValue)
    cerebro.addwriter(bt.WriterFile, csv=True)
    return cerebro


@family(COMMON, **_pick("day", "several_datas", "minutes"))
def written_tables_in_all_modes(make: Make, build: Set) -> bt.Cerebro:
    return written(build(with_stats(make)))


@family(**_without("day", "several_datas", "minutes"))
def written_tables(make: Make, build: Set) -> bt.Cerebro:
    return written(build(with_stats(make)))


FORMS: dict[str, tuple[dict[str, Any]]] = {
    "outline": ({},),
    "rounded": ({"rounding": 2},),
    "nan_kept": ({"csv": True, "csv_filternan": False},),
    "without_numbers": ({"csv": True, "csv_counter": False},),
    "semicolons": ({"csv": True, "csvsep": ";"},),
    "indented": ({"indent": 4, "seplen": 50},),
    "own_rules": ({"separators": ["#", "~"], "indent": 1},),
}


@family(COMMON, **FORMS)
def written_as(make: Make, terms: dict[str, Any]) -> bt.Cerebro:
    cerebro = trading("day", strategy=Watched, terms={"cash": 0.0})(with_stats(make))
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer)
    cerebro.addanalyzer(bt.analyzers.PyFolio)
    cerebro.addobserver(bt.observers.DrawDown)
    cerebro.addwriter(bt.WriterFile, **terms)
    return cerebro


@scenario(COMMON)
def written_by_default(make: Make) -> bt.Cerebro:
    return trading("day", "week", strategy=Watched, writer=True)(with_stats(make))


@scenario(COMMON)
def written_by_two_writers(make: Make) -> bt.Cerebro:
    cerebro = two_strategies(with_stats(make))
    cerebro.addwriter(bt.WriterFile, csv=True, rounding=3)
    cerebro.addwriter(bt.WriterFile)
    return cerebro


class PrintsMemory(bt.WriterStringIO):
    """Prints what it holds when it stops."""

    def stop(self) -> None:
        super().stop()
        print(self.out.read(), end="")


@scenario(COMMON)
def written_to_memory(make: Make) -> bt.Cerebro:
    cerebro = trading("day")(with_stats(make))
    cerebro.addwriter(PrintsMemory, csv=True)
    return cerebro


@scenario(COMMON)
def columns_that_are_left_out(make: Make) -> bt.Cerebro:
    cerebro = trading("day", "week", strategy=Watched)(with_stats(make))
    cerebro.datas[1].csv = False
    cerebro.addwriter(bt.WriterFile, csv=True)
    cerebro.addobserver(bt.observers.TimeReturn, timeframe=FRAMES.Weeks)
    return cerebro


class PrintsAll(bt.Analyzer):
    """Prints all others when it stops, after them."""

    def stop(self) -> None:
        for analyzer in self.strategy.analyzers:
            if analyzer is not self:
                analyzer.print()
                analyzer.pprint()


@scenario()
def analyzers_written_and_printed(make: Make) -> bt.Cerebro:
    cerebro = trading("day")(with_stats(make))
    _analyze_account(cerebro)
    cerebro.addanalyzer(PrintsAll)
    cerebro.addwriter(bt.WriterFile)
    return cerebro
