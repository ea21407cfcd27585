"""ibind's WebSocket client, changed where it loses data or time.

- The router keeps the fields of ``smd`` by their ids and ``_updated``, and lives through every
  frame.
- The transport connects anew at once and with growing pauses after that, reports every end of a
  connection, and ends when it is told to, whatever it is doing.
- What was unsubscribed is forgotten; ibind would send it again after each reconnect and every nine
  minutes.
- Frames keep their order, and durations their length, when the clock of the computer is set: ibind
  sorts and measures by the time of day.
"""

from __future__ import annotations

import datetime as _datetime
import json
import logging
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import requests.certs
import websocket
from ibind import IbkrWsClient, events, subscriptions
from ibind.ibkr_ws.ibkr_router import IbkrRouter
from ibind.support.py_utils import UNDEFINED
from ibind.ws.ws_transport import WsTransport

from .client import LEAST_TLS, Client, shut_down
from .settings import Settings
from .topics import AccountTopic, MarketData, Orders, Pnl, Trades

__all__ = ["Router", "WebSocket", "subscription_for", "tls_options"]

logger = logging.getLogger(__name__)

PING_INTERVAL_S = 5.0
JOIN_S = 1.0
# to connect: a server that takes the connection and then is silent would be waited for for ever
HANDSHAKE_S = 10.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
# less is how a clock is kept, and not how it is set
STEP_S = 0.5


def _zero_s() -> float:
    """Return the time of day at which the clock of durations was at zero."""
    return time.time() - time.monotonic()


class Router(IbkrRouter):
    """Turns frames into ibind's events; one that it cannot read is left out, and logged."""

    def route(self, raw_message: str) -> Any:
        """Return the events of a frame, or None."""
        try:
            frame = json.loads(raw_message)
            if not isinstance(frame, dict):
                raise ValueError("not an object")
            return self._events(frame, raw_message)
        except Exception:  # ibind would try again five times, and tell of each
            logger.warning("a frame of the stream was left out", exc_info=True)
            return None

    def _events(self, frame: dict[str, Any], raw_message: str) -> Any:
        topic = str(frame.get("topic") or "")
        kind, _, target = topic.partition("+")
        if "error" in frame or topic == "error":
            return events.IbkrError(data=frame)
        if kind == "smd":
            conid = str(frame.get("conid", target))
            return events.MarketData(conid=conid, data=frame) if conid.isdigit() else []
        if kind in ("ssd", "sld") and isinstance(frame.get("result"), list):
            event = events.AccountSummary if kind == "ssd" else events.AccountLedger
            return event(account_id=target, data={"rows": frame["result"]})
        if kind in ("ntf", "blt"):
            event = events.Notification if kind == "ntf" else events.Bulletin
            told = frame.get("args")
            rows = told if isinstance(told, list) else [told]
            return [event(data=row) for row in rows if isinstance(row, dict)]
        if kind in ("sor", "str"):
            event = events.Orders if kind == "sor" else events.Trades
            return event(data=frame)
        if "hb" in frame:
            # the server's time of day, which ibind compares with that of the computer
            raw_message = json.dumps({**frame, "hb": int(time.time() * 1000.0)})
        return super().route(raw_message)


