"""Writers: put what a run consisted of, and what came out, into text."""

from __future__ import annotations

import io
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ._core.tally import Tally
from .metabase import ParamsBase

__all__ = ["WriterBase", "WriterFile", "WriterStringIO"]


class WriterBase(ParamsBase):
    """Base of the writers."""


class WriterFile(WriterBase):
    """Write to a file or stream: a table with a row for each bar, where asked for, and at the end
    an outline of the run.

    Parameters
    ----------
    out : stream, str or path-like
        Where to write; default standard output. A name stands for a file to be made.
    close_out : bool
        Close the stream at the end. A file that the writer itself opened is closed in any case.
    csv : bool
        Write the table.
    csvsep : str
        What separates its columns.
    csv_filternan : bool
        Write nothing for NaN.
    csv_counter : bool
        Begin with a column that numbers the rows.
    indent : int
        Spaces for each level of the outline.
    separators : list of str
        Characters of the rules between parts of the outline, one for each level, then from the
        beginning again.
    seplen : int
        Where rules end.
    rounding : int
        Decimals of the numbers in the outline; default all there are.
    """

    params = {
        "out": None,
        "close_out": False,
        "csv": False,
        "csvsep": ",",
        "csv_filternan": True,
        "csv_counter": True,
        "indent": 2,
        "separators": ["=", "-", "+", "*", ".", "~", '"', "^", "#"],
        "seplen": 79,
        "rounding": None,
    }

    out: Any

    def __init__(self) -> None:
        self._len = Tally(1)
        self.headers: list[Any] = []
        self.values: list[Any] = []

    def _start_output(self) -> None:
        """Find or open what is written to, and note in `close_out` whether to close it."""
        out = self.p.out
        if isinstance(out, (str, os.PathLike)):
            self.out = open(out, "w")  # noqa: SIM115  (closed by stop)
            self.close_out = True
            return
        self.out = sys.stdout if out is None else out
        self.close_out = False if out is None else self.p.close_out

    def start(self) -> None:
        """Get ready, and write the head of the table."""
        self._start_output()
        if self.p.csv:
            self.writelineseparator()
            self.writeiterable(self.headers, counter="Id")

    def stop(self) -> None:
        """Close the output, where that is this writer's business."""
        if self.close_out:
            self.out.close()

    def next(self) -> None:
        """Write the values collected for the bar, as a row of the table."""
        if self.p.csv:
            self.writeiterable(self.values, func=str, counter=next(self._len))
            self.values = []

    def addheaders(self, headers: Iterable[Any]) -> None:
        """Add names of columns."""
        if self.p.csv:
            self.headers.extend(headers)

    def addvalues(self, values: Iterable[Any]) -> None:
        """Add values to the row of the current bar."""
        if not self.p.csv:
            return
        if self.p.csv_filternan:
            values = ("" if value != value else value for value in values)
        self.values.extend(values)

    def writeiterable(
        self, iterable: Iterable[Any], func: Callable[[Any], str] | None = None, counter: Any = ""
    ) -> None:
        """Write a row: `counter`, where rows are numbered, and the items, each turned into a text
        by `func`."""
        items = iterable if func is None else map(func, iterable)
        if self.p.csv_counter:
            items = itertools.chain((str(counter),), items)
        self.writeline(self.p.csvsep.join(items))

    def writeline(self, line: str) -> None:
        """Write a line."""
        self.out.write(line + "\n")

    def writelines(self, lines: Iterable[str]) -> None:
        """Write lines."""
        for line in lines:
            self.writeline(line)

    def writelineseparator(self, level: int = 0) -> None:
        """Write the rule of a level of the outline."""
        params = self.p
        margin = level * params.indent
        rule = params.separators[level % len(params.separators)]
        self.writeline(" " * margin + rule * (params.seplen - margin))

    def writedict(self, dct: Mapping[Any, Any], level: int = 0, recurse: bool = False) -> None:
        """Write a dictionary, and those in it, as an outline that begins at `level`.

        Parameters
        ----------
        dct
            What to write.
        level
            How far to indent it.
        recurse
            Whether it is part of another one: its lines begin with a dash, and it is that one which
            has the rule.
        """
        if not recurse:
            self.writelineseparator(level)
        head = " " * (level * self.p.indent) + ("- " if recurse else "")
        for key, value in dct.items():
            if not isinstance(value, Mapping):
                self.writeline(f"{head}{key}: {self._text(value)}")
                continue
            if recurse:
                self.writelineseparator(level)
            self.writeline(f"{head}{key}:")
            self.writedict(value, level=level + 1, recurse=True)

    def _text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, type):
            return value.__name__
        if isinstance(value, float):
            rounding = self.p.rounding
            return str(value if rounding is None else round(value, rounding))
        if isinstance(value, Iterable):
            return ", ".join(map(str, value))
        return str(value)


class WriterStringIO(WriterFile):
    """Write to memory: after the run the text can be read from `out`.

    Parameters
    ----------
    out : callable
        Makes the stream.
    """

    params = (("out", io.StringIO),)

    def _start_output(self) -> None:
        self.out = self.p.out()
        self.close_out = self.p.close_out

    def stop(self) -> None:
        """Go back to the beginning of the text."""
        super().stop()
        if not self.close_out:
            self.out.seek(0)
