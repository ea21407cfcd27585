"""What feeds have in common that deliver other feeds one after the other."""

from __future__ import annotations

from typing import Any

from .. import feed


class Joined(feed.DataBase):
    """Holds the feeds, `args`, and starts and stops them with itself.

    It takes the time frame of the first of them, whatever its own parameters say.
    """

    _args: tuple[Any, ...] = ()

    @classmethod
    def _complete(cls, obj: Any) -> None:
        if obj._args:
            obj.p.timeframe = obj._args[0]._timeframe
            obj.p.compression = obj._args[0]._compression
        super()._complete(obj)

    def __init__(self, *args: Any) -> None:
        self._args = args

    def islive(self) -> bool:
        """Return True: what comes is not known beforehand, and is not loaded ahead."""
        return True

    def start(self) -> None:
        """Start all feeds."""
        super().start()
        for data in self._args:
            data.setenvironment(self._env)
            data.reset()
            data._start()

    def stop(self) -> None:
        """Stop all feeds."""
        super().stop()
        for data in self._args:
            data.stop()

    def _gettz(self) -> Any:
        return self._args[0]._gettz() if self._args else super()._gettz()

    def _take(self, data: Any) -> None:
        """Put the current bar of `data` onto the lines."""
        for name in self.lines.getlinealiases():
            source = getattr(data.lines, name, None)
            if source is not None:
                getattr(self.lines, name)[0] = source[0]
