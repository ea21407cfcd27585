"""Files of a Visual Chart installation, by the code of the instrument."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, ClassVar

from .. import feed
from .._core.bulk import Block
from ..dataseries import TimeFrame
from ..errors import DataError
from ._vchart import DAILY, INTRADAY, load_record, open_records, read_records

__all__ = ["VChartFile"]


class VChartFile(feed.DataBase):
    """Reads the bars that Visual Chart keeps of an instrument on disk.

    `dataname` is the code that Visual Chart shows, for example ``"015ES"``; `timeframe` tells
    whether intraday bars are read (minutes) or daily ones (days and more), which end with the
    session. The folder is known to the store, `backtrader.stores.VChartFile`.
    """

    f: Any = None
    _records = 0
    _store_class: ClassVar[Any] = None  # set by the module of the store, which builds on this one

    def start(self) -> None:
        """Open the file."""
        super().start()
        self._close()
        self._records = 0
        timeframe = self.p.timeframe
        if timeframe < TimeFrame.Minutes:
            raise DataError(f"{self._name}: bars of less than a minute cannot be read")
        intraday = timeframe == TimeFrame.Minutes
        self._record = INTRADAY if intraday else DAILY
        code = str(self.p.dataname)
        file_name = f"010{code}.{'min' if intraday else 'fd'}"
        path = os.path.join(self._data_path(), f"0{code[:3]}", file_name)
        self.f = open_records(path)

    def _data_path(self) -> str:
        store = self._store
        if store is None and self._store_class is not None:
            store = self._store_class()
        if store is None or not store.get_datapath():
            raise DataError(
                f"{self._name}: the folder of Visual Chart is not known: "
                "make the feed with VChartFile(path=...).getdata(dataname=...) of bt.stores"
            )
        path: str = store.get_datapath()
        return path

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
        return load_record(self, self._record, self.p.sessionend)

    def _read_blocks(self, rows: int | None) -> Iterator[Block]:
        end = self.p.sessionend
        while self.f is not None and len((block := read_records(self, self._record, rows, end))[0]):
            yield block
