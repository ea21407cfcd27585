"""Base of the stores: the connection to a broker and its data that feeds and the broker share."""

from __future__ import annotations

import collections
from typing import Any, ClassVar

from .metabase import MetaParams, ParamsBase

__all__ = ["MetaSingleton", "Store"]


class MetaSingleton(MetaParams):
    """Makes a class return the same object each time it is called."""

    def __init__(cls, name: str, bases: tuple[type, ...], dct: dict[str, Any]) -> None:
        super().__init__(name, bases, dct)
        cls._singleton = None

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls._singleton is None:
            cls._singleton = super().__call__(*args, **kwargs)
        return cls._singleton


class Store(ParamsBase, metaclass=MetaSingleton):
    """A connection, of which there is one.

    Class attributes that subclasses set
    ------------------------------------
    BrokerCls, DataCls : class
        The broker and the feed that work with the store.
    """

    _singleton: ClassVar[Any] = None
    _started = False

    BrokerCls: ClassVar[Any] = None
    DataCls: ClassVar[Any] = None

    params = ()

    def getdata(self, *args: Any, **kwargs: Any) -> Any:
        """Return a feed of the store, made with the arguments."""
        data = self.DataCls(*args, **kwargs)
        data._store = self
        return data

    @classmethod
    def getbroker(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a broker of the store, made with the arguments."""
        broker = cls.BrokerCls(*args, **kwargs)
        broker._store = cls
        return broker

    broker: Any = None

    def start(self, data: Any = None, broker: Any = None) -> None:
        """Get ready; called by the run, and by each feed (`data`) and the broker as they start."""
        if not self._started:
            self._started = True
            self.notifs: collections.deque[Any] = collections.deque()
            self.datas: list[Any] = []
            self.broker = None
        if data is not None:
            self._cerebro = self._env = data._env
            self.datas.append(data)
            if self.broker is not None and hasattr(self.broker, "data_started"):
                self.broker.data_started(data)
        elif broker is not None:
            self.broker = broker

    def stop(self) -> None:
        """Release what `start` took."""

    def put_notification(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Have Cerebro and the strategies told of `msg`."""
        self.notifs.append((msg, args, kwargs))

    def get_notifications(self) -> list[Any]:
        """Return what there is to be told, and forget it."""
        waiting = []
        while self.notifs:
            waiting.append(self.notifs.popleft())
        return waiting
