"""The table of scenarios and the decorator that fills it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import backtrader as bt

from ..modes import BATCH_AND_STEP


class Make(Protocol):
    """What makes the Cerebro of a scenario, with the arguments of the mode added."""

    def __call__(self, **kwargs: Any) -> bt.Cerebro:
        """Return a new Cerebro."""


Build = Callable[..., bt.Cerebro]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing to run: how to build its Cerebro, and in which modes."""

    name: str
    build: Callable[[Make], bt.Cerebro]
    modes: tuple[str, ...]
    needs: tuple[str, ...] = ()


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    modes: tuple[str, ...] = BATCH_AND_STEP, needs: tuple[str, ...] = ()
) -> Callable[[Build], Build]:
    """Register the decorated function under its own name.

    Parameters
    ----------
    modes : names of the modes to run it in.
    needs : packages that it cannot do without.
    """

    def register(build: Build) -> Build:
        add(build.__name__, build, modes, needs)
        return build

    return register


def family(
    modes: tuple[str, ...] = BATCH_AND_STEP, **cases: tuple[Any, ...]
) -> Callable[[Build], Build]:
    """Register the decorated function once a case, which gives the rest of its arguments."""

    def register(build: Build) -> Build:
        for case, arguments in cases.items():
            add(f"{build.__name__}_{case}", functools.partial(_called, build, arguments), modes)
        return build

    return register


def _called(build: Build, arguments: tuple[Any, ...], make: Make) -> bt.Cerebro:
    return build(make, *arguments)


def add(
    name: str,
    build: Callable[[Make], bt.Cerebro],
    modes: tuple[str, ...],
    needs: tuple[str, ...] = (),
) -> None:
    """Register a scenario; a name is taken once."""
    if name in SCENARIOS:
        raise ValueError(f"scenario {name!r} is there already")
    SCENARIOS[name] = Scenario(name, build, modes, needs)
