"""Observers: lines that record what happens to a strategy."""

from __future__ import annotations

from typing import Any, ClassVar

from ._core.clock import Cursor
from .lineiterator import LineIterator, ObserverBase, StrategyBase
from .lineseries import Lines

__all__ = ["Observer"]


class Observer(ObserverBase):
    """Base of the observers.

    A subclass declares lines and sets them in `next`, which is called after each bar of the
    strategy.

    Attributes
    ----------
    _stclock : bool
        Run on the clock of the strategy instead of that of the first data.
    _sparse : bool
        `next` acts on bars with news of orders or trades alone, and may be left out on all others.
    _owner : Strategy
        The strategy that is observed.
    """

    _stclock: ClassVar[bool] = False
    _sparse: ClassVar[bool] = False

    _OwnerCls = StrategyBase
    _ltype = LineIterator.ObsType

    csv = True

    plotinfo = {"plot": False, "subplot": True}

    _analyzers: list[Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        body = cls.__dict__
        if "_sparse" not in body and any(name in body for name in ("prenext", "nextstart", "next")):
            # what this class does on quiet bars is not known
            cls._sparse = False

    @classmethod
    def _make_lines(cls, obj: Any) -> Lines:
        return cls.lines._made(Cursor(), obj, True)  # type: ignore[no-any-return]

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        obj._analyzers = []
        args, kwargs = super()._prepare(obj, args, kwargs)
        if cls._stclock:
            obj._clock = obj._owner
        return args, kwargs

    def _register_analyzer(self, analyzer: Any) -> None:
        """Step `analyzer` just before this observer."""
        self._analyzers.append(analyzer)

    def _start(self) -> None:
        self.start()

    def start(self) -> None:
        """Called when the run is about to begin."""

    def prenext(self) -> None:
        """Called for each bar before the minimum period is reached; calls `next`."""
        self.next()

    def _clk_update(self) -> int:
        """Move on where the clock has; return its length."""
        length = len(self._clock)
        if length != len(self):
            self.forward()
        return length

    def _share_clock(self, cursor: Cursor, size: int) -> None:
        """Read all lines through `cursor`, with room for `size` bars: something else moves them
        then."""
        lines = self.lines
        self._cursor = lines._cursor = cursor
        for line in lines:
            if line._cursor is not cursor:
                line._join(cursor)
            line._allocate(size)
