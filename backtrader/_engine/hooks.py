"""Which callbacks have to be made at all: found before the loop, so that the others cost
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..analyzer import Analyzer, TimeFrameAnalyzerBase
from ..strategy import Strategy

Hook = Callable[[], Any]

PHASES = ("prenext", "nextstart", "next")


def overridden(obj: Any, base: type, name: str) -> bool:
    """Whether the class of `obj`, or `obj` itself, has its own `name` in place of that of
    `base`.
    """
    return name in vars(obj) or getattr(type(obj), name) is not getattr(base, name)


def strategy_hook(strategy: Any, phase: str) -> Hook | None:
    """The method to call in `phase`; None where it does nothing."""
    if overridden(strategy, Strategy, phase):
        hook: Hook = getattr(strategy, phase)
        return hook
    # the default nextstart calls next, the default prenext does nothing
    return strategy_hook(strategy, "next") if phase == "nextstart" else None


def analyzer_hooks(analyzer: Any, phase: str) -> list[Hook]:
    """The methods of an analyzer and its children that do something in `phase`, in the order of the
    calls.
    """
    if phase == "next" and isinstance(analyzer, TimeFrameAnalyzerBase):
        base: type = TimeFrameAnalyzerBase
    else:
        base = Analyzer
    if overridden(analyzer, base, f"_{phase}"):
        return [getattr(analyzer, f"_{phase}")]
    hooks = [hook for child in analyzer._children for hook in analyzer_hooks(child, phase)]
    if base is TimeFrameAnalyzerBase:
        hooks.append(_period_hook(analyzer))
    # the defaults of prenext and nextstart call next
    for name in dict.fromkeys((phase, "next")):
        if overridden(analyzer, Analyzer, name):
            hooks.append(getattr(analyzer, name))
            break
    return hooks


def _period_hook(analyzer: TimeFrameAnalyzerBase) -> Hook:
    """What an analyzer by periods does on each bar before its own `next`."""
    times, cursor = analyzer._times, analyzer._times._cursor
    another, told = analyzer._dt_over, analyzer.on_dt_over

    def look() -> None:
        if times.array[cursor.idx] >= analyzer._horizon and another():
            told()

    return look


def news_hooks(strategy: Any, name: str) -> list[Callable[..., Any]]:
    """The methods of a strategy and its analyzers that are told of orders or of trades."""
    own = [getattr(strategy, name)] if overridden(strategy, Strategy, name) else []
    return own + [hook for analyzer in strategy._all_analyzers() for hook in _told(analyzer, name)]


def account_hooks(strategy: Any) -> list[tuple[Callable[..., Any], bool]]:
    """The methods told of the account on each bar, each with whether it takes the fund's numbers
    too.
    """
    hooks: list[tuple[Callable[..., Any], bool]] = []
    for name, fund in (("notify_cashvalue", False), ("notify_fund", True)):
        if overridden(strategy, Strategy, name):
            hooks.append((getattr(strategy, name), fund))
    for analyzer in strategy._all_analyzers():
        for name, fund in (("notify_cashvalue", False), ("notify_fund", True)):
            hooks.extend((hook, fund) for hook in _told(analyzer, name))
    return hooks


def _told(analyzer: Any, name: str) -> list[Callable[..., Any]]:
    if overridden(analyzer, Analyzer, f"_{name}"):
        return [getattr(analyzer, f"_{name}")]
    hooks = [hook for child in analyzer._children for hook in _told(child, name)]
    if overridden(analyzer, Analyzer, name):
        hooks.append(getattr(analyzer, name))
    return hooks


def observer_hooks(strategy: Any, phase: str) -> tuple[list[Hook], list[Hook]]:
    """The methods of the observers to call on each bar, and on bars with news of orders or
    trades.
    """
    always: list[Hook] = []
    sparse: list[Hook] = []
    for observer in strategy.getobservers():
        for analyzer in observer._analyzers:
            always.extend(analyzer_hooks(analyzer, phase))
        hook = getattr(observer, phase)
        if getattr(observer, "_sparse", False) and not overridden(observer, type(observer), phase):
            sparse.append(hook)
        else:
            always.append(hook)
    return always, sparse
