"""Interactive Brokers through its Web API: the store that feeds and broker share.

The work is done by the private rooms in ``_ib``; this module gives it the names that scripts know.
"""

from __future__ import annotations

import collections
import importlib
import importlib.util
import logging
import sys
import threading
from typing import Any, ClassVar

from ..brokers.ibbroker import IBBroker
from ..errors import MissingDependencyError, ParameterError, StoreError, near_miss
from ..feeds.ibdata import IBData
from ..store import MetaSingleton, Store
from ._ib.account import AccountBook
from ._ib.calls import DataCalls, TradeCalls
from ._ib.data import MarketDesk
from ._ib.desk import OrderDesk
from ._ib.handlers import Handlers
from ._ib.journal import Journal, wanted
from ._ib.keyed import KeyedByAccount, OfStore
from ._ib.livedata import REQIDBASE
from ._ib.masking import Mask
from ._ib.safety_calls import SafetyCalls
from ._ib.services import Services
from ._ib.settings import CONNECTION_PARAMETERS, UPSTREAM_PARAMETERS, account_of, resolve
from ._ib.ticks import RTVolume

__all__ = ["IBStore", "MetaSingleton", "RTVolume", "ibregister"]

_log = logging.getLogger(__name__)

_ENDING_S = 0.25

_STORE_PARAMETERS = (
    ("questions", None),
    ("silence", 120.0),
    ("account_refresh", 60.0),
    ("order_timing", None),
    ("journal", None),
    ("adopt", True),
)


def ibregister(f: Any) -> Any:
    """Mark a method as a handler of messages, to which it is called by its name."""
    f._ibregister = True
    return f


