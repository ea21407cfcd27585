"""A stand-in for the package ``ib``: it takes requests, and delivers messages on its own thread."""

import queue
import threading
import time
import types


class Plain:
    def __init__(self, **fields):
        self.__dict__.update(fields)


class Contract(Plain):
    pass


class Order(Plain):
    pass


class Connection:
    """What `ibConnection` returns. Answers to requests are methods of `world`, by their names."""

    last = None

    def __init__(self, host, port, clientId):
        Connection.last = self
        self.where = (host, port, clientId)
        self.sent = []
        self.world = None
        self.refuse = 0
        self._up = None  # there is no socket before the first attempt to connect
        self._messages = queue.Queue()
        self._callbacks = []
        threading.Thread(target=self._deliver, daemon=True).start()

    def registerAll(self, callback):
        self._callbacks.append(callback)

    def connect(self):
        self._up = False
        if self.refuse:
            self.refuse -= 1
            return False
        self._up = True
        self.tell("nextValidId", orderId=10)
        return True

    def disconnect(self):
        self._up = False

    def drop(self):
        self._up = False
        self.tell("connectionClosed")

    def tell(self, kind, **fields):
        self._messages.put(Plain(typeName=kind, **fields))

    def end(self):
        self._messages.put(None)

    def _deliver(self):
        while (message := self._messages.get()) is not None:
            for callback in self._callbacks:
                callback(message)

    def named(self, name):
        return [arguments for each, arguments in list(self.sent) if each == name]

    def __getattr__(self, name):
        if self._up is None or not name.startswith(("req", "cancel", "place", "isConn")):
            raise AttributeError(name)
        if name == "isConnected":
            return lambda: self._up

        def request(*arguments):
            self.sent.append((name, arguments))
            answer = getattr(self.world, name, None)
            if answer is not None:
                answer(*arguments)

        return request


class World:
    """TWS as far as the tests need it: one stock, whose history and executions are told."""

    def __init__(self, connection):
        self.connection = connection
        self.bars = 3
        self.tell = connection.tell
        self.first = 1_767_600_000

    def reqCurrentTime(self):
        self.tell("currentTime", time=int(time.time()))

    def reqContractDetails(self, number, contract):
        found = Contract(**vars(contract))
        found.m_conId, found.m_multiplier = 77, ""
        details = Plain(m_summary=found, m_timeZoneId="", m_minTick=0.01)
        if contract.m_symbol == "NONE":
            self.tell("error", id=number, errorCode=200, errorMsg="no security definition")
            return
        self.tell("contractDetails", reqId=number, contractDetails=details)
        self.tell("contractDetailsEnd", reqId=number)

    def reqHistoricalData(self, number, contract, end, duration, size, what, rth, form):
        for index in range(self.bars):
            prices = {"open": 1.0, "high": 2.0, "low": 0.5, "close": 1.5, "volume": 10}
            date = str(self.first + 60 * index)
            self.tell("historicalData", reqId=number, date=date, **prices)
        self.tell("historicalData", reqId=number, date="finished-a-b")

    def reqAccountUpdates(self, subscribe, account):
        for key, value in (("CashBalance", "5000.5"), ("NetLiquidation", "9000"), ("Type", "x")):
            names = {"key": key, "value": value, "currency": "BASE", "accountName": "DU1"}
            self.tell("updateAccountValue", **names)
        self.tell("accountDownloadEnd", accountName="DU1")

    def placeOrder(self, number, contract, order):
        self.status(number, "Submitted", 0, order.m_totalQuantity)

    def cancelOrder(self, number):
        self.status(number, "Cancelled", 0, 0)

    def status(self, number, status, filled, remaining):
        sizes = {"filled": filled, "remaining": remaining, "avgFillPrice": 0.0}
        self.tell("orderStatus", orderId=number, status=status, whyHeld="", **sizes)

    def execute(self, number, side, size, price, name="x1"):
        execution = Plain(
            m_execId=name, m_orderId=number, m_side=side, m_shares=size, m_price=price
        )
        self.tell("execDetails", reqId=-1, contract=None, execution=execution)
        report = Plain(m_execId=name, m_commission=1.25)
        self.tell("commissionReport", commissionReport=report)
        self.status(number, "Filled", size, 0)

    def tick(self, number, price, size, epoch_s):
        value = f"{price};{size};{epoch_s * 1000};100;1.0;true"
        self.tell("tickString", tickerId=number, tickType=48, value=value)


def modules():
    """Return what `sys.modules` has once the package is installed."""
    package, ext, opt = (types.ModuleType(name) for name in ("ib", "ib.ext", "ib.opt"))
    package.__path__ = ext.__path__ = []
    opt.ibConnection = Connection
    contract, order = types.ModuleType("ib.ext.Contract"), types.ModuleType("ib.ext.Order")
    contract.Contract, order.Order = Contract, Order
    made = (package, ext, opt, contract, order)
    return {each.__name__: each for each in made}
