"""OANDA through its v20 REST API: the store that feeds and broker share.

The work is done by the private rooms in ``_oanda``; this module gives it the names that scripts
know.
"""

from __future__ import annotations

import collections
import datetime as _datetime
import importlib.util
import logging
import queue
import secrets
import threading
from collections.abc import Mapping
from typing import Any, ClassVar

from ..brokers.oandabroker import OandaBroker
from ..errors import MissingDependencyError, SettingsError, StoreError
from ..feeds.oanda import OandaData
from ..store import MetaSingleton, Store
from ._oanda.account import AccountWatch, Figures, Holding, figures_of, holdings_of
from ._oanda.desk import OrderDesk
from ._oanda.failures import (
    OandaNetworkError,
    OandaRequestError,
    OandaStreamError,
    OandaTimeFrameError,
)
from ._oanda.history import History
from ._oanda.records import Signal
from ._oanda.rest import PRACTICE, TRADE, Client
from ._oanda.sizes import Part, granularity
from ._oanda.streams import PriceStream
from ._oanda.tickets import Precision, request_of, units_of
from ._oanda.transactions import TransactionLog

__all__ = ["API", "MetaSingleton", "OandaNetworkError", "OandaRequestError", "OandaStore"]
__all__ += ["OandaStreamError", "OandaTimeFrameError", "Streamer"]

_log = logging.getLogger(__name__)

_SIDES = {"bidask": "bid", "midpoint": "mid", "B": "bid", "A": "ask", "M": "mid"}


class API(Client):
    """Requests to OANDA, for scripts that want something that the store does not do.

    Parameters
    ----------
    environment : 'practice'
        ``practice`` or ``live``.
    access_token : None
        The token.
    headers : None
        Further headers of each request.
    """

    def __init__(
        self,
        environment: str = "practice",
        access_token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        url, stream_url = _addresses(environment)
        super().__init__(access_token or "", url, stream_url, headers=headers)

    def request(self, endpoint: str, method: str = "GET", params: Any = None) -> dict[str, Any]:
        """Send a request to ``/v3/<endpoint>``, once; return the answer.

        `params` are the query of a GET and the body of anything else. Raises an `OandaError`,
        `AuthenticationError` or `PacingError`.
        """
        if method.upper() == "GET":
            return self.call("GET", endpoint, params)
        return self.call(method.upper(), endpoint, body=params)


class Streamer(API):
    """Puts the messages of a stream into the queue `q`, for scripts.

    Parameters
    ----------
    q
        What `on_success` and `on_error` put into.
    headers, *args, **kwargs
        As for `API`.
    """

    def __init__(self, q: Any, headers: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "headers": headers})
        self.q = q

    def run(self, endpoint: str, params: Any = None) -> None:
        """Read the stream ``/v3/<endpoint>`` until it ends."""
        try:
            for message in self.listen(endpoint, params):
                self.on_success(message)
        except StoreError as error:
            self.on_error(error)

    def on_success(self, data: Any) -> None:
        """Take a message; heartbeats are left out."""
        if data.get("type") != "HEARTBEAT":
            self.q.put(data)

    def on_error(self, data: Any) -> None:
        """Take the error that ended the stream."""
        self.q.put(data)


def _addresses(environment: str) -> tuple[str, str]:
    known = {"practice": PRACTICE, "live": TRADE}
    if environment not in known:
        raise SettingsError(f"OANDA: environment {environment!r}. It takes: practice, live")
    return known[environment]


