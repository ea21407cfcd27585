"""Objects that are stepped through a clock: base of indicators, observers and strategies.

A line iterator takes its datas (objects with lines) as leading arguments, runs on the clock of the
first of them and
owns the indicators made while it is set up. It is evaluated bar by bar (`_next`) or over all bars
(`_once`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

from ._core import owner as _owners
from ._core.clock import Cursor
from .errors import ParameterError
from .linebuffer import NAN, LineActions, LineBuffer, LineNum
from .lineroot import LineRoot, LineSingle
from .lineseries import Lines, LineSeries, LineSeriesMaker
from .utils import DotDict

__all__ = ["DataAccessor", "IndicatorBase", "LineCoupler", "LineIterator", "LinesCoupler"]
__all__ += ["MultiCoupler", "ObserverBase", "SingleCoupler", "StrategyBase"]


class LineIterator(LineSeries):
    """An object with lines, with datas to compute them from, and with indicators of its own."""

    _nextforce = False  # set by what cannot be computed in a batch
    _mindatas = 1
    _ltype = LineSeries.IndType

    plotinfo = {
        "plot": True,
        "subplot": True,
        "plotname": "",
        "plotskip": False,
        "plotabove": False,
        "plotlinelabels": False,
        "plotlinevalues": True,
        "plotvaluetags": True,
        "plotymargin": 0.0,
        "plotyhlines": [],
        "plotyticks": [],
        "plothlines": [],
        "plotforce": False,
        "plotmaster": None,
    }

    datas: list[Any]
    data: Any
    _clock: Any
    _lineiterators: dict[int, list[Any]]

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        obj._owner = _owners.nearest(cls._owner_class(), excluding=(obj,))
        obj._lineiterators = defaultdict(list)
        datas, args = _split_datas(args, cls._mindatas)
        obj.datas = datas or cls._default_datas(obj)
        obj.ddatas = dict.fromkeys(obj.datas)
        obj._clock = obj.datas[0] if obj.datas else obj._owner
        args, kwargs = super()._prepare(obj, args, kwargs)
        for index, data in enumerate(obj.datas):
            obj.__dict__[f"data{index}"] = data
        if obj.datas:
            obj.data = obj.datas[0]
        obj.dnames = DotDict(
            [(data._name, data) for data in obj.datas if getattr(data, "_name", "")]
        )
        cls._prepare_periods(obj)
        return args, kwargs

    @classmethod
    def _default_datas(cls, obj: Any) -> list[Any]:
        """Datas for an object that was given none: those of its owner."""
        return []

    @classmethod
    def _make_lines(cls, obj: Any) -> Lines:
        cursor = obj._clock._cursor if obj._clock is not None else Cursor()
        return cls.lines._made(cursor, obj, False)

    @classmethod
    def _prepare_periods(cls, obj: Any) -> None:
        """Nothing can be computed before all datas have values."""
        obj._minperiod = max((data._minperiod for data in obj.datas), default=obj._minperiod)
        for line in obj.lines:
            line.addminperiod(obj._minperiod)

    @classmethod
    def _complete(cls, obj: Any) -> None:
        obj._minperiod = max((line._minperiod for line in obj.lines), default=obj._minperiod)
        obj._periodrecalc()
        super()._complete(obj)
        if obj._owner is not None:
            obj._owner.addindicator(obj)

    def _periodrecalc(self) -> None:
        """Allow for own indicators that no line is bound to."""
        indicators = self._lineiterators[LineIterator.IndType]
        self.updateminperiod(max((x._minperiod for x in indicators), default=self._minperiod))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("data") and "datas" in self.__dict__:
            found = self._data_shortcut(name)
            if found is not None:
                self.__dict__[name] = found
                return found
        return super().__getattr__(name)

    def _data_shortcut(self, name: str) -> Any:
        """The line that a name such as ``data_close``, ``data1_high`` or ``data0_0`` stands for, or
        None.
        """
        head, _, line = name.partition("_")
        number = head[4:] or "0"
        if not line or not number.isdigit() or int(number) >= len(self.datas):
            return None
        lines = self.datas[int(number)].lines
        if line.isdigit():
            return lines[int(line)] if int(line) < lines.fullsize() else None
        return getattr(lines, line) if line in lines.getlinealiases() else None

    def _stage1(self) -> None:
        super()._stage1()
        for data in self.datas:
            data._stage1()
        for items in self._lineiterators.values():
            for item in items:
                item._stage1()

    def _stage2(self) -> None:
        super()._stage2()
        for data in self.datas:
            data._stage2()
        for items in self._lineiterators.values():
            for item in items:
                item._stage2()

    def getindicators(self) -> list[Any]:
        """Return the indicators and operations that this object owns."""
        return self._lineiterators[LineIterator.IndType]

    def getindicators_lines(self) -> list[Any]:
        """Return the owned indicators that have named lines."""
        return [x for x in self.getindicators() if hasattr(x.lines, "getlinealiases")]

    def getobservers(self) -> list[Any]:
        """Return the observers that this object owns."""
        return self._lineiterators[LineIterator.ObsType]

    def addindicator(self, indicator: Any) -> None:
        """Take `indicator` (or an observer or operation) over, to be evaluated with this object."""
        self._lineiterators[indicator._ltype].append(indicator)
        if indicator._nextforce:
            top: Any = self
            while top is not None and top._ltype != LineIterator.StratType:
                top = top._owner
            if top is not None:
                top.cerebro._disable_runonce()

    def bindlines(self, owner: Any = None, own: Any = None) -> LineIterator:
        """Hand on the values of own lines (`own`: names or numbers) to lines of the owner
        (`owner`).
        """
        targets = _selection(owner)
        sources = _selection(own) or targets
        for target, source in zip(targets, sources, strict=False):
            line = _line_of(self._owner, target)
            _line_of(self, source).addbinding(line)
        return self

    bind2lines = bindlines
    bind2line = bind2lines

    def qbuffer(self, savemem: int = 0) -> None:
        """Let the buffers of the lines, and of all that they are computed from, drop old values."""
        if savemem:
            for line in self.lines:
                line.qbuffer()
        for item in self._lineiterators[self.IndType]:
            item.qbuffer(savemem=1)
        for data in self.datas:
            data.minbuffer(self._minperiod)

    # evaluation

    def _notify(self) -> None:
        """Deliver what is waiting to be told; nothing here."""

    def _addnotification(self, *args: Any, **kwargs: Any) -> None:
        """Accept something to be told; nothing here."""

    def _plotinit(self) -> None:
        """Prepare for plotting; nothing here."""

    def _clk_update(self) -> int:
        """Bring the lines up to the clock; return its length."""
        cursor = self._cursor
        missing = cursor.idx + 1 - len(self.lines.lines[0].array) if self.lines.lines else 0
        if missing > 0:
            for line in self.lines.lines:
                line._append(NAN, missing)
        return cursor.idx + 1 + cursor.trimmed

    def _next(self) -> None:
        """Evaluate the current bar: own indicators first."""
        length = self._clk_update()
        for indicator in self._lineiterators[LineIterator.IndType]:
            indicator._next()
        self._notify()
        if length > self._minperiod:
            self.next()
        elif length == self._minperiod:
            self.nextstart()
        elif length:
            self.prenext()

    def _once(self) -> None:
        """Evaluate all bars in a batch: own indicators first."""
        size = self._cursor.buflen()
        derived = self._ltype == LineIterator.IndType
        passive = derived and not self._computes()
        for line in self.lines.lines:
            line._derived, line._passive = derived, passive
            if not line._is_shared():
                line._allocate(size)
        for indicator in self._lineiterators[LineIterator.IndType]:
            indicator._once()
        first = self._minperiod
        self.preonce(0, min(first - 1, size))
        if first <= size:
            self.oncestart(first - 1, first)
            self.once(first, size)
        for line in self.lines.lines:
            if line.bindings:
                line.oncebinding()

    @classmethod
    def _computes(cls) -> bool:
        """Whether the class computes anything itself in a batch: its lines are not all bound."""
        return any(
            getattr(cls, name) is not getattr(LineRoot, name)
            for name in ("preonce", "oncestart", "once")
        )


def _split_datas(args: tuple[Any, ...], mindatas: int) -> tuple[list[Any], tuple[Any, ...]]:
    """The datas among the leading arguments, and the arguments after them.

    A number where a data is still due stands for a line of that value.
    """
    datas: list[Any] = []
    for index, arg in enumerate(args):
        if isinstance(arg, LineRoot):
            datas.append(LineSeriesMaker(arg))
        elif len(datas) < mindatas and isinstance(arg, (int, float)):
            datas.append(LineSeriesMaker(LineNum(arg)))
        else:
            return datas, args[index:]
    return datas, ()


def _selection(chosen: Any) -> list[Any]:
    if chosen is None:
        return [0]
    return [chosen] if isinstance(chosen, (int, str)) else list(chosen)


def _line_of(series: Any, name: Any) -> Any:
    return getattr(series.lines, name) if isinstance(name, str) else series.lines[name]


class DataAccessor(LineIterator):
    """Names for the indices of the lines of a data."""

    PriceClose: ClassVar[int] = 0
    PriceLow: ClassVar[int] = 1
    PriceHigh: ClassVar[int] = 2
    PriceOpen: ClassVar[int] = 3
    PriceVolume: ClassVar[int] = 4
    PriceOpenInterest: ClassVar[int] = 5
    PriceDateTime: ClassVar[int] = 6

    @classmethod
    def _owner_datas(cls, obj: Any) -> list[Any]:
        return obj._owner.datas[: cls._mindatas] if obj._owner is not None else []


class IndicatorBase(DataAccessor):
    """Base of the indicators: an object without datas takes those of its owner."""

    @classmethod
    def _default_datas(cls, obj: Any) -> list[Any]:
        datas = cls._owner_datas(obj)
        if not datas:
            raise ParameterError(f"{cls.__name__}: no data to compute it from")
        return datas


class ObserverBase(DataAccessor):
    """Base of the observers: an object without datas takes those of its owner."""

    @classmethod
    def _default_datas(cls, obj: Any) -> list[Any]:
        return cls._owner_datas(obj)


class StrategyBase(DataAccessor):
    """Base of the strategies."""


class SingleCoupler(LineActions):
    """A line brought onto another clock: at each of its bars the latest value of the line.

    Parameters
    ----------
    cdata : LineSingle
        The line.
    clock : LineRoot, optional
        Whose clock to run on; default the owner's.
    """

    _nextforce = True  # a batch has no order between the bars of two clocks

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        clock = args[1] if len(args) > 1 else kwargs.get("clock")
        args, kwargs = super()._prepare(obj, args, kwargs)
        obj._clock = obj._owner if clock is None else clock
        obj._cursor.lines.pop()  # leave the clock of the line itself
        obj._join(obj._clock._cursor)
        return args, kwargs

    def __init__(self, cdata: Any, clock: Any = None) -> None:
        self.cdata = cdata
        self.dlen = 0
        self.val = NAN

    def next(self) -> None:
        if len(self.cdata) > self.dlen:
            self.val = self.cdata[0]
            self.dlen += 1
        self[0] = self.val


class MultiCoupler(LineIterator):
    """All lines of an object brought onto another clock."""

    _nextforce = True

    @classmethod
    def _make_lines(cls, obj: Any) -> Lines:
        return obj._coupled_lines._made(obj._coupling_clock._cursor, obj, False)

    @classmethod
    def _prepare(
        cls, obj: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        clock = kwargs.pop("_coupling_clock", None)
        obj._coupled_lines = type(args[0].lines)
        obj._coupling_clock = clock or cls._clock_of(obj, args[0])
        args, kwargs = super()._prepare(obj, args, kwargs)
        # Compat: what is counted in its bars goes to the data of a coupled indicator,
        # tests/unit/test_lines.py::test_periods_by_data
        behind = getattr(obj.data, "_clock", None)
        obj._clock = obj._coupling_clock if clock is not None or behind is None else behind
        for name in obj._coupled_lines.getlinealiases():
            obj.__dict__.setdefault(name, getattr(obj.lines, name))
        if isinstance(obj.data, LineIterator):
            # drawn as what it is made of
            obj.plotinfo, obj.plotlines = type(obj.data).plotinfo(), type(obj.data).plotlines()
        else:
            obj.plotinfo.plot = False
        return args, kwargs

    @classmethod
    def _clock_of(cls, obj: Any, coupled: Any) -> Any:
        """That of the owner; for an indicator on a feed made of another one, that of the other."""
        behind: Any = getattr(coupled, "_clock", None)
        if getattr(behind, "_clone", False):
            return behind.data
        return _owners.nearest(cls._owner_class(), excluding=(obj,))

    def plotlabel(self) -> str:
        """Return the label to plot the object under: that of what is coupled."""
        return str(self.data.plotlabel())

    def __init__(self) -> None:
        super().__init__()
        self.dlen = 0
        self.dsize = self.lines.fullsize()
        self.dvals = [NAN] * self.dsize

    def next(self) -> None:
        if len(self.data) > self.dlen:
            self.dlen += 1
            self.dvals = [line[0] for line in self.data.lines.lines]
        for line, value in zip(self.lines.lines, self.dvals, strict=True):
            line[0] = value


def LinesCoupler(cdata: Any, clock: Any = None, **kwargs: Any) -> Any:
    """Return `cdata`, a line or an object with lines, coupled to the clock of `clock` (default: the
    owner).
    """
    if isinstance(cdata, LineSingle):
        return SingleCoupler(cdata, clock=clock)
    return MultiCoupler(cdata, _coupling_clock=clock, **kwargs)


LineCoupler = LinesCoupler

LineBuffer._coupled = staticmethod(LinesCoupler)
LineSeries._coupled = staticmethod(LinesCoupler)
