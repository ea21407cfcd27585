"""Base of the indicators."""

from __future__ import annotations

from typing import Any, ClassVar

from .lineiterator import IndicatorBase, LineIterator

__all__ = ["Indicator", "LinePlotterIndicator"]


def _defining(cls: type, name: str) -> int:
    """How far down the method resolution order `name` is defined: 0 for the class itself."""
    return next(i for i, base in enumerate(cls.__mro__) if name in base.__dict__)


class Indicator(IndicatorBase):
    """Lines computed from datas.

    A subclass combines others in ``__init__``, or computes one bar in `next`, or many bars in
    `once`; `once`
    is made from `next` where only that is there.
    """

    _ltype = LineIterator.IndType
    csv = False

    _registry: ClassVar[dict[str, type]] = {}
    _batch_hooks: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("next", "once", "once_via_next"),
        ("nextstart", "oncestart", "oncestart_via_nextstart"),
        ("prenext", "preonce", "preonce_via_prenext"),
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.__name__.startswith("_") and cls.__name__ != "Indicator":
            Indicator._registry[cls.__name__] = cls
        if _defining(cls, "next") >= _defining(cls, "once"):
            return
        # whoever wrote the latest word on single bars means it for batches as well
        for step, batch, via in cls._batch_hooks:
            if _defining(cls, step) < _defining(cls, batch) or step == "nextstart":
                setattr(cls, batch, getattr(cls, via))

    def advance(self, size: int = 1) -> None:
        """Move on by `size` bars; a no-op for lines that share the clock of their data."""
        if len(self) < len(self._clock):
            self.lines.advance(size)

    def preonce_via_prenext(self, start: int, end: int) -> None:
        """Compute the bars `start` to `end` (excluded) with `prenext`."""
        self._step_through(self.prenext, start, end)

    def oncestart_via_nextstart(self, start: int, end: int) -> None:
        """Compute the bars `start` to `end` (excluded) with `nextstart`."""
        self._step_through(self.nextstart, start, end)

    def once_via_next(self, start: int, end: int) -> None:
        """Compute the bars `start` to `end` (excluded) with `next`."""
        self._step_through(self.next, start, end)

    def _step_through(self, step: Any, start: int, end: int) -> None:
        """Call `step` with all clocks of this indicator's datas at each of the bars."""
        cursors = {id(x._cursor): x._cursor for x in (self, *self.datas)}.values()
        before = [cursor.idx for cursor in cursors]
        try:
            for index in range(start, end):
                for cursor in cursors:
                    cursor.idx = index
                step()
        finally:
            for cursor, index in zip(cursors, before, strict=True):
                cursor.idx = index


class LinePlotterIndicator(Indicator):
    """Shows a line that belongs to something else in the plot.

    Parameters
    ----------
    line : LineSingle
        The line; its owner becomes the indicator's.
    name : str
        What to call the line.
    """

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        name = kwargs.pop("name")
        args, kwargs = super()._prepare(obj, args, kwargs)
        lines = cls.lines._derive(f"{cls.__name__}_{name}", (name,), 0, ())
        obj.lines = obj.l = lines._made(obj.data._cursor, obj, False, obj.data.lines.lines[:1])
        obj._line0 = obj.lines[0]
        return args, kwargs

    def _once(self) -> None:
        # its line is computed by what it belongs to
        pass
