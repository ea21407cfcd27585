"""Data frames as feeds. pandas itself is imported only where a frame has dates in a form of its
own, or is to be made out of a table or a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import feed
from .._core.bulk import Block
from .._kernels.dates import add_times
from ..errors import DataError, FeedMissingError, MissingDependencyError, near_miss

__all__ = ["PandasData", "PandasDirectData"]

_DATA_FIELDS = ["datetime", "open", "high", "low", "close", "volume", "openinterest"]
_EPOCH_DAY = 719163  # 1 January 1970, counted from the year 1
_MICROSECONDS_PER_DAY = 86_400_000_000


class PandasData(feed.DataBase):
    """Reads a pandas data frame, `dataname`; or an Arrow table, anything else that has a method
    ``to_pandas``, or the path of a Parquet file (which pandas reads with pyarrow or fastparquet).

    Parameters
    ----------
    nocase : True
        Whether columns are found by name without regard to case.
    datetime : None
        Column of the times: None for the index (where that only numbers the rows, for the column
        called "datetime"), a number or a name, or -1 for the one called "datetime".
    open, high, low, close, volume, openinterest : -1
        Columns: a number or a name, -1 for the one called as the line is, None where there is none.
        A subclass with a further line has a further parameter of its name.

    Times with a time zone are taken to UTC. What is missing is NaN.
    """

    params: Any = {
        "nocase": True,
        "datetime": None,
        "open": -1,
        "high": -1,
        "low": -1,
        "close": -1,
        "volume": -1,
        "openinterest": -1,
    }

    datafields: ClassVar[list[str]] = _DATA_FIELDS

    _idx = -1

    def __init__(self) -> None:
        super().__init__()
        self._colmapping: dict[str, Any] = {}

    def start(self) -> None:
        """Go back to before the first bar and find the columns."""
        super().start()
        self._idx = -1
        self._block: Block | None = None
        self._frame = data_frame(self.p.dataname)
        names = [_folded(name, self.p.nocase) for name in self._frame.columns]
        self._colmapping = {name: self._column(name, names) for name in self.lines.getlinealiases()}
        prices = [
            name for name in ("open", "high", "low", "close") if self._colmapping[name] is None
        ]
        if len(prices) == 4:
            raise DataError(f"the frame has no column of prices; it has: {names}")

    def _column(self, line: str, names: list[Any]) -> int | None:
        """The number of the column that `line` is read from; None for none, or for the index."""
        wanted = getattr(self.p, line)
        if wanted is None:
            numbered = line == "datetime" and type(self._frame.index).__name__ == "RangeIndex"
            name = _folded(line, self.p.nocase)
            return names.index(name) if numbered and name in names else None
        if isinstance(wanted, str):
            name = _folded(wanted, self.p.nocase)
            if name not in names:
                raise DataError(
                    f"the frame has no column {wanted!r}{near_miss(name, map(str, names))}"
                )
            return names.index(name)
        if wanted >= 0:
            return int(wanted)
        name = _folded(line, self.p.nocase)
        return names.index(name) if name in names else None

    def _read(self) -> Block:
        """All values of the frame."""
        frame = self._frame
        block = []
        for line, column in self._colmapping.items():
            if line == "datetime":
                source = frame.index if column is None else _taken(frame, column)
                block.append(_times(source))
            elif column is None:
                block.append(np.full(len(frame), np.nan))
            else:
                block.append(_floats(_taken(frame, column), line))
        return block

    def _load(self) -> bool | None:
        return _load_row(self)

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        return _slices(self._read(), rows)


class PandasDirectData(feed.DataBase):
    """Reads a pandas data frame, `dataname`, by the position of its columns.

    Parameters
    ----------
    datetime, open, high, low, close, volume, openinterest : 0, 1, 2, 3, 4, 5, 6
        Columns, the index being number 0; negative where there is none. A subclass with a further
        line has a further parameter of its name.
    """

    params: Any = {
        "datetime": 0,
        "open": 1,
        "high": 2,
        "low": 3,
        "close": 4,
        "volume": 5,
        "openinterest": 6,
    }

    datafields: ClassVar[list[str]] = _DATA_FIELDS

    _idx = -1

    def start(self) -> None:
        """Go back to before the first bar."""
        super().start()
        self._idx = -1
        self._block: Block | None = None
        self._frame = data_frame(self.p.dataname)

    def _read(self) -> Block:
        """All values of the frame."""
        frame = self._frame
        block = []
        for line in self.lines.getlinealiases():
            column = getattr(self.p, line)
            if line != "datetime" and column < 0:
                block.append(np.full(len(frame), np.nan))
                continue
            source = frame.index if column == 0 else _taken(frame, column - (column > 0))
            block.append(_times(source) if line == "datetime" else _floats(source, line))
        return block

    def _load(self) -> bool | None:
        return _load_row(self)

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        return _slices(self._read(), rows)


def is_table(source: Any) -> bool:
    """Whether `source` is a pandas data frame, or can be made one."""
    return hasattr(source, "iloc") or hasattr(source, "to_pandas")


def data_frame(source: Any) -> Any:
    """Return `source`, a frame, a table or the path of a Parquet file, as a pandas data frame.

    Raises
    ------
    DataError
        It is nothing of that kind, or the file cannot be read.
    MissingDependencyError
        A package that reads it is not installed.
    """
    if hasattr(source, "iloc"):
        return source
    try:
        if hasattr(source, "to_pandas"):
            return source.to_pandas()
        import pandas
    except ImportError as error:
        raise MissingDependencyError("a table as a feed", "pandas") from error
    if not isinstance(source, (str, os.PathLike)):
        raise DataError(f"a {type(source).__name__} is no data frame, no table and no path")
    path = os.fspath(source)
    try:
        return pandas.read_parquet(path)
    except FileNotFoundError as error:
        raise FeedMissingError("there is no such file", path=path) from error
    except ImportError as error:
        raise MissingDependencyError("reading Parquet files", "pyarrow") from error
    except (OSError, ValueError) as error:  # what pyarrow raises derives from ValueError
        raise DataError(f"this is no Parquet file: {error}", path=path) from error


def _folded(name: Any, nocase: bool) -> Any:
    return name.lower() if nocase and isinstance(name, str) else name


def _taken(frame: Any, column: int) -> Any:
    """Column number `column` of a frame."""
    if column >= frame.shape[1]:
        raise DataError(f"the frame has {frame.shape[1]} columns, there is no number {column}")
    return frame.iloc[:, column]


def _load_row(data: Any) -> bool:
    """Set the lines from the next row."""
    if data._block is None:
        data._block = data._read()
    data._idx += 1
    if data._idx >= len(data._block[0]):
        return False
    for line, values in zip(data.lines, data._block, strict=True):
        line[0] = float(values[data._idx])
    return True


def _slices(block: Block, rows: int | None) -> Iterator[Block]:
    size = len(block[0])
    step = rows or size or 1
    for start in range(0, size, step):
        yield [values[start : start + step] for values in block]


def _floats(column: Any, line: str) -> NDArray[np.float64]:
    """The values of a column; what is missing is NaN."""
    try:
        values: NDArray[np.float64] = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"column {column.name!r}, for {line}, does not hold numbers: {error}"
        ) from error
    return values


def _times(source: Any) -> NDArray[np.float64]:
    """The times in an index or column as numbers, UTC."""
    if hasattr(source.dtype, "pyarrow_dtype") and source.dtype.kind == "M":
        source = source.astype(_zoned(source))
    if source.dtype.kind not in "MO" or (source.dtype.kind == "O" and len(source)):
        source = _parsed_times(source)
    if getattr(source.dtype, "tz", None) is not None:
        source = getattr(source, "dt", source).tz_convert("UTC")
        source = getattr(source, "dt", source).tz_localize(None)
    stamps = source.to_numpy()
    if np.isnat(stamps).any():
        row = int(np.flatnonzero(np.isnat(stamps))[0])
        raise DataError(f"row {row} of the frame has no time")
    microseconds = stamps.astype("M8[us]").astype(np.int64)
    days, of_day = np.divmod(microseconds, _MICROSECONDS_PER_DAY)
    seconds, microsecond = np.divmod(of_day, 1_000_000)
    return add_times(
        days + _EPOCH_DAY, seconds // 3600, seconds // 60 % 60, seconds % 60, microsecond
    )


def _zoned(source: Any) -> Any:
    """What pandas itself calls the type of a column of Arrow timestamps."""
    import pandas

    kind = source.dtype.pyarrow_dtype
    return pandas.DatetimeTZDtype(kind.unit, kind.tz) if kind.tz else f"datetime64[{kind.unit}]"


def _parsed_times(source: Any) -> Any:
    """Dates, datetimes or text as timestamps."""
    import pandas

    what = f"{source.name!r}" if source.name is not None else "the index"
    if source.dtype.kind in "iufbc":
        raise DataError(
            f"{what} holds numbers, not times: name the column in the parameter datetime"
        )
    try:
        return pandas.to_datetime(source)
    except (TypeError, ValueError) as error:
        raise DataError(f"{what} does not hold times: {error}") from error
