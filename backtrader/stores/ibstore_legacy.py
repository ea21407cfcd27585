"""Interactive Brokers over the socket of TWS and IbPy, which is not maintained.

For those who cannot leave TWS' socket yet; everybody else takes `backtrader.stores.IBStore`.
Nothing imports this module: ``from backtrader.stores.ibstore_legacy import IBStore``.
"""

from __future__ import annotations

import collections
import itertools
import logging
import random
import threading
from typing import Any, ClassVar

from ..brokers.ibbroker_legacy import IBBroker, wire_order
from ..errors import MissingDependencyError
from ..feeds.ibdata_legacy import IBData
from ..position import Position
from ..store import MetaSingleton, Store
from ._ib.calls import DataCalls
from ._ib.handlers import Handlers
from ._ib.history import Signal
from ._ib.livedata import REQIDBASE
from ._ib.messages import Commission, Execution, Holding, OpenOrder, OrderProblem, OrderStatus
from ._ib.settings import UPSTREAM_PARAMETERS
from ._ib.ticks import RTVolume
from ._twsdesk_legacy import Desk, wire_contract

try:
    from ib.opt import ibConnection
except ImportError as error:
    raise MissingDependencyError("the socket of TWS (ibstore_legacy)", "IbPy2") from error

__all__ = ["IBStore", "MetaSingleton", "RTVolume", "ibregister"]

_log = logging.getLogger(__name__)

# numbers of TWS' errors
_LOST, _BACK_WITHOUT_STREAMS, _BACK = 1100, 1101, 1102
_NOT_CONNECTED = (502, 504)
_ENDS_REQUEST = {162: Signal.NO_DATA, 200: Signal.NO_CONTRACT, 321: Signal.REFUSED}
_OF_STREAM = {354: Signal.NOT_SUBSCRIBED, 10167: Signal.DELAYED_DATA}
# an order that waits stays as it is: it cannot be changed or cancelled (any more)
_NOT_CHANGED = frozenset((104, 105, 106, 135, 136, 399))


def ibregister(f: Any) -> Any:
    """Mark a method as a handler of messages, to which it is called by its name."""
    f._ibregister = True
    return f


