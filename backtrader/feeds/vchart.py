"""Binary files of Visual Chart, by their path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from .. import feed
from .._core.bulk import Block
from ..dataseries import TimeFrame
from ._vchart import DAILY, INTRADAY, load_record, open_records, read_records

__all__ = ["VChartData", "VChartFeed"]

_TIMEFRAMES = {".fd": TimeFrame.Days, ".min": TimeFrame.Minutes}


class VChartData(feed.DataBase):
    """Reads a binary file of Visual Chart: daily (``.fd``) or intraday (``.min``) bars.

    `dataname` is a path or an open binary file. The extension tells which kind of file it is, and
    sets the parameter `timeframe`; a path without one gets it by `timeframe`, and an open file is
    read by it. A daily bar is at midnight.
    """

    f: Any = None
    _records = 0

    def start(self) -> None:
        """Open the file."""
        super().start()
        self._close()
        self._records = 0
        source = self.p.dataname
        if not hasattr(source, "read"):
            source = self._open(str(source))
        self.f = source
        self._record = DAILY if self.p.timeframe == TimeFrame.Days else INTRADAY

    def _open(self, path: str) -> Any:
        extension = os.path.splitext(path)[1]
        if extension in _TIMEFRAMES:
            self.p.timeframe = _TIMEFRAMES[extension]
        else:
            path += ".fd" if self.p.timeframe == TimeFrame.Days else ".min"
        return open_records(path)

    def stop(self) -> None:
        """Close the file."""
        super().stop()
        self._close()

    def preload(self) -> None:
        super().preload()
        self._close()

    def _close(self) -> None:
        if self.f is not None:
            self.f.close()
            self.f = None

    def _load(self) -> bool:
        return load_record(self, self._record)

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        while self.f is not None and len((block := read_records(self, self._record, rows))[0]):
            yield block


class VChartFeed(feed.FeedBase):
    """Makes feeds that read the files of a Visual Chart installation below `basepath`, by code."""

    DataCls: Any = VChartData

    params: Any = (("basepath", ""), *feed.DataBase.params._gettuple())

    def _getdata(self, dataname: str, **kwargs: Any) -> Any:
        kwargs.pop("basepath", None)
        market, code = dataname[:2], dataname[2:]
        path = os.path.join(self.p.basepath, "RealServer", "Data", market, code, dataname)
        return self.DataCls(dataname=path, **kwargs)