class IBStore(Handlers, DataCalls, TradeCalls, SafetyCalls, Store, metaclass=KeyedByAccount):
    """The connection to Interactive Brokers, of which there is one for each account.

    ``IBStore()`` is the first that was made. ``IBStore(account_id=...)`` is that of an account: it
    shares the first one's login, and has its settings where it is not given others.

    Over a Client Portal Gateway on this or another machine, or with OAuth 1.0a and no gateway at
    all.

    Parameters
    ----------
    host, port
        Where the gateway is. A port of TWS (7496, 7497, 4001, 4002) stands for the gateway on that
        host at `gateway_port`; with a paper one (7497, 4002) a live account is refused.
    clientId
        Accepted; IBKR's Web API has one session for each user name.
    notifyall
        Have the strategy told every message, not only what is out of the ordinary.
    _debug
        Print every message.
    reconnect, timeout
        How often to try to connect (-1: for ever), and seconds for one try.
    timeoffset, timerefresh
        Whether to correct the clock of this machine by IBKR's. The second is accepted: IBKR's
        clock is in each of its answers, one a minute at least.
    indcash
        Accepted; the prices of indices are taken from trades.
    use_oauth : None
        Log in with OAuth; default where OAuth settings are given as parameters.
    oauth_config : None
        ibind's ``OAuth1aConfig`` or a dict; `access_token`, `access_token_secret`, `consumer_key`,
        `dh_prime`, `encryption_key_fp` and `signature_key_fp` can also be given one by one, or
        come from the environment: ``IBKR_OAUTH_ACCESS_TOKEN`` and so on.
    account_id : None
        The account to trade; default ``IBKR_ACCOUNT_ID``, or the one of the login.
    paper_only : None
        Refuse live accounts.
    url, ws_url, gateway_url, gateway_port
        Addresses, where they are not the usual ones.
    cacert : None
        Certificate to verify the server by, as a file; False for a gateway on this machine whose
        certificate is not to be verified.
    compete : True
        Take the session over from another program of the same user.
    questions : None
        Rules for the questions that IBKR asks about orders, see `IBBroker`.
    silence : 120.0
        Seconds without a tick in trading hours after which a stream is renewed.
    account_refresh : 60.0
        Seconds between two readings of cash and positions when nothing is known to have happened.
    journal : None
        Write down each order before it is sent, so that a restart knows of it: None for live
        accounts alone, True, False, or the path of the file; see `docs/live_trading_restart.md`.
    adopt : True
        Take up the open orders that the journal has; else they are told and left alone.
    """

    BrokerCls: ClassVar[Any] = None
    DataCls: ClassVar[Any] = None
    REQIDBASE = REQIDBASE

    params: Any = UPSTREAM_PARAMETERS + CONNECTION_PARAMETERS + _STORE_PARAMETERS

    p: Any

    def __init__(self) -> None:
        super().__init__()
        if importlib.util.find_spec("ibind") is None:
            raise MissingDependencyError("Interactive Brokers", "backtrader[ib]")
        self._questions = self.p.questions
        self._lock = threading.RLock()
        self._connection: Any = None
        self._desk: Any = None  # data
        self._orders: Any = None
        self._account: Any = None
        self._services: Any = None
        self._failure: StoreError | None = None
        self._environments: list[Any] = []
        self.key = ""  # the account, of all stores but the first
        self.others: dict[str, Any] = {}
        self._login: Any = None
        self._reset()

    getdata = OfStore("DataCls", "Return a feed of the store, made with the arguments.")
    getbroker = OfStore("BrokerCls", "Return a broker of the store, made with the arguments.")

    def serves(self, account: str) -> bool:
        """Whether it is the store of an account."""
        known = self._connection.account_id if self._connection is not None else ""
        return account == (known or account_of(self.p._getkwargs()))

    def belong_to(self, first: Any, account: str) -> None:
        """Become the store of an account of the login of the `first` one."""
        self.key, self.others, self._login = account, first.others, first.login()

    def login(self) -> Any:
        """Return what the stores of the login share."""
        if self._login is None:
            shared = importlib.import_module("._ib.shared", __package__)
            self._login = shared.SharedLogin()
        return self._login

    # the life of the connection

    def start(self, data: Any = None, broker: Any = None) -> None:
        """Connect, if that was not done; called by the run, and by each feed and the broker.

        Raises
        ------
        StoreError
            Credentials are refused, nobody answers, the account may not be traded ...
        """
        if data is not None:
            self._join(data._env)
            self.datas.append(data)
        elif broker is not None:
            self._join(broker.cerebro)
            self.broker = broker
        if not self.reconnect(fromstart=True) and self._failure is not None:
            raise self._failure

    def _join(self, env: Any) -> None:
        if env is not None and not any(env is known for known in self._environments):
            self._environments.append(env)

    def stop(self) -> None:
        """End the connection with all that depends on it; what was not sent is not sent any
        more.
        """
        if self.broker is not None:
            self.broker.release()
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is None:
                return
            self._desk.close()
            # what waits for an answer gets none once the connection is closed
            rooms = (self._orders, self._account)
            for room in rooms:
                room.stop(_ENDING_S)
            connection.close()
            for room in rooms:
                room.stop(2 * _ENDING_S)
        self._reset()

    def _reset(self) -> None:
        self._started = True  # the queue of notifications is there from the beginning
        self.notifs = getattr(self, "notifs", None) or collections.deque()
        self.datas: list[Any] = []
        self.broker = None
        self._environments.clear()

    def connected(self) -> bool:
        """Whether requests are answered and the stream delivers."""
        connection = self._connection
        return connection is not None and bool(connection.connected)

    def reconnect(self, fromstart: bool = False, resub: bool = False) -> bool:
        """Connect where there is no connection; return whether there is one.

        Parameters
        ----------
        fromstart
            Accepted; a connection that was lost is restored by itself.
        resub
            Renew the streams of all feeds.
        """
        with self._lock:
            if self._connection is None and not self._open():
                return False
        if resub:
            self.startdatas()
        return self.connected()

    def _open(self) -> bool:
        """Make the rooms and connect; on failure keep what went wrong."""
        self._failure = None
        try:
            connection = self.login().join(resolve(dict(self.p._getkwargs())))
            self._make_rooms(connection)
            connection.open()
            self._keep_journal(connection)
        except StoreError as failure:
            self._failure = failure
            self.put_notification(str(failure))
            return False
        self._connection = connection
        self._orders.start()
        return True

    def _make_rooms(self, connection: Any) -> None:
        self._desk = MarketDesk(connection, self._wake, self._say, self.p.silence)
        self._account = AccountBook(connection, self, interval_s=self.p.account_refresh)
        self._orders = OrderDesk(
            connection, self, self._account, self._questions, self.p.order_timing
        )
        self._services = Services(connection, self._desk)
        for event in ("lost", "ready", "notice", "session", "error"):
            connection.on(event, getattr(self, f"_on_{event}"))

    def _keep_journal(self, connection: Any) -> None:
        """Open the journal of orders, where there is to be one."""
        try:
            account, further = connection.account_id, bool(self.key)
            path = wanted(self.p.journal, account, connection.is_paper, further)
            if path is not None:
                self._orders.keep(Journal(path, account), bool(self.p.adopt))
        except StoreError:
            connection.close()
            raise

    def startdatas(self) -> None:
        """Have all feeds ask for their streams anew."""
        for data in self.datas:
            data.reqdata()

    def stopdatas(self) -> None:
        """Have all feeds give their streams up."""
        for data in self.datas:
            data.canceldata()

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

    def _on_lost(self, reason: str) -> None:
        self._say(f"connection lost: {reason}")

    def _on_ready(self) -> None:
        self._say("connection restored")

    def _on_notice(self, text: str, details: dict[str, Any]) -> None:
        self._say(text)

    def _on_session(self, status: dict[str, Any]) -> None:
        self.watcher(status)

    def _on_error(self, code: int | None, text: str) -> None:
        self._say(f"error {code}: {text}" if code else f"error: {text}")

    def logmsg(self, *args: Any) -> None:
        """Print the arguments where `_debug` is set, account ids masked."""
        if self.p._debug:
            print(*(Mask().text(str(each)) for each in args))

    # OAuth

    def enable_oauth_authentication(self, oauth_config: Any = None) -> bool:
        """Log in with OAuth from now on, anew where there is a connection; return whether that is
        up.

        Parameters
        ----------
        oauth_config
            ibind's ``OAuth1aConfig`` or a dict; default what parameters and environment say.

        Raises
        ------
        SettingsError
            Settings are missing: all are named.
        """
        settings = {**self.p._getkwargs(), "use_oauth": True}
        if oauth_config is not None:
            settings["oauth_config"] = oauth_config
        resolve(settings)  # says what is missing before anything is given up
        self.p.use_oauth, self.p.oauth_config = True, settings["oauth_config"]
        was_open = self._connection is not None
        if was_open:
            self.stop()
        return self.reconnect() if was_open else True

    def oauth_init(self) -> bool:
        """Log in with OAuth, now; return whether there is a connection.

        Raises
        ------
        StoreError
            The credentials are refused, or nobody answers.
        """
        self.p.use_oauth = True
        if not self.reconnect(fromstart=True) and self._failure is not None:
            raise self._failure
        return self.connected()

    # new: what can be asked besides

    def set_questions(self, questions: dict[str, bool] | None) -> None:
        """Set the rules for the questions that IBKR asks about orders, see `IBBroker`."""
        self._questions = questions
        if self._orders is not None:
            self._orders.set_questions(questions)

    def enable_websocket_channels(self, channels: Any = None) -> list[str]:
        """Have the strategy told what comes on these channels of the stream, as notifications.

        Parameters
        ----------
        channels : list of str
            Of ``orders``, ``trades``, ``pnl``, ``notices``, ``session``; default all.

        Returns
        -------
        list of str
            The channels.
        """
        known = {"orders": "order", "trades": "execution", "pnl": "pnl", "notices": "notice"}
        known["session"] = "session"
        names = list(known) if channels is None else list(channels)
        for name in names:
            if name not in known:
                raise ParameterError(f"unknown channel {name!r}{near_miss(name, known)}")
        for name in names:
            self._live().on(known[name], _Teller(self, name))
        return names

    def _live(self) -> Any:
        """The connection; connect where there is none."""
        if self._connection is None and not self.reconnect() and self._failure is not None:
            raise self._failure
        return self._connection

    def get_performance_metrics(self) -> dict[str, Any]:
        """Return figures about the connection since it was opened.

        Returns
        -------
        dict
            ``connected``; of requests ``requests``, ``failed_requests``, ``repeats``,
            ``too_many_requests`` (answers 429), ``mean_latency_s``, ``longest_latency_s``,
            ``total_latency_s``, ``latencies`` (upper end in seconds -> how many); of the stream
            ``messages``, ``messages_by_kind``, ``silent_s`` (since the last one), ``outages``,
            ``reconnects``; of orders ``orders``, ``order_changes``, ``fills``, ``rejects``,
            ``refused_changes``; ``clock_ahead_s`` of IBKR's clock.
        """
        self._live()
        return self.peek_performance_metrics()

    def peek_performance_metrics(self) -> dict[str, Any]:
        """Return the same without connecting: ``connected`` alone where there is no connection."""
        connection = self._connection
        if connection is None:
            return {"connected": False}
        return {"connected": connection.connected, **connection.client.figures.report()}


class _Teller:
    """Passes what comes on a channel on as a notification."""

    def __init__(self, store: IBStore, channel: str) -> None:
        self.store, self.channel = store, channel

    def __call__(self, *arguments: Any) -> None:
        self.store.put_notification(self.channel, *arguments)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Teller) and other.channel == self.channel

    def __hash__(self) -> int:
        return hash(self.channel)


IBStore.BrokerCls, IBStore.DataCls = IBBroker, IBData
IBBroker.StoreCls = IBData._store = IBStore

if __name__ == "__main__":
    # python -m backtrader.stores.ibstore doctor: the command bt-ib
    sys.exit(importlib.import_module("._ib.command", __package__).main())