class OandaStore(Store):
    """The connection to OANDA, of which there is one.

    Parameters
    ----------
    token : ''
        Token for the access by programs ("Manage API access" on OANDA's pages).
    account : ''
        Number of the account, as ``101-004-1234567-001``; default the only one of the token.
    practice : False
        Whether it is an account with play money.
    account_tmout : 10.0
        Seconds between two readings of cash and value.
    url, stream_url : None
        Addresses, where they are not the usual ones.

    Notes
    -----
    OANDA allows twenty streams from one address: one is used for each feed and one for the broker.
    """

    BrokerCls: ClassVar[Any] = None
    DataCls: ClassVar[Any] = None

    params: Any = (
        ("token", ""),
        ("account", ""),
        ("practice", False),
        ("account_tmout", 10.0),
        ("url", None),
        ("stream_url", None),
    )

    p: Any

    def __init__(self) -> None:
        super().__init__()
        if importlib.util.find_spec("requests") is None:
            raise MissingDependencyError("OANDA", "backtrader[oanda]")
        self.notifs: collections.deque[Any] = collections.deque()
        self._lock = threading.RLock()
        self._names = f"bt-{secrets.token_hex(6)}"  # of our orders: no other run has the same
        self._client: Client | None = None
        self._reset()

    def _reset(self) -> None:
        self._started = True
        self.datas: list[Any] = []
        self.broker: Any = None
        self._environments: list[Any] = []
        self._instruments: dict[str, Any] = {}
        self._figures: Figures | None = None
        self._tasks: list[Any] = []  # whatever has threads
        self._desk: OrderDesk | None = None
        self._log: TransactionLog | None = None
        self._watch: AccountWatch | None = None
        self._listeners: list[queue.Queue[Any]] = []

    @classmethod
    def getdata(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a feed of the store, made with the arguments."""
        return cls.DataCls(*args, **kwargs)

    @classmethod
    def getbroker(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a broker of the store, made with the arguments."""
        return cls.BrokerCls(*args, **kwargs)

    # the life of the connection

    def start(self, data: Any = None, broker: Any = None) -> None:
        """Log in, if that was not done; called by the run, and by each feed and the broker.

        Raises
        ------
        SettingsError
            There is no token, or it is not plain which account is meant.
        StoreError
            The token is refused, or nobody answers.
        """
        if data is not None:
            self._join(data._env)
            self.datas.append(data)
        if broker is not None:
            self._join(broker.cerebro)
            self.broker = broker
        with self._lock:
            self._live()
        if broker is not None:
            self.streaming_events()
            self.broker_threads()
        if data is not None and self.broker is not None:
            self.broker.data_started(data)

    def _join(self, env: Any) -> None:
        if env is not None and not any(env is known for known in self._environments):
            self._environments.append(env)

    def _live(self) -> Client:
        """The client; log in where that was not done."""
        if self._client is not None:
            return self._client
        p = self.p
        if not p.token:
            raise SettingsError("OANDA: there is no token: OandaStore(token=..., account=...)")
        url, stream_url = PRACTICE if p.practice else TRADE
        client = Client(p.token, p.url or url, p.stream_url or stream_url, p.account)
        if not p.account:
            found = [row["id"] for row in client.ask("accounts").get("accounts", [])]
            if len(found) != 1:
                raise SettingsError(f"OANDA: account=... is needed: the token has {len(found)}")
            client.account = found[0]
        self._figures = figures_of(client.ask("accounts/{account}/summary"))
        self._client = client
        return client

    def stop(self) -> None:
        """End all streams and threads."""
        with self._lock:
            client, self._client = self._client, None
            tasks = self._tasks
            if client is None:
                return
            # an order that was asked for is sent before this ends
            for each in tasks:
                each.stop()
            client.close()
            self._reset()

    def connected(self) -> bool:
        """Whether the store is logged in."""
        return self._client is not None

    # what the user is told

    def _wake(self) -> None:
        for env in self._environments:
            env._wakeup.set()

    def put_notification(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Have Cerebro and the strategies told of `msg`; may be called from any thread."""
        super().put_notification(msg, *args, **kwargs)
        self._wake()

    def _say(self, text: str) -> None:
        _log.warning("%s", text)
        self.put_notification(text)

    # instruments and data

    def get_granularity(self, timeframe: int, compression: int) -> str | None:
        """Return OANDA's name for a size of bars; None where it has no such candles."""
        return granularity(timeframe, compression)

    def get_instrument(self, dataname: str) -> dict[str, Any] | None:
        """Return what OANDA says of an instrument (``EUR_USD``); None where there is none."""
        if dataname not in self._instruments:
            try:
                answer = self._live().ask(
                    "accounts/{account}/instruments", {"instruments": dataname}
                )
            except OandaRequestError:
                return None
            found = answer.get("instruments") or [None]
            self._instruments[dataname] = found[0]
        instrument: dict[str, Any] | None = self._instruments[dataname]
        return instrument

    def candles(
        self,
        dataname: str,
        dtbegin: _datetime.datetime | None,
        dtend: _datetime.datetime | None,
        timeframe: int,
        compression: int,
        candleFormat: str,
        includeFirst: bool,
    ) -> queue.Queue[Any]:
        """Ask for history; return the queue that it comes in: `Candle`, and a `Signal` at the end.

        Parameters
        ----------
        dataname
            OANDA's name of the instrument.
        dtbegin, dtend
            From when to before when, naive UTC; None for as much as OANDA gives at once, and now.
        timeframe, compression
            Size of the candles.
        candleFormat
            ``bidask`` or ``B`` for the bid, ``A`` for the ask, ``midpoint`` or ``M``.
        includeFirst
            Whether the candle that `dtbegin` lies in is wanted.

        Raises
        ------
        OandaTimeFrameError
            There are no candles of that size.
        """
        name = granularity(timeframe, compression)
        if name is None:
            raise OandaTimeFrameError(
                f"OANDA has no candles of timeframe {timeframe}, compression {compression}"
            )
        part = Part(name, dtbegin, dtend)
        return self._history(dataname, [part], _SIDES[candleFormat], includeFirst).answers

    def _history(
        self, dataname: str, parts: list[Part], side: str, include_first: bool, wait_s: Any = None
    ) -> History:
        return History(self._live(), dataname, parts, side, include_first, self._wake, wait_s)

    def streaming_prices(self, dataname: str, tmout: float | None = None) -> queue.Queue[Any]:
        """Begin to listen to quotes, in `tmout` seconds; return the queue that they come in, as
        `Price`, and as `Signal` what happens to the stream.
        """
        return self._prices(dataname, wait_s=tmout or 0.0).answers

    def _prices(
        self, dataname: str, retry_s: float = 5.0, attempts: int = -1, wait_s: float = 0.0
    ) -> PriceStream:
        stream = PriceStream(self._live(), dataname, self._wake, retry_s, attempts, wait_s)
        self._tasks.append(stream)
        return stream

    def _drop_prices(self, stream: PriceStream) -> None:
        stream.stop()
        if stream in self._tasks:
            self._tasks.remove(stream)

    # the account

    def get_positions(self) -> list[Holding]:
        """Return the positions that are open; raises as `start`."""
        return self._read_positions()[0]

    def _read_positions(self) -> tuple[list[Holding], int]:
        """The positions, and the last transaction that is in them."""
        answer = self._live().ask("accounts/{account}/openPositions")
        return holdings_of(answer), int(answer["lastTransactionID"])

    def get_cash(self) -> float:
        """Return the cash that is not bound as margin, as last read; raises as `start`."""
        return self._known_figures().cash

    def get_value(self) -> float:
        """Return the balance with the profit of what is open, as last read; raises as `start`."""
        return self._known_figures().value

    def _known_figures(self) -> Figures:
        self._live()
        assert self._figures is not None  # logging in reads them
        return self._figures

    def _read_trades(self) -> tuple[dict[str, dict[str, float]], int]:
        """The open trades by instrument, and the last transaction that is in them."""
        answer = self._live().ask("accounts/{account}/openTrades")
        trades: dict[str, dict[str, float]] = {}
        for row in answer.get("trades", []):
            units = units_of(row["currentUnits"])
            trades.setdefault(row["instrument"], {})[row["id"]] = units
        return trades, int(answer["lastTransactionID"])

    def _take_figures(self, figures: Figures) -> None:
        self._figures = figures
        broker = self.broker
        if broker is not None:
            broker._push_figures(figures.cash, figures.value)

    # orders

    def broker_threads(self) -> None:
        """Begin to send orders, and to read the account every `account_tmout` seconds."""
        if self._desk is not None:
            return
        client = self._live()
        assert self._log is not None  # the broker's start begins with the log
        self._desk = OrderDesk(client, self._log, self._on_refusal, self._say)
        self._watch = AccountWatch(client, self.p.account_tmout, self._take_figures)
        # the desk is the first to be stopped: it still sends what it was given
        self._tasks[:0] = [self._desk, self._watch]
        self._desk.start()
        self._watch.start()

    def streaming_events(self, tmout: float | None = None) -> queue.Queue[Any]:
        """Begin to follow the log of transactions; return a queue that gets each of them from now
        on. `tmout` is accepted.
        """
        answers: queue.Queue[Any] = queue.Queue()
        client = self._live()
        self._listeners.append(answers)
        if self._log is None:
            last = self._known_figures().last_transaction
            self._log = TransactionLog(client, last, self._on_transaction, self._on_stream)
            self._tasks.append(self._log)
            self._log.start()
        return answers

    def _on_transaction(self, entry: dict[str, Any]) -> None:
        for answers in self._listeners:
            answers.put(entry)
        broker, watch = self.broker, self._watch
        if broker is not None:
            broker._push_transaction(entry)
        if watch is not None and "accountBalance" in entry:
            watch.hurry()

    def _on_stream(self, signal: Signal) -> None:
        texts = {
            Signal.LOST: "the stream of transactions broke",
            Signal.RESTORED: "the stream of transactions runs again",
            Signal.REFUSED: "OANDA refuses the stream of transactions",
            Signal.ENDED: "the stream of transactions has ended",
        }
        if signal in texts:
            self._say(f"OANDA: {texts[signal]}")

    def _on_refusal(self, name: str, reason: str) -> None:
        broker = self.broker
        if broker is not None:
            broker._push_refusal(name, reason)

    def _order_name(self, order: Any) -> str:
        return f"{self._names}-{order.ref}"

    def _order_body(
        self, order: Any, stopside: Any, takeside: Any, fields: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What is sent for an order; raises as `request_of`."""
        dataname = order.data._dataname
        instrument = self.get_instrument(dataname)
        if instrument is None:
            raise OandaRequestError(f"OANDA: the account has no instrument {dataname!r}")
        stop, take = (
            None if each is None else (each, self._order_name(each))
            for each in (stopside, takeside)
        )
        name = self._order_name(order)
        return request_of(order, Precision(instrument), name, stop, take, fields)

    def _send_order(self, order: Any, body: dict[str, Any]) -> None:
        assert self._desk is not None  # made by the start of the broker
        self._desk.send(self._order_name(order), body)

    def order_create(
        self, order: Any, stopside: Any = None, takeside: Any = None, **kwargs: Any
    ) -> Any:
        """Have an order sent, once; return it.

        Parameters
        ----------
        order
            What is asked for.
        stopside, takeside
            Orders that close what it opens: a Stop or StopTrail, and a Limit.
        **kwargs
            Fields of OANDA's orders.
        """
        self._send_order(order, self._order_body(order, stopside, takeside, kwargs))
        return order

    def order_cancel(self, order: Any) -> Any:
        """Have an order cancelled; return it."""
        assert self._desk is not None  # made by the start of the broker
        name = self._order_name(order)
        self._desk.cancel(name, f"@{name}")
        return order


OandaStore.BrokerCls, OandaStore.DataCls = OandaBroker, OandaData
OandaBroker.StoreCls = OandaData._store = OandaStore
