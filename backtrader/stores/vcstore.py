"""Visual Chart 6 through COM: the store that feeds and broker share. Windows only.

All objects of COM live on one thread of the store, which also takes their events. They are put into
queues; the strategy's world changes on the thread of Cerebro alone.
"""

from __future__ import annotations

import collections
import datetime as _datetime
import importlib
import logging
import os
import queue
import struct
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

from ..brokers.vcbroker import VCBroker
from ..errors import MissingDependencyError, StoreError
from ..feeds.vcdata import VCData
from ..store import MetaSingleton, Store

__all__ = ["MetaSingleton", "PumpEvents", "RTEventSink", "VCStore"]

_log = logging.getLogger(__name__)

_SLICE_S = 0.02  # how long events are pumped before a request gets its turn
_ANSWER_S = 60.0
# sources of data, quotes, orders: library and number of its types
_LIBRARIES = (
    ("VCDataSource", "EB2A77DC-A317-4160-8833-DECF16275A05"),
    ("VCRealTimeLib", "86F1DB04-2591-4866-A361-BB053D77FA18"),
    ("COMTraderInterfaces", "20F8873C-35BE-4DB4-8C2A-0A8D40F8AEC3"),
)
# what OnInternalEvent tells: p1 is the kind, p2 the state of the connection
_CONNECTION, _IS_UP = 1, 1


def _comtypes() -> Any:
    try:
        return importlib.import_module("comtypes.client")
    except (ImportError, OSError) as error:
        # on other systems than Windows it is installed, and cannot be loaded
        raise MissingDependencyError("Visual Chart (on Windows)", "comtypes") from error


def PumpEvents(timeout: float = -1, hevt: Any = None, cb: Any = None) -> None:
    """Take events of COM on this thread.

    Parameters
    ----------
    timeout
        Seconds after which to return; -1: never.
    hevt
        An event of `threading` that ends it.
    cb
        Called again and again; it ends it by returning True.
    """
    client = _comtypes()
    ends = None if timeout < 0 else time.monotonic() + timeout
    while not (hevt is not None and hevt.is_set()):
        left = _SLICE_S if ends is None else min(_SLICE_S, ends - time.monotonic())
        client.PumpEvents(max(left, 0.0))
        if cb is not None and cb():
            return
        if ends is not None and time.monotonic() >= ends:
            return


class RTEventSink:
    """Takes the events of Visual Chart's server of quotes.

    Parameters
    ----------
    store
        Who is told.
    """

    def __init__(self, store: Any) -> None:
        self.store = store

    def OnNewTicks(self, ArrayTicks: Any) -> None:
        """Ticks came: each feed of their symbol gets them."""
        self.store._on_ticks(ArrayTicks)

    def OnServerShutDown(self) -> None:
        """Visual Chart is closed."""
        self.store._on_connection(False)

    def OnInternalEvent(self, p1: Any, p2: Any, p3: Any) -> None:
        """The connection of Visual Chart was lost, or is back."""
        if p1 == _CONNECTION:
            self.store._on_connection(p2 == _IS_UP)


