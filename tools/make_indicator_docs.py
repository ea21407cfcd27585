"""Write docs/indicators.rst from the docstrings of the indicators.

With ``--check`` nothing is written: the exit code is 1 where the file is not what it would be.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import sys
from pathlib import Path
from typing import Any

from backtrader import indicators, studies
from backtrader.indicators import contrib
from backtrader.linebuffer import LineActions
from backtrader.lineiterator import LineIterator

TARGET = Path(__file__).resolve().parents[1] / "docs" / "indicators.rst"
HEAD = """Indicators
==========

Made by ``tools/make_indicator_docs.py`` from the docstrings: do not edit. Each is found as
``bt.indicators.NAME`` (also ``bt.ind.NAME``), under its name and its aliases.
"""


def modules() -> list[Any]:
    """Return the modules that define indicators, in the order of their names."""
    found = []
    for package in (indicators, contrib, studies):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            name = info.name.rpartition(".")[2]
            if not name.startswith("_") and not info.ispkg:
                found.append(importlib.import_module(info.name))
    return sorted({id(module): module for module in found}.values(), key=lambda it: it.__name__)


def classes(module: Any) -> list[type]:
    """Return the classes that `module` defines, as they are written in it."""
    found = {
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and issubclass(kind, (LineIterator, LineActions))
        and kind.__module__ == module.__name__
        and not kind.__name__.startswith("_")
        and not any(kind.__name__ in _names(base) for base in kind.__mro__[1:])
    }
    # what is derived by a helper has no line of its own: it comes last, by name
    return sorted(found, key=lambda kind: (_line(kind), kind.__name__))


def _line(kind: type) -> int:
    try:
        return inspect.getsourcelines(kind)[1]
    except (OSError, TypeError):
        return sys.maxsize


def _names(kind: Any) -> list[str]:
    aliases = vars(kind).get("alias", ())
    names = [alias if isinstance(alias, str) else alias[0] for alias in aliases]
    return [name for name in names if name != kind.__name__]


def _default(value: Any) -> str:
    return value.__name__ if inspect.isclass(value) or inspect.isfunction(value) else repr(value)


def section(kind: Any) -> str:
    """Return the text on one class."""
    parts = [kind.__name__, "~" * len(kind.__name__), ""]
    if aliases := _names(kind):
        parts += [f"Also: {', '.join(f'``{name}``' for name in aliases)}", ""]
    if hasattr(kind, "params"):
        pairs = dict(kind.params._getpairs())
        if pairs:
            given = ", ".join(f"{name}={_default(value)}" for name, value in pairs.items())
            parts += [f"``{kind.__name__}({given})``", ""]
    parts.append(_as_rst(inspect.getdoc(kind) or ""))
    return "\n".join(parts).rstrip() + "\n"


def _as_rst(text: str) -> str:
    """Headings of a docstring as bold words: sections belong to the page."""
    lines = text.splitlines()
    result: list[str] = []
    for line in lines:
        if line and set(line) == {"-"} and result:
            result[-1] = f"**{result[-1]}**"
            result.append("")
        else:
            result.append(line)
    return "\n".join(result).replace("`", "``").replace("````", "``")


def document() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for module in modules():
        kinds = classes(module)
        if not kinds:
            continue
        name = module.__name__.removeprefix("backtrader.")
        parts += [f"{name}\n{'-' * len(name)}\n"]
        if module.__doc__:
            parts.append(_as_rst(inspect.cleandoc(module.__doc__)) + "\n")
        parts += [section(kind) for kind in kinds]
    return "\n".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Write or check the page, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    text = document()
    if parser.parse_args(arguments).check:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        return 0 if current == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