class _Transport(WsTransport):
    """Keeps a socket open; each one gets a new WebSocketApp, and a fresh cookie."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._halted = threading.Event()
        self._awake = threading.Event()
        self._attempts = 0
        self._holder: Any = None

    def check_cookie(self) -> bool:
        """Trust the cookie that was fetched just before connecting."""
        return True

    def settled(self) -> None:
        """Take note that the connection is good: the next pause is a short one again."""
        self._attempts = 0

    def sever(self) -> None:
        """End the present connection, without asking the other side."""
        app = self._wsa
        holder = getattr(app, "sock", None)
        shut_down(getattr(holder, "sock", None))

    def hurry(self) -> None:
        """Connect now, if a pause is being made."""
        self._attempts = 0
        self._awake.set()

    def reset_websocket_app(self) -> bool:
        """End the present connection; the next one follows by itself."""
        self.sever()
        return True

    def disconnect(self) -> None:
        """End the connection for good."""
        self._halted.set()
        self._awake.set()
        app = self._wsa
        if app is not None:
            app.keep_running = False
        self.sever()

    def connect(self) -> None:
        """Hold a connection until told to end; a thread that begins after that ends at once.

        ibind's other thread may begin one more here just as this one has ended.
        """
        self._running = True
        while not self._halted.is_set():
            self._cycle()

    def _cycle(self) -> None:
        if self._attempts:
            pause = min(FIRST_PAUSE_S * 2.0 ** (self._attempts - 1), LONGEST_PAUSE_S)
            self._awake.wait(pause)
            self._awake.clear()
        self._attempts += 1
        app = None if self._halted.is_set() else self._new_wsa()
        if app is None:
            return
        with self._wsa_condition:
            self._wsa = app
        # for want of a parameter, until it is open: what others set for themselves stays
        websocket.setdefaulttimeout(websocket.getdefaulttimeout() or HANDSHAKE_S)
        try:
            super()._cycle()
        finally:
            self._end_handshake()
        # websocket-client leaves the socket open after a close frame of the server
        holder, self._holder = self._holder, None
        if holder is not None:
            holder.shutdown()

    @staticmethod
    def _end_handshake() -> None:
        if websocket.getdefaulttimeout() == HANDSHAKE_S:
            websocket.setdefaulttimeout(None)

    def _on_open(self, wsa: Any) -> None:
        self._end_handshake()
        self._holder = wsa.sock
        self._holder.settimeout(None)
        super()._on_open(wsa)

    def fetch_cookie(self) -> Any:
        """Return the cookie; UNDEFINED when the server does not give one now."""
        try:
            return self._get_cookie()
        except Exception as failure:
            # known to the keeper of the session, who asks too and tells
            logger.debug("no session for the stream yet: %s", failure)
            return UNDEFINED


def tls_options(settings: Settings) -> dict[str, Any]:
    """Return what websocket-client takes to verify the server as the requests do."""
    verify = settings.cacert
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = LEAST_TLS
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(requests.certs.where() if verify is True else verify)
    return {"context": context}


class WebSocket(IbkrWsClient):
    """ibind's WebSocket client over a shared REST client.

    Parameters
    ----------
    settings, client, account_id
        As the connection has them.
    session_token
        Returns the token of the outer session for the cookie.
    authenticated
        Tells whether the brokerage session is known to be authenticated.
    sink
        Has ``emit(event)``, called on the stream's thread.
    """

    def __init__(
        self,
        settings: Settings,
        client: Client,
        account_id: str,
        session_token: Callable[[], str],
        authenticated: Callable[[], bool],
        sink: Any,
    ) -> None:
        self._session_token = session_token
        self._is_authenticated = authenticated
        self._latest = _datetime.datetime.min
        self._zero_s = _zero_s()
        token = settings.oauth.access_token if settings.oauth else None
        super().__init__(
            account_id=account_id,
            url=settings.ws_url,
            ibkr_client=client,
            use_oauth=settings.oauth is not None,
            access_token=token,
            # ibind takes a path or False; True would be refused
            cacert=requests.certs.where() if settings.cacert is True else settings.cacert,
            sink=sink,
            router=Router(),
            synchronous_output_events=True,
        )
        self._replace_transport(tls_options(settings))

    def _replace_transport(self, sslopt: dict[str, Any]) -> None:
        runtime = self._runtime
        former = runtime._transport
        self.transport = _Transport(
            url=former._url,
            event_callback=self.take,
            sslopt=sslopt,
            get_cookie=self._get_cookie,
            get_header=self._get_header,
            ping_interval=PING_INTERVAL_S,
            connection_timeout=JOIN_S,
            reconnect_timeout=0,
        )
        runtime._transport = self.transport
        runtime._health_monitor._transport = self.transport
        runtime._health_monitor._reconnect_timeout = None
        runtime._lifecycle._transport = self.transport
        runtime._lifecycle._connection_timeout = JOIN_S

    def _get_cookie(self) -> str:
        token = self._session_token()
        return f"api={token}" if self._use_oauth else f"api={json.dumps({'session': token})}"

    def _get_authenticated(self) -> bool:
        return self._is_authenticated()

    def take(self, event: Any) -> None:
        """Queue what the transport tells; none has an earlier time than those before it."""
        if event.received_at < self._latest:
            event = event.model_copy(update={"received_at": self._latest})
        self._latest = event.received_at
        self._runtime._transport_callback(event)

    def follow_the_clock(self) -> None:
        """Where the clock of the computer was set, have ibind's moments move with it."""
        before, self._zero_s = self._zero_s, _zero_s()
        moved_s = self._zero_s - before
        if abs(moved_s) < STEP_S:
            return
        runtime, app = self._runtime, self.transport._wsa
        controller, state = runtime.subscription_controller, runtime._state_manager
        with controller._condition:
            for binding in controller._bindings.values():
                if binding.last_attempt:
                    binding.last_attempt += moved_s
        if state.last_heartbeat is not None:
            state.last_heartbeat += moved_s
        if app is not None and app.last_pong_tm:
            app.last_pong_tm += moved_s

    def send(self, payload: str) -> bool:
        """Send a text frame; False when the stream is not ready or fails."""
        try:
            return bool(self._runtime.send(payload))
        except Exception as failure:  # websocket-client raises OSError and classes of its own
            logger.debug("the stream did not take a frame: %s", failure)
            return False

    def work_now(self) -> None:
        """Have the stream's thread look at subscriptions at once."""
        self._runtime._runtime_worker.request_cycle()

    def forget_unsubscribed(self) -> None:
        """Drop what was given up, so that nothing of it is sent again."""
        controller = self._runtime.subscription_controller
        with controller._condition:
            for key, binding in list(controller._bindings.items()):
                given_up = binding.intent == subscriptions.BindingStatus.UNSUBSCRIBED
                if given_up and (binding.done or not self.is_authenticated()):
                    del controller._bindings[key]

    def prepare_to_end(self) -> None:
        """Drop all subscriptions, and have the stream's thread look up often: it is to end soon."""
        worker = self._runtime._runtime_worker
        worker._cycle_interval = 0.01
        # ibind would wait for what is still to be given up: that is nothing
        worker.wait_for_one_cycle = lambda *args, **kwargs: True
        controller = self._runtime.subscription_controller
        with controller._condition:
            controller._bindings.clear()

    def repeat_all(self) -> None:
        """Have all subscriptions sent as soon as the stream is ready: a new connection has none."""
        self.forget_unsubscribed()
        self._runtime.subscription_controller.invalidate_active_subscriptions()

    def put(self, subscription: Any) -> subscriptions.SubscriptionHandle:
        """Subscribe; in place of one to the same topic with other parameters."""
        controller = self._runtime.subscription_controller
        key = subscription.binding_key()
        with controller._condition:
            binding = controller._bindings.get(key)
            if binding is not None and binding.subscription != subscription:
                self.send(binding.subscription.unsubscribe_payload())
                del controller._bindings[key]
            handle = super().subscribe(subscription)
        self.work_now()
        return handle

    def drop(self, subscription: Any) -> None:
        """Unsubscribe, if it is subscribed."""
        controller = self._runtime.subscription_controller
        with controller._condition:
            if subscription.binding_key() in controller._bindings:
                super().unsubscribe(subscription)
        self.work_now()

    def renew(self, subscription: Any, end: bool = True) -> None:
        """Have a subscription sent anew; with `end` it is ended at the server before."""
        controller = self._runtime.subscription_controller
        with controller._condition:
            binding = controller._bindings.get(subscription.binding_key())
            if binding is None:
                return
            if binding.status != subscriptions.BindingStatus.NEW:
                if end:
                    self.send(binding.subscription.unsubscribe_payload())
                binding.status = subscriptions.BindingStatus.EXPIRED
                binding.reset()
        self.work_now()


def subscription_for(topic: Any) -> Any:
    """Return ibind's subscription for a record of `topics`; one of ibind's own as it is."""
    if isinstance(topic, MarketData):
        return subscriptions.MarketDataSubscription(
            conid=str(topic.conid), fields=list(topic.fields), expiry_seconds=topic.renew_s
        )
    if isinstance(topic, Orders):
        return subscriptions.OrdersSubscription()
    if isinstance(topic, Trades):
        return subscriptions.TradesSubscription(days=topic.days)
    if isinstance(topic, Pnl):
        return subscriptions.PnlSubscription()
    if isinstance(topic, AccountTopic):
        kinds = {
            "summary": subscriptions.AccountSummarySubscription,
            "ledger": subscriptions.AccountLedgerSubscription,
        }
        return kinds[topic.kind](account_id=topic.account_id)
    if isinstance(topic, subscriptions.Subscription):
        return topic
    raise TypeError(f"not a topic: {topic!r}")
