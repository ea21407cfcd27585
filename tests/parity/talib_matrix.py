"""Every function of TA-Lib as an indicator: what its lines hold, and how it is to be drawn.

``python talib_matrix.py --out FILE [NAME ...]`` writes the outcomes under the interpreter that runs
it.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: the package that it is part of must be found
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "parity"

import backtrader as bt

from .encode import Plain, plain
from .indicator_matrix import rows
from .journal import Rows
from .modes import MODES

SERIES = ("trend", "gaps", "constant")
PRICES = ("open", "high", "low", "close", "volume", "openinterest")
LENGTHS = ("timeperiod", "fastperiod", "slowperiod")


class Holding(bt.Strategy):
    """Has one function, with its default parameters and with others."""

    params = (("name", ""),)

    def __init__(self) -> None:
        kind = getattr(bt.talib, self.p.name)
        self.held = [kind(*self.inputs(), **terms) for terms in ({}, self.other(kind))]

    def inputs(self) -> list[Any]:
        """Return the lines that the function reads, in its order."""
        import talib.abstract

        found: list[Any] = []
        spare = [self.data.close, self.data.open]
        for name, prices in talib.abstract.Function(self.p.name).input_names.items():
            if name == "periods":
                found.append(self.data.close * 0.0 + 4.0)
            elif isinstance(prices, (list, tuple)):
                found += [getattr(self.data, price) for price in prices]
            else:
                found.append(getattr(self.data, prices) if prices in PRICES else spare.pop(0))
        return found

    @staticmethod
    def other(kind: Any) -> dict[str, Any]:
        """Return parameters other than the defaults: longer periods, a limit that is nearer."""
        pairs = kind.params._getpairs().items()
        terms = {name: value + 2 for name, value in pairs if name in LENGTHS}
        return {**terms, **{name: 0.4 for name, _ in pairs if name == "penetration"}}

    def prenext(self) -> None:
        """Leave the bars before all are there."""


def outcome(name: str, series: str, mode: str) -> Plain:
    """Return what came of a function: minimum period, lines and looks, or the error it raised."""
    cerebro = bt.Cerebro(stdstats=False, **MODES[mode])
    cerebro.adddata(Rows(rows=rows(series)))
    cerebro.addstrategy(Holding, name=name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (strategy,) = cerebro.run()
    except Exception as error:
        return {"raises": [each.__name__ for each in type(error).__mro__], "message": str(error)}
    return {"forms": [_read(one) for one in strategy.held]}


def _read(one: Any) -> Plain:
    names = one.lines.getlinealiases()
    columns = [[float(value) for value in line.array] for line in one.lines]
    looks = {name: plain(getattr(one.plotlines, name)._getkwargs()) for name in names}
    shown = {name: getattr(one.plotinfo, name) for name in ("subplot", "plotlinelabels")}
    return {
        "period": one._minperiod,
        "lines": dict(zip(names, columns)),  # noqa: B905
        "plotinfo": plain(shown),
        "plotlines": looks,
        "params": plain(dict(one.params._getkwargs())),
    }


def functions() -> list[str]:
    """Return the names of all functions."""
    import talib

    return sorted(talib.get_functions())


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="file for the outcomes")
    parser.add_argument("names", nargs="*", help="functions; all when none is named")
    options = parser.parse_args()
    found = {
        name: {
            f"{series} {mode}": outcome(name, series, mode)
            for series in SERIES
            for mode in ("default", "runonce=False")
        }
        for name in options.names or functions()
    }
    options.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
