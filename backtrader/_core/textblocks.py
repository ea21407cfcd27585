"""Text feeds by the block: many lines are read at a time, and taken apart by columns where that is
exact.
"""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._kernels.csv import Table, split_table
from ..errors import DataError, FeedMissingError
from .bulk import Block

_CHARACTERS = (
    1 << 18
)  # a quarter of a megabyte: what is computed from it stays in the processor's cache
_CHARACTERS_PER_ROW = 64
_GZIP = b"\x1f\x8b"


def text_blocks(feed: Any, rows: int | None) -> Iterator[Block]:
    """Yield the bars of a text feed, about `rows` at a time (None: as many as read fastest).

    Parameters
    ----------
    feed
        Has an open text stream ``f``, ``separator``, ``_bars(table)``, which returns a block or
        None where it cannot read all of the table exactly, and ``_bar(fields)``, which returns the
        values of one bar, or None for a line that holds none.

    Raises
    ------
    DataError
        A line cannot be read. The bars before it have been yielded by then.
    """
    for text in _whole_lines(feed, rows * _CHARACTERS_PER_ROW if rows else _CHARACTERS):
        table = _table(text, feed.separator)
        block = None if table is None else feed._bars(table)
        if block is None:
            yield from _by_rows(feed, text)
        else:
            feed._line_number += len(block[0])
            yield block


def open_text(source: Any) -> Any:
    """Return `source`, a path or a file-like object of text or bytes, open for reading text; gzip
    is unpacked.

    Raises
    ------
    FeedMissingError
        There is no such file.
    """
    if hasattr(source, "readline"):
        is_text = isinstance(source, io.TextIOBase) or not hasattr(source, "read")
        return source if is_text or isinstance(source.read(0), str) else _decoded(source)
    try:
        opened = gzip.open if _is_gzip(source) else open
        return opened(source, "rt", encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FeedMissingError("there is no such file", path=str(source)) from error


def _is_gzip(path: Any) -> bool:
    if not os.path.isfile(path):  # a pipe gives its first bytes only once
        return False
    with open(path, "rb") as source:
        return source.read(2) == _GZIP


def _decoded(source: Any) -> io.TextIOWrapper:
    """A stream of bytes as one of text."""
    if hasattr(source, "peek") and source.peek(2)[:2] == _GZIP:
        source = gzip.GzipFile(fileobj=source)
    return io.TextIOWrapper(source, encoding="utf-8-sig")


def _whole_lines(feed: Any, size: int) -> Iterator[str]:
    """Yield text of whole lines, each with a newline at its end."""
    rest: list[str] = []
    while text := _read(feed, size):
        end = text.rfind("\n") + 1
        if end:
            yield "".join((*rest, text[:end]))
            rest = []
        rest.append(text[end:])
    last = "".join(rest)
    if last:
        yield last + "\n"
    elif not feed._line_number:
        raise feed._empty_error()


def _read(feed: Any, size: int) -> str:
    try:
        text: str = feed.f.read(size) if feed.f is not None else ""
    except UnicodeDecodeError as error:
        raise feed._decoding_error(error) from error
    return text


def decoding_error(path: str, error: UnicodeDecodeError) -> DataError:
    """Return the error that says which line of the file at `path` is not UTF-8, as far as that can
    be found.
    """
    if os.path.isfile(path):
        with open(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    line.decode()
                except UnicodeDecodeError:
                    text = line.decode(errors="backslashreplace").rstrip("\r\n")
                    return DataError(f"not UTF-8: {error.reason}", path, number, text)
    return DataError(f"not UTF-8: {error.reason}", path)


def _table(text: str, separator: str | None) -> Table | None:
    if separator is None or len(separator) != 1 or not separator.isascii():
        return None
    return split_table(text.encode(errors="surrogatepass"), separator)


def _by_rows(feed: Any, text: str) -> Iterator[Block]:
    bars: list[Any] = []
    for line in text[:-1].split("\n"):
        feed._line_number += 1
        try:
            bar = feed._bar(line.split(feed.separator))
        except (IndexError, ValueError) as error:
            if bars:
                yield _block(bars)
            raise feed._row_error(error, line) from error
        if bar is not None:
            bars.append(bar)
    if bars:
        yield _block(bars)


def _block(bars: list[Any]) -> Block:
    return list(np.array(bars, np.float64).T)


class TextLines:
    """The part of a text feed that reads single lines and says where one is wrong."""

    p: Any
    lines: Any
    f: Any = None
    separator: str | None
    _line_number = 0
    _text: str | None = None

    def _path(self) -> str:
        name = self.p.dataname
        return str(getattr(name, "name", name)) if hasattr(name, "readline") else str(name)

    def _nextline(self) -> str | None:
        """The next line; None at the end."""
        if self.f is None:
            return None
        try:
            line = self.f.readline()
        except UnicodeDecodeError as error:
            raise self._decoding_error(error) from error
        if not line:
            if not self._line_number:
                raise self._empty_error()
            return None
        self._line_number += 1
        text: str = line.rstrip("\n")
        return text

    def _getnextline(self) -> list[str] | None:
        """The fields of the next line; None at the end."""
        self._text = text = self._nextline()
        return None if text is None else text.split(self.separator)

    def _close(self) -> None:
        if self.f is not None:
            self.f.close()
            self.f = None

    def _row_error(self, error: Exception, text: str | None) -> Exception:
        """What to raise where a row led to `error`; the source is closed, for no row will be read
        after that.
        """
        self._close()
        if isinstance(error, DataError):
            return error
        reason = "too few fields" if isinstance(error, IndexError) else str(error)
        return DataError(reason, self._path(), self._line_number, text)

    def _decoding_error(self, error: UnicodeDecodeError) -> DataError:
        self._close()
        return decoding_error(self._path(), error)

    def _empty_error(self) -> DataError:
        self._close()
        return DataError("the file is empty", path=self._path())

    def _set_bar(self, values: list[float]) -> None:
        """Set the lines of the current bar, `values` in their order."""
        for line, value in zip(self.lines, values, strict=True):
            line[0] = value
