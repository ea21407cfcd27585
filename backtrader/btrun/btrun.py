"""What the command ``btrun`` does."""

from __future__ import annotations

import argparse
import datetime as _datetime
import importlib.util
import inspect
import random
import string
import sys
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

from . import options

__all__ = ["DATAFORMATS", "TIMEFRAMES", "btrun", "getdatas", "getfunctions", "getmodclasses"]
__all__ += ["getmodfunctions", "getobjects"]
__all__ += ["loadmodule", "loadmodule2", "loadmodule3", "parse_args", "setbroker"]

bt: Any = sys.modules[__name__.partition(".")[0]]  # as users call it in their arguments

TIMEFRAMES = {"microseconds": bt.TimeFrame.MicroSeconds}
TIMEFRAMES |= {name: getattr(bt.TimeFrame, name.capitalize()) for name in options.TIMEFRAMES[1:]}
DATAFORMATS: dict[str, Any] = {
    # the feed of a live service is imported where it is asked for
    name: getattr(bt.feeds, kind)
    for name, kind in options.FORMATS.items()
    if kind != "VCData"
}


def btrun(pargs: Any = "") -> None:
    """Run what the command line asks for.

    Parameters
    ----------
    pargs : list of str
        The arguments; default those of the program.
    """
    args = parse_args(pargs)
    if args.flush:
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    cerebro = bt.Cerebro(**_cerebro_arguments(args))
    _add_datas(cerebro, args)
    _add_components(cerebro, args)
    setbroker(args, cerebro)
    for wrkwargs in args.writers or ():
        cerebro.addwriter(bt.WriterFile, **_arguments(wrkwargs))
    for function, kwargs in getfunctions(args.hooks or (), bt.Cerebro):
        function(cerebro, **kwargs)
    strategies = cerebro.run()
    if args.pranalyzer or args.ppranalyzer:
        _print_analyzers(strategies[0], pretty=args.ppranalyzer)
    if args.plot:
        cerebro.plot(**({} if args.plot is True else _arguments(args.plot)))


def _cerebro_arguments(args: argparse.Namespace) -> dict[str, Any]:
    kwargs = _arguments(args.cerebro)
    if args.nostdstats:
        kwargs["stdstats"] = False
    return kwargs


def _arguments(text: str | None) -> dict[str, Any]:
    """The keyword arguments of a command line: ``a=1,b='x'``, in which `bt` is backtrader."""
    if not text:
        return {}
    try:
        result: dict[str, Any] = eval(f"dict({text})", {"bt": bt})
    except Exception as error:
        sys.exit(f"btrun: {text!r} is no list of arguments like a=1,b='x': {error}")
    return result


def _add_datas(cerebro: Any, args: argparse.Namespace) -> None:
    target = args.resample or args.replay
    add: Callable[..., Any] = cerebro.adddata
    kwargs: dict[str, Any] = {}
    if target:
        add = cerebro.resampledata if args.resample else cerebro.replaydata
        timeframe, _, compression = target.partition(":")
        if timeframe.lower() not in TIMEFRAMES:
            sys.exit(f"btrun: {target!r}: the timeframe is one of {', '.join(options.TIMEFRAMES)}")
        kwargs = {
            "timeframe": TIMEFRAMES[timeframe.lower()],
            "compression": int(compression or 1),
        }
    for data in getdatas(args):
        add(data, **kwargs)


def _add_components(cerebro: Any, args: argparse.Namespace) -> None:
    for signal, kwargs, kind in getobjects(
        args.signals or (), bt.Indicator, bt.signals, issignal=True
    ):
        cerebro.add_signal(_signal_type(kind), signal, **kwargs)
    parts = (
        (args.strategies, bt.Strategy, bt.strategies, cerebro.addstrategy),
        (args.indicators, bt.Indicator, bt.indicators, cerebro.addindicator),
        (args.observers, bt.Observer, bt.observers, cerebro.addobserver),
        (args.analyzers, bt.Analyzer, bt.analyzers, cerebro.addanalyzer),
    )
    for named, base, module, add in parts:
        for cls, kwargs in getobjects(named or (), base, module):
            add(cls, **kwargs)


def _signal_type(kind: str) -> int:
    name = f"SIGNAL_{kind.upper()}"
    if not hasattr(bt.signal, name):
        known = [each[7:].lower() for each in dir(bt.signal) if each.startswith("SIGNAL_")]
        sys.exit(f"btrun: there is no signal {kind!r}, but {', '.join(known)}")
    value: int = getattr(bt.signal, name)
    return value


def _print_analyzers(strategy: Any, pretty: bool) -> None:
    print("====================")
    print("== Analyzers")
    print("====================")
    for name, analyzer in strategy.analyzers.getitems():
        if pretty:
            print("##########", name, "##########", sep="\n")
            analyzer.pprint()
        else:
            analyzer.print()


def setbroker(args: argparse.Namespace, cerebro: Any) -> None:
    """Set cash, commission and slippage of the broker of `cerebro` as `args` say."""
    broker = cerebro.getbroker()
    if args.cash is not None:
        broker.setcash(args.cash)
    scheme = {
        name: getattr(args, name)
        for name in ("commission", "margin", "mult", "interest")
        if getattr(args, name) is not None
    }
    if args.interest_long:
        scheme["interest_long"] = True
    if scheme:
        broker.setcommission(**scheme)
    slippage = {
        "slip_open": args.slip_open,
        "slip_match": not args.no_slip_match,
        "slip_out": args.slip_out,
    }
    if args.slip_perc is not None:
        broker.set_slippage_perc(args.slip_perc, **slippage)
    elif args.slip_fixed is not None:
        broker.set_slippage_fixed(args.slip_fixed, **slippage)