class VCStore(Store):
    """The connection to Visual Chart, of which there is one.

    Notes
    -----
    The package ``comtypes`` is needed, and Visual Chart 6 on the same machine. What is said here of
    Visual Chart's objects follows its type libraries; it is tested with a stand-in for them.
    """

    BrokerCls: ClassVar[Any] = None
    DataCls: ClassVar[Any] = None

    # what Visual Chart has for "no end"
    MAXDATE1 = _datetime.datetime.max - _datetime.timedelta(days=1, seconds=1)
    MAXDATE2 = _datetime.datetime.max - _datetime.timedelta(seconds=1)
    MAXUINT = 0xFFFFFFFF // 2

    # where the registry of Windows says in which folder the libraries are
    VC_KEYNAME, VC_KEYVAL = r"SOFTWARE\VCG\Visual Chart 6\Config", "Directory"
    VC_BINPATH = "bin"
    VC_DLLS, VC64_DLLS = (
        tuple(f"{name}{bits}.dll" for name, _ in _LIBRARIES) for bits in ("", "64")
    )
    # identifier and version of their types
    VC_TLIBS = tuple([f"{{{number}}}", 1, 0] for _, number in _LIBRARIES)

    def __init__(self) -> None:
        super().__init__()
        self._com = _comtypes()
        self.notifs: collections.deque[Any] = collections.deque()
        self._started = True
        self.datas: list[Any] = []
        self.broker: Any = None
        self._environments: list[Any] = []
        self._jobs: queue.Queue[Any] = queue.Queue()
        self._ready, self._closing = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self._up = False
        self._ticking: dict[str, list[Any]] = {}  # symbol -> feeds
        self._modules: list[Any] = []
        self._sources: Any = None
        self._quotes: Any = None
        self._trader: Any = None

    @classmethod
    def getdata(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a feed of the store, made with the arguments."""
        return cls.DataCls(*args, **kwargs)

    @classmethod
    def getbroker(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a broker of the store, made with the arguments."""
        return cls.BrokerCls(*args, **kwargs)

    # the life of the connection

    def find_vchart(self) -> Any:
        """Return the folder with the libraries of Visual Chart; None where it is not installed."""
        try:
            registry: Any = importlib.import_module("winreg")
        except ImportError:
            return None
        for root in (registry.HKEY_CURRENT_USER, registry.HKEY_LOCAL_MACHINE):
            try:
                with registry.OpenKey(root, self.VC_KEYNAME) as key:
                    folder = registry.QueryValueEx(key, self.VC_KEYVAL)[0]
            except OSError:
                continue
            return os.path.join(folder, self.VC_BINPATH)
        return None

    def connected(self) -> bool:
        """Whether Visual Chart's libraries are loaded."""
        return self._ready.is_set() and self._failure is None

    def start(self, data: Any = None, broker: Any = None) -> None:
        """Load Visual Chart, if that was not done; called by the run, and by each feed and the
        broker.

        Raises
        ------
        StoreError
            Visual Chart is not installed, or cannot be loaded.
        """
        source = data if data is not None else broker
        env = None if source is None else source._env if data is not None else source.cerebro
        if env is not None and env not in self._environments:
            self._environments.append(env)
        if data is not None:
            self.datas.append(data)
        elif broker is not None:
            self.broker = broker
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="vc-com", daemon=True)
            self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            self.stop()
            raise StoreError(f"Visual Chart could not be loaded: {failure!r}") from failure
        if broker is not None:
            self._call(broker, self._trader)

    def stop(self) -> None:
        """End the thread that has the objects."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._closing.set()
        thread.join(5.0)
        for event in (self._closing, self._ready):
            event.clear()
        self._ticking.clear()
        self.datas.clear()
        self._environments.clear()

    def _run(self) -> None:
        """The thread of COM: requests and events in turns."""
        base = importlib.import_module("comtypes")
        base.CoInitialize()
        try:
            try:
                keep = self._load()
            except Exception as error:
                self._failure = error
                return
            finally:
                self._ready.set()
            PumpEvents(hevt=self._closing, cb=self._work)
            del keep
        finally:
            self._sources = self._quotes = self._trader = None
            base.CoUninitialize()

    def _load(self) -> Any:
        """Load the libraries and make their objects; return what keeps the events coming."""
        folder = self.find_vchart()
        files = self.VC64_DLLS if struct.calcsize("P") == 8 else self.VC_DLLS
        places = [None if folder is None else os.path.join(folder, name) for name in files]
        self._modules = [
            # a library that is registered is found by its number as well
            self._com.GetModule(place if place and os.path.exists(place) else tuple(library))
            for place, library in zip(places, self.VC_TLIBS, strict=True)
        ]
        data, quotes, trade = self._modules
        self._sources = self._com.CreateObject(data.DataSourceManager)
        self._quotes = self._com.CreateObject(quotes.RealTime)
        self._trader = self._com.CreateObject(trade.Trader)
        self._up = True
        return self._com.GetEvents(self._quotes, RTEventSink(self))

    def _work(self) -> bool:
        """Do what other threads asked for."""
        while True:
            try:
                act, arguments, answers = self._jobs.get_nowait()
            except queue.Empty:
                return False
            try:
                answers.put((act(*arguments), None))
            except Exception as error:
                answers.put((None, error))

    def _call(self, act: Callable[..., Any], *arguments: Any) -> Any:
        """Have something done on the thread of COM; return what it returns, or raise so."""
        if threading.current_thread() is self._thread:
            return act(*arguments)
        answers: queue.Queue[Any] = queue.Queue()
        self._jobs.put((act, arguments, answers))
        try:
            found, error = answers.get(timeout=_ANSWER_S)
        except queue.Empty:
            raise StoreError("Visual Chart does not answer") from None
        if error is not None:
            raise error
        return found

    # what the user is told

    def _wake(self) -> None:
        for env in self._environments:
            env._wakeup.set()

    def put_notification(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Have Cerebro and the strategies told of `msg`; may be called from any thread."""
        super().put_notification(msg, *args, **kwargs)
        self._wake()

    def _on_connection(self, up: bool) -> None:
        if up == self._up:
            return
        self._up = up
        self.put_notification(f"Visual Chart: the connection {'is back' if up else 'is lost'}")
        for data in self.datas:
            data._on_connection(up)

    # data; what is called here comes from the feeds

    def _on_ticks(self, ticks: Any) -> None:
        for data in self._ticking.get(ticks[0].SymbolCode, ()) if len(ticks) else ():
            data.OnNewTicks(ticks)

    def _symbol_info(self, symbol: str) -> Any:
        return self._call(lambda: self._quotes.GetSymbolInfo(symbol))

    def _open_series(self, data: Any, kind: str, count: int, begin: Any, end: Any) -> Any:
        """Open a series of bars whose events go to `data`; return what `_close_series` takes."""

        def act() -> Any:
            unit = getattr(self._modules[0], f"CT_{kind}")
            series = self._sources.NewDataSerie(data.p.dataname, unit, count, begin, end)
            events = self._com.GetEvents(series, data)
            # what is there already makes no event
            data.OnNewDataSerieBar(series)
            return series, events

        return self._call(act)

    def _close_series(self, opened: Any) -> None:
        if self.connected():
            self._call(lambda: self._sources.DeleteDataSource(opened[0]))

    def _follow(self, data: Any) -> None:
        """Have the ticks of the symbol of `data` delivered to it."""
        symbol = data.p.dataname

        def act() -> None:
            self._ticking.setdefault(symbol, []).append(data)
            if len(self._ticking[symbol]) == 1:
                self._quotes.RequestSymbolFeed(symbol, False)

        self._call(act)

    def _unfollow(self, data: Any) -> None:
        symbol = data.p.dataname

        def act() -> None:
            feeds = self._ticking.get(symbol, [])
            if data in feeds:
                feeds.remove(data)
                if not feeds:
                    self._quotes.CancelSymbolFeed(symbol, False)

        if self.connected():
            self._call(act)

    # orders; what is called here comes from the broker

    def _send(self, fields: dict[str, Any]) -> Any:
        """Send an order, given by the fields of Visual Chart's; return Visual Chart's number of
        it. Names of its enumerations begin with ``@``.
        """

        def act() -> Any:
            library = self._modules[2]
            order = self._com.CreateObject(library.Order)
            for name, value in fields.items():
                named = isinstance(value, str) and value.startswith("@")
                setattr(order, name, getattr(library, value[1:]) if named else value)
            self._trader.SendOrder(order, True, False)
            return order.OrderId

        return self._call(act)

    def _cancel(self, number: Any) -> None:
        self._call(lambda: self._trader.CancelOrder(number, False))


VCStore.BrokerCls, VCStore.DataCls = VCBroker, VCData
VCBroker.StoreCls = VCData._store = VCStore
