"""The options of the command line."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import Any

# name on the command line -> name of the feed's class
FORMATS = {
    "btcsv": "BacktraderCSVData",
    "vchartcsv": "VChartCSVData",
    "vcfile": "VChartFile",
    "sierracsv": "SierraChartCSVData",
    "mt4csv": "MT4CSVData",
    "yahoocsv": "YahooFinanceCSVData",
    "yahoocsv_unreversed": "YahooFinanceCSVData",
    "yahoo": "YahooFinanceData",
    "vcdata": "VCData",
}
TIMEFRAMES = ("microseconds", "seconds", "minutes", "days", "weeks", "months", "years")
_MOMENT = "in the form YYYY-MM-DD[THH:MM:SS]"


def _component(kind: str, module: str, form: str = "module:name:kwargs") -> str:
    """The help on an option that names a component."""
    return textwrap.dedent(
        f"""\
        Add a {kind}, as {form}; may be given several times.
          mymod:MyClass:a=1,b=2   the class MyClass of mymod.py, with parameters
          mymod or mymod::a=1     the first {kind} that is in mymod.py
          :MyClass:a=1            one of backtrader.{module}
        The values of the parameters are Python expressions; bt is backtrader."""
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(
        prog=None,
        description="Run strategies over data files",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    _add_data(result)
    _add_components(result)
    _add_broker(result)
    result.add_argument(
        "--flush", action="store_true", help="flush the output; of use on some consoles of Windows"
    )
    result.add_argument(
        "--plot",
        "-p",
        nargs="?",
        metavar="kwargs",
        default=False,
        const=True,
        help='plot at the end, with arguments as in --plot style="candle"',
    )
    return result


def _add_data(result: argparse.ArgumentParser) -> None:
    group = result.add_argument_group("Data options")
    group.add_argument(
        "--data", "-d", action="append", required=True, help="file to read; may be repeated"
    )
    cerebro = result.add_argument_group("Cerebro options")
    cerebro.add_argument(
        "--cerebro",
        "-cer",
        metavar="kwargs",
        nargs="?",
        default="",
        const="",
        help="parameters of Cerebro, as in preload=True,exactbars=1",
    )
    cerebro.add_argument(
        "--nostdstats", action="store_true", help="leave the standard observers out"
    )
    cerebro.add_argument(
        "--format",
        "--csvformat",
        "-c",
        default="btcsv",
        choices=list(FORMATS),
        help="what --data is",
    )
    cerebro.add_argument("--fromdate", "-f", help=f"first moment, {_MOMENT}")
    cerebro.add_argument("--todate", "-t", help=f"last moment, {_MOMENT}")
    cerebro.add_argument(
        "--timeframe", "-tf", default="days", choices=TIMEFRAMES, help="unit of the bars read"
    )
    cerebro.add_argument("--compression", "-cp", type=int, default=1, help="units in a bar")
    either = result.add_mutually_exclusive_group()
    either.add_argument("--resample", "-rs", help="resample to timeframe:compression")
    either.add_argument("--replay", "-rp", help="replay to timeframe:compression")
    either.add_argument(
        "--hook",
        dest="hooks",
        action="append",
        metavar="module:hookfunction:kwargs",
        help=textwrap.dedent(
            """\
            Call a function with Cerebro and the arguments; may be given several times.
              mymod:myhook:a=1,b=2         myhook(cerebro, a=1, b=2) of mymod.py
              mymod or mymod::a=1          the first function in mymod.py
              :addtz:tz='America/Chicago'  a method of Cerebro"""
        ),
    )


def _add_components(result: argparse.ArgumentParser) -> None:
    form = "module:name:kwargs"
    options = (
        ("Strategy options", "--strategy", "-st", "strategies", "strategy", "strategies"),
        ("Observers and statistics", "--observer", "-ob", "observers", "observer", "observers"),
        ("Analyzers", "--analyzer", "-an", "analyzers", "analyzer", "analyzers"),
        ("Indicators", "--indicator", "-ind", "indicators", "indicator", "indicators"),
    )
    for title, option, short, target, kind, module in options:
        result.add_argument_group(title).add_argument(
            option, short, dest=target, action="append", metavar=form, help=_component(kind, module)
        )
    result.add_argument_group("Signals").add_argument(
        "--signal",
        "-sig",
        dest="signals",
        action="append",
        metavar="module:signaltype:name:kwargs",
        help=_component("signal", "signals", "[type+]module:name:kwargs")
        + "\nThe type is longshort (default), long, longexit, longexit_any, short ...",
    )
    result.add_argument_group("Writers").add_argument(
        "--writer",
        "-wr",
        dest="writers",
        action="append",
        nargs="?",
        const="",
        metavar="kwargs",
        help="add a WriterFile with these parameters; may be given several times",
    )
    either = result.add_mutually_exclusive_group()
    either.add_argument(
        "--pranalyzer", "-pralyzer", action="store_true", help="print the analyzers"
    )
    either.add_argument(
        "--ppranalyzer", "-ppralyzer", action="store_true", help="print the analyzers, indented"
    )


def _add_broker(result: argparse.ArgumentParser) -> None:
    group = result.add_argument_group("Cash and Commission Scheme Args")
    number: dict[str, Any] = {"type": float, "default": None}
    group.add_argument("--cash", "-cash", help="cash at the start", **number)
    group.add_argument("--commission", "-comm", help="commission of an execution", **number)
    group.add_argument("--margin", "-marg", help="margin of a future", **number)
    group.add_argument("--mult", "-mul", help="multiplier of a future", **number)
    group.add_argument(
        "--interest", help="yearly interest on shorts, 0.01 is one percent", **number
    )
    group.add_argument(
        "--interest_long", action="store_true", default=None, help="charge it on longs, too"
    )
    group.add_argument("--slip_perc", help="slippage as a part of the price", **number)
    group.add_argument("--slip_fixed", help="slippage as an amount", **number)
    group.add_argument("--slip_open", action="store_true", help="let opening prices slip, too")
    group.add_argument(
        "--no-slip_match", action="store_true", help="do not bring prices back into the bar"
    )
    group.add_argument("--slip_out", action="store_true", help="match prices outside of the bar")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of a command line; those of the program itself for None."""
    return parser().parse_args(arguments)