def getdatas(args: argparse.Namespace) -> list[Any]:
    """Return the feeds for the files that `args` name."""
    kwargs: dict[str, Any] = {
        "timeframe": TIMEFRAMES[args.timeframe],
        "compression": args.compression,
    }
    for name in ("fromdate", "todate"):
        if getattr(args, name):
            kwargs[name] = _moment(getattr(args, name))
    # Compat: yahoocsv_unreversed is yahoocsv, tests/parity/test_btrun.py
    cls = getattr(bt.feeds, options.FORMATS[args.format])
    return [cls(dataname=dataname, **kwargs) for dataname in args.data]


def _moment(text: str) -> _datetime.datetime:
    form = "%Y-%m-%dT%H:%M:%S" if "T" in text else "%Y-%m-%d"
    try:
        return _datetime.datetime.strptime(text, form)
    except ValueError:
        sys.exit(f"btrun: {text!r} is no moment in the form YYYY-MM-DD[THH:MM:SS]")


def getmodclasses(mod: Any, clstype: type, clsname: str | None = None) -> list[type]:
    """Return the classes in a module that derive from `clstype`: that called `clsname`, or all."""
    if clsname is not None:
        found = getattr(mod, clsname, None)
        return [found] if inspect.isclass(found) and issubclass(found, clstype) else []
    return [
        cls
        for _, cls in inspect.getmembers(mod, inspect.isclass)
        if issubclass(cls, clstype) and cls.__module__ == mod.__name__
    ]


def getmodfunctions(mod: Any, funcname: str | None = None) -> list[Any]:
    """Return the functions in a module or class: that called `funcname`, or all."""
    if funcname is not None:
        found = getattr(mod, funcname, None)
        return [found] if callable(found) else []
    return [function for _, function in inspect.getmembers(mod, inspect.isfunction)]


def loadmodule(modpath: str, modname: str = "") -> tuple[ModuleType | None, Exception | None]:
    """Load a Python file, ``.py`` added where it lacks; return the module, or None and what went
    wrong.

    Without `modname` the module gets a name of its own, so that no other is replaced.
    """
    if not modpath.endswith(".py"):
        modpath += ".py"
    if not modname:
        modname = "".join(random.choice(string.ascii_uppercase) for _ in range(10))
    return loadmodule3(modpath, modname)


def loadmodule3(modpath: str, modname: str) -> tuple[ModuleType | None, Exception | None]:
    """Load the file `modpath` as the module `modname`; return it, or None and what went wrong."""
    spec = importlib.util.spec_from_file_location(modname, modpath)
    if spec is None or spec.loader is None:
        return None, ImportError(f"{modpath} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        return None, error
    return module, None


loadmodule2 = loadmodule3  # there once was one for each major version of Python


def getobjects(
    iterable: Iterable[str], clsbase: type, modbase: Any, issignal: bool = False
) -> list[Any]:
    """Return the classes that texts like ``module:name:a=1`` stand for, with their arguments.

    Parameters
    ----------
    iterable
        The texts; for signals ``type+`` may come first.
    clsbase
        What the classes derive from.
    modbase
        Where those without a module are.
    issignal
        Whether to add the type of the signal as a third item.

    Ends the program with a message where there is no such class.
    """
    result: list[Any] = []
    for text in iterable:
        kind, named = "longshort", text
        if issignal and "+" in text.partition(":")[0]:
            kind, _, named = text.partition("+")
        modpath, name, kwargs = _parts(named)
        found = getmodclasses(_module(modpath, modbase), clsbase, name or None)
        if not found:
            sys.exit(f"No class {name or clsbase.__name__} / module {modpath}")
        result.append((found[0], kwargs, kind) if issignal else (found[0], kwargs))
    return result


def getfunctions(iterable: Iterable[str], modbase: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Return the functions that texts like ``module:name:a=1`` stand for, with their arguments.

    Ends the program with a message where there is no such function.
    """
    result = []
    for text in iterable:
        modpath, name, kwargs = _parts(text)
        found = getmodfunctions(_module(modpath, modbase), name or None)
        if not found:
            sys.exit(f"No function {name} / module {modpath}")
        result.append((found[0], kwargs))
    return result


def _parts(text: str) -> tuple[str, str, dict[str, Any]]:
    """The module, the name and the arguments in ``module:name:a=1``."""
    modpath, _, rest = text.partition(":")
    name, _, arguments = rest.partition(":")
    return modpath, name, _arguments(arguments)


def _module(modpath: str, modbase: Any) -> Any:
    if not modpath:
        return modbase
    module, error = loadmodule(modpath)
    if module is None:
        sys.exit(f"\nFailed to load module {modpath}: {error}")
    return module


def parse_args(pargs: Sequence[str] | str = "") -> argparse.Namespace:
    """Return the options of the arguments `pargs`, by default those of the program."""
    return options.parse(list(pargs) if pargs else None)