class IBStore(Handlers, DataCalls, Store):
    """The connection to TWS or the IB Gateway, of which there is one.

    Parameters
    ----------
    host, port : '127.0.0.1', 7496
        Where TWS listens.
    clientId : None
        Number of this program; default one by chance.
    notifyall : False
        Have the strategy told every message.
    _debug : False
        Print every message.
    reconnect, timeout : 3, 3.0
        How often to try to connect (-1: for ever), and seconds between two attempts.
    timeoffset, timerefresh : True, 60.0
        Whether to correct the clock of this machine by that of TWS, and how often to ask, in
        seconds.
    indcash : True
        Accepted; the prices of indices are taken as they come.
    """

    BrokerCls: ClassVar[Any] = None
    DataCls: ClassVar[Any] = None
    REQIDBASE = REQIDBASE

    params: Any = UPSTREAM_PARAMETERS

    p: Any
    answer_s = 10.0  # how long an answer of TWS is waited for

    def __init__(self) -> None:
        super().__init__()
        self.notifs: collections.deque[Any] = collections.deque()
        self._started = True
        self.datas: list[Any] = []
        self.broker: Any = None
        self._environments: list[Any] = []
        client_id = self.p.clientId
        self.clientId = random.randint(1, 2**16 - 1) if client_id is None else client_id
        self.conn = ibConnection(self.p.host, self.p.port, self.clientId)
        self.conn.registerAll(self._dispatch)
        self._desk: Any = Desk(self)
        self._order_ids: Any = None
        self._got_id, self._downloaded = threading.Event(), threading.Event()
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._values: dict[str, dict[str, dict[str, float]]] = {}
        self._holdings: dict[int, Holding] = {}
        self._changing: set[int] = set()

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
        """Connect, if that was not done; called by the run, and by each feed and the broker."""
        source = data if data is not None else broker
        env = None if source is None else data._env if data is not None else broker.cerebro
        if env is not None and env not in self._environments:
            self._environments.append(env)
        if data is not None:
            self.datas.append(data)
        elif broker is not None:
            self.broker = broker
        self._closing.clear()
        self.reconnect(fromstart=True)

    def take_up_orders(self) -> None:
        """Take up nothing: there is no journal of orders that are sent to TWS."""

    def note_told(self, record: dict[str, Any]) -> None:
        """Write nothing down."""

    def stop(self) -> None:
        """End the connection."""
        self._closing.set()
        if self.connected():
            self.conn.disconnect()
        for each in self._threads:
            each.join(self.p.timeout + 1.0)
        self._threads.clear()
        self.datas.clear()
        self._environments.clear()
        for event in (self._got_id, self._downloaded):
            event.clear()

    def connected(self) -> bool:
        """Whether there is a connection."""
        # IbPy's connection has its methods from the first attempt to connect on
        asks = getattr(self.conn, "isConnected", None)
        return asks is not None and bool(asks())

    def _live(self) -> Any:
        if not self.connected():
            self.reconnect(fromstart=True)
        return self.conn

    def reconnect(self, fromstart: bool = False, resub: bool = False) -> bool:
        """Connect where there is no connection; return whether there is one.

        Parameters
        ----------
        fromstart
            Accepted.
        resub
            Begin the streams anew.
        """
        left = self.p.reconnect
        while not self.connected() and not self._closing.is_set():
            if self.conn.connect():
                self._got_id.wait(self.answer_s)
                self._begin_clock()
            elif left == 0:
                return False
            else:
                left -= left > 0
                self._closing.wait(self.p.timeout)
        if resub and self.connected():
            self.startdatas()
        return self.connected()

    def _begin_clock(self) -> None:
        if self.p.timeoffset and not any(each.name == "tws-clock" for each in self._threads):
            self._spawn("tws-clock", self._ask_clock)

    def _ask_clock(self) -> None:
        while self.connected():
            self.reqCurrentTime()
            if self._closing.wait(self.p.timerefresh):
                return

    def _spawn(self, name: str, act: Any) -> None:
        self._threads = [each for each in self._threads if each.is_alive()]
        self._threads.append(threading.Thread(target=act, name=name, daemon=True))
        self._threads[-1].start()

    def startdatas(self) -> None:
        """Begin the streams of all feeds anew."""
        self._desk.live.renew()

    def stopdatas(self) -> None:
        """Have all feeds give their streams up."""
        for data in self.datas:
            data.canceldata()

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

    def logmsg(self, *args: Any) -> None:
        """Print the arguments where `_debug` is set."""
        if self.p._debug:
            print(*args)

    def reqCurrentTime(self) -> None:  # type: ignore[override]  # TWS answers with a message
        """Ask for the clock of TWS."""
        self.conn.reqCurrentTime()

    # messages; they come on IbPy's thread

    def _dispatch(self, message: Any) -> None:
        handler = getattr(self, message.typeName, None)
        if handler is not None:
            handler(message)

    def nextValidId(self, msg: Any) -> None:
        """Number orders from here on."""
        self._order_ids = itertools.count(msg.orderId)
        self._got_id.set()

    def nextOrderId(self) -> int:
        """Return a number for an order that was not used before."""
        return int(next(self._order_ids))

    def connectionClosed(self, msg: Any) -> None:
        """The connection is gone: it is made again, as often as the parameters say."""
        if not self._closing.is_set():
            self._desk.break_off()
            super().connectionClosed(msg)
            self._spawn("tws-reconnect", self._restore)

    def _restore(self) -> None:
        back = self.reconnect(resub=True)
        self._desk.live.tell(Signal.RESTORED if back else None)
        self._wake()

    def error(self, msg: Any) -> None:
        """Something went wrong: with a request, with an order, or (-1) altogether."""
        code, number = msg.errorCode, msg.id
        if code in (_LOST, _BACK_WITHOUT_STREAMS, _BACK):
            self._on_line(code)
        elif number is not None and number >= REQIDBASE:
            self._on_request(number, code, str(msg.errorMsg))
            return
        elif number not in (None, -1) and self._is_about_order(code):
            known = 399 if code in _NOT_CHANGED else code
            super().error(OrderProblem(number, known, str(msg.errorMsg)))
            return
        if msg.errorMsg is not None and code not in _NOT_CONNECTED:
            self._say(f"TWS {code}: {msg.errorMsg}")

    @staticmethod
    def _is_about_order(code: int) -> bool:
        return 100 < code < 165 or code in (201, 202, 203, 399)

    def _on_line(self, code: int) -> None:
        if code == _BACK_WITHOUT_STREAMS:
            self._desk.live.renew()
        self._desk.live.tell(Signal.LOST if code == _LOST else Signal.RESTORED)
        self._wake()

    def _on_request(self, number: int, code: int, text: str) -> None:
        if code in _OF_STREAM:
            self._put(number, _OF_STREAM[code])
        elif code in _ENDS_REQUEST and number not in self._desk.live.asked:
            self._desk.windows.pop(number, None)
            self._put(number, _ENDS_REQUEST[code])
        else:
            self._say(f"TWS {code}: {text}")

    def historicalData(self, msg: Any) -> None:
        """A bar of history; after the last of a stretch the next one is asked for."""
        if str(msg.date).startswith("finished-") and self._desk.next_window(msg.reqId):
            return
        super().historicalData(msg)

    def orderStatus(self, msg: Any) -> None:
        """The state of an order changed."""
        told = OrderStatus(msg.orderId, msg.status, msg.filled, msg.remaining, msg.avgFillPrice)
        super().orderStatus(told)

    def openOrder(self, msg: Any) -> None:
        """An order was taken, or a change of it."""
        changed = msg.orderId in self._changing
        self._changing.discard(msg.orderId)
        super().openOrder(OpenOrder(msg.orderId, msg.contract, msg.order, msg.orderState, changed))

    def execDetails(self, msg: Any) -> None:
        """An order was executed, in part or in full."""
        self.watcher(msg)
        ex = msg.execution
        told = Execution(ex.m_execId, ex.m_orderId, ex.m_side, ex.m_shares, ex.m_price)
        if self.broker is not None:
            self.broker.push_execution(told)

    def commissionReport(self, msg: Any) -> None:
        """The commission of an execution is known."""
        self.watcher(msg)
        report = msg.commissionReport
        if self.broker is not None:
            told = Commission(report.m_execId, report.m_commission)
            self.broker.push_commissionreport(told)

    def updateAccountValue(self, msg: Any) -> None:
        """A figure of the account changed; what is no number is left out."""
        self.watcher(msg)
        try:
            value = float(msg.value)
        except ValueError:
            return
        account = self._values.setdefault(msg.accountName, {})
        account.setdefault(msg.key, {})[msg.currency or ""] = value

    def updatePortfolio(self, msg: Any) -> None:
        """A position was read."""
        self.watcher(msg)
        conid = msg.contract.m_conId
        self._holdings[conid] = Holding(conid, msg.position, msg.averageCost)
        if self._downloaded.is_set() and self.broker is not None:
            self.broker.push_portupdate()

    def position(self, msg: Any) -> None:
        """A position was read."""
        self.watcher(msg)
        conid = msg.contract.m_conId
        self._holdings[conid] = Holding(conid, msg.pos, msg.avgCost)

    def accountDownloadEnd(self, msg: Any) -> None:
        """All of the account was read."""
        self._downloaded.set()
        super().accountDownloadEnd(msg)

    # orders and the account

    def placeOrder(self, orderid: int, contract: Any, order: Any) -> None:
        """Send an order; with the number of one that was sent, change that."""
        self.conn.placeOrder(orderid, wire_contract(contract), wire_order(order))

    def replaceOrder(self, orderid: int, order: Any) -> None:
        """Have TWS change an order to what `order` says."""
        self._changing.add(orderid)
        self.placeOrder(orderid, order.data.tradecontract, order)

    def cancelOrder(self, orderid: int) -> None:
        """Cancel an order."""
        self.conn.cancelOrder(orderid)

    def reqPositions(self) -> None:
        """Have the positions read."""
        self.conn.reqPositions()

    def reqAccountUpdates(self, subscribe: bool = True, account: str | None = None) -> None:
        """Begin to follow the account, or end; the beginning waits for the first figures."""
        self.conn.reqAccountUpdates(bool(subscribe), account or "")
        if subscribe and not self._downloaded.wait(self.answer_s):
            self._say("TWS does not tell the figures of the account")

    def get_acc_values(self, account: str | None = None) -> dict[str, dict[str, float]]:
        """Return all figures of an account: key -> currency -> value."""
        known = self._values
        return known.get(account or next(iter(known), ""), {})

    def _figure(self, key: str, account: str | None) -> float:
        values = self.get_acc_values(account).get(key, {})
        return values.get("BASE", next(iter(values.values()), float("nan")))

    def get_account(self) -> str:
        """Return "": orders name no other account than the first."""
        return ""

    def get_acc_cash(self, account: str | None = None) -> float:
        """Return the cash of an account in base currency; NaN where TWS has not told it."""
        return self._figure("CashBalance", account)

    def get_acc_value(self, account: str | None = None) -> float:
        """Return the net liquidation value of an account; NaN where TWS has not told it."""
        return self._figure("NetLiquidation", account)

    def get_positions(self) -> list[Holding]:
        """Return the positions as TWS told them."""
        return [each for each in self._holdings.values() if each.position]

    def getposition(self, contract: Any, clone: bool = False) -> Position:
        """Return the position in a contract."""
        held = self._holdings.get(contract.m_conId)
        return Position() if held is None else Position(held.position, held.averageCost)


IBStore.BrokerCls, IBStore.DataCls = IBBroker, IBData
IBBroker.StoreCls = IBData._store = IBStore
