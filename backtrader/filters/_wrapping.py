"""What feeds have in common that deliver another feed in a different form."""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from ..feed import AbstractDataBase
from ..utils.dateintern import TIME_MAX

_DAY_START = _datetime.time.min


class Wrapping(AbstractDataBase):
    """Holds the feed, `dataname`, and starts and stops it with itself.

    Time frame, session and time zone are those of the feed; a session or a time zone of its own
    wins. A feed that Cerebro
    has as well is followed, and not moved.
    """

    _source: Any = None

    def start(self) -> None:
        """Start the feed."""
        super().start()
        source = self.p.dataname
        self._followed = any(source is data for data in getattr(self._env, "datas", ()))
        self._source = source.clone() if self._followed else source
        self._source.setenvironment(self._env)
        self._source.reset()
        self._source._start()
        self._timeframe = self.p.timeframe = source._timeframe
        self._compression = self.p.compression = source._compression
        if self.p.sessionstart == _DAY_START:
            self.p.sessionstart = source.p.sessionstart
        if self.p.sessionend == TIME_MAX:
            self.p.sessionend = source.p.sessionend

    def stop(self) -> None:
        """Stop the feed."""
        super().stop()
        if self._source is not None:
            self._source.stop()

    def preload(self) -> None:
        """Load all bars, then go back to before the first."""
        if self._followed:
            self._source.preload()
        super().preload()

    def _gettz(self) -> Any:
        own = super()._gettz()
        return self.p.dataname._gettz() if own is None else own

    def _load(self) -> bool | None:
        delivered: bool | None = self._source.next()
        if delivered:
            for name in self.lines.getlinealiases():
                source = getattr(self._source.lines, name, None)
                if source is not None:
                    getattr(self.lines, name)[0] = source[0]
        return delivered
