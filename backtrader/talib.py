"""The functions of TA-Lib as indicators: ``backtrader.talib.SMA(data, timeperiod=20)`` and so on.

There is a class for every function that the installed TA-Lib has, under its name, with the
parameters and outputs of the function as parameters and lines. A function that reads several prices
takes them as separate lines in TA-Lib's order, for example
``CDLDOJI(data.open, data.high, data.low, data.close)``.

TA-Lib is looked for when a function is first asked for: ``pip install TA-Lib`` brings it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .errors import MissingDependencyError, ParameterError
from .indicator import Indicator
from .linebuffer import _operand

# how TA-Lib describes functions and their outputs
FUNC_FLAGS_SAMESCALE = 16777216
FUNC_FLAGS_UNSTABLE = 134217728
FUNC_FLAGS_CANDLESTICK = 268435456
OUT_FLAGS_LINE = 1
OUT_FLAGS_DOTTED = 2
OUT_FLAGS_DASH = 4
OUT_FLAGS_HISTO = 16
OUT_FLAGS_UPPER = 2048
OUT_FLAGS_LOWER = 4096

_SAME_SCALE = "Output scale same as input"
_UNSTABLE = "Function has an unstable period"
_CANDLE = "Output is a candlestick"
_UPPER = "Values represent an upper limit"
_LOWER = "Values represent a lower limit"

# what the words for an output mean to the plot
_STYLES: dict[str, dict[str, str]] = {
    "Line": {"ls": "-"},
    "Dotted Line": {"ls": ":"},
    "Dashed Line": {"ls": "--"},
    "Histogram": {"_method": "bar"},
}

# need all bars from the start, though TA-Lib does not call them unstable
_FROM_START = {"SAR"}


class _TALibIndicator(Indicator):
    """Base of the classes made from TA-Lib's functions.

    Notes
    -----
    Bar by bar a function is given as many bars as it says that it looks back, or all where it says
    that it never forgets. Some functions look further back than they say, MACD and OBV among them:
    their values then differ from those of a batch, which has all bars.
    """

    CANDLEOVER: ClassVar[float] = 1.02  # marks go 2 percent above
    CANDLEREF: ClassVar[int] = 1  # what they go above: the high

    _name: ClassVar[str] = ""
    _inputs: ClassVar[tuple[str, ...]] = ()
    _iscandle: ClassVar[bool] = False
    _unstable: ClassVar[bool] = False

    @classmethod
    def _subclass(cls, name: str) -> type[_TALibIndicator]:
        """Return the class for the function `name`."""
        info = _library().abstract.Function(name).info
        flags = info["function_flags"] or ()
        candle = _CANDLE in flags
        lines = tuple(info["output_names"])
        shown = _candle_plot(name, lines[0]) if candle else _line_plot(info["output_flags"])
        body = {
            "__module__": __name__,
            "__doc__": _documentation(info),
            "params": tuple(info["parameters"].items()),
            "lines": (*lines, "_candleplot") if candle else lines,
            "plotinfo": {
                "subplot": not (candle or _SAME_SCALE in flags),
                "plotlinelabels": candle,
            },
            "plotlines": shown,
            "_name": name,
            "_inputs": _input_names(info),
            "_iscandle": candle,
            "_unstable": _UNSTABLE in flags,
        }
        return type(cls)(name, (cls,), body)  # type: ignore[return-value]

    def __init__(self) -> None:
        super().__init__()
        needed = self._inputs
        if len(self.datas) != len(needed):
            raise ParameterError(
                f"{self._name}: takes {len(needed)} lines ({', '.join(needed)}),"
                f" it was given {len(self.datas)}"
            )
        library = _library()
        self._function = getattr(library, self._name)
        self._arguments = dict(self.p._getkwargs())
        described = library.abstract.Function(self._name)
        described.parameters = self._arguments
        self._lookback = described.lookback + 1
        self._from_start = self._unstable or self._name in _FROM_START
        self.updateminperiod(self._lookback)
        for line in self.lines:
            line.updateminperiod(self._lookback)
        self._sources = [data.lines[0] for data in self.datas]

    def _outputs(self, inputs: list[Any]) -> list[Any]:
        """Return the arrays that the function gives for the arrays `inputs`."""
        outputs = self._function(*inputs, **self._arguments)
        found = list(outputs) if isinstance(outputs, tuple) else [outputs]
        if self._iscandle:
            found.append(self.CANDLEOVER * inputs[self.CANDLEREF] * (found[0] / 100.0))
        return found

    def next(self) -> None:
        size = len(self) if self._from_start else self._lookback
        outputs = self._outputs([np.array(line.get(size=size)) for line in self._sources])
        for line, values in zip(self.lines, outputs, strict=True):
            line[0] = float(values[-1])

    def oncestart(self, start: int, end: int) -> None:
        """Leave it to `once`, which does all bars at a time."""

    def once(self, start: int, end: int) -> None:
        outputs = self._outputs([_operand(line, 0, end).copy() for line in self._sources])
        for line, values in zip(self.lines, outputs, strict=True):
            line._values[:end] = values


def _library() -> Any:
    try:
        import talib
        import talib.abstract
    except ImportError as error:
        raise MissingDependencyError("backtrader.talib", "TA-Lib") from error
    return talib


def _function_names() -> list[str]:
    """The names of all functions; none without TA-Lib, so that looking around does no harm."""
    try:
        return list(_library().get_functions())
    except MissingDependencyError:
        return []


def _input_names(info: Any) -> tuple[str, ...]:
    names: list[str] = []
    for name, prices in info["input_names"].items():
        names.extend(prices if isinstance(prices, (list, tuple)) else [name])
    return tuple(names)


def _line_plot(output_flags: Any) -> dict[str, dict[str, Any]]:
    """The plot styles of the outputs: those between two limits share the upper one's colour."""
    shown: dict[str, dict[str, Any]] = {}
    within = False
    for name, flags in output_flags.items():
        style: dict[str, Any] = {}
        for flag in flags:
            style.update(_STYLES.get(flag, {}))
        if within or _LOWER in flags:
            style["_samecolor"] = True
        within = (within or _UPPER in flags) and _LOWER not in flags
        shown[name] = style
    return shown


def _candle_plot(name: str, line: str) -> dict[str, dict[str, Any]]:
    mark = {"_name": name, "ls": "", "marker": "d", "markersize": "7.0", "fillstyle": "full"}
    return {line: {"_plotskip": True}, "_candleplot": mark}


def _documentation(info: Any) -> str:
    """What TA-Lib tells of a function, in the form that all indicators have."""
    parameters = [f"    {name} : default {value}" for name, value in info["parameters"].items()]
    return "\n".join(
        [
            f"{info['display_name']}, computed by TA-Lib ({info['group']}).",
            "",
            f"    Takes the lines {', '.join(_input_names(info))}.",
            "",
            *(["    Parameters", "    ----------", *parameters, ""] if parameters else []),
            "    Lines",
            "    -----",
            *(f"    {name}" for name in info["output_names"]),
            "",
            "    Source",
            "    ------",
            "    https://ta-lib.org/functions",
            "    ",
        ]
    )


def __getattr__(name: str) -> Any:
    if name == "__all__":
        functions = _function_names()
        return [*functions, "MA_Type", "_TALibIndicator"] if functions else functions
    if name == "MA_Type":
        value: Any = _library().MA_Type
    elif name.isupper() and not name.startswith("_"):
        if name not in _library().get_functions():
            raise AttributeError(f"TA-Lib has no function {name!r}")
        value = _TALibIndicator._subclass(name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_function_names()})
