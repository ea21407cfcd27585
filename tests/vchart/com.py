"""A stand-in for comtypes and the libraries of Visual Chart: it delivers events when pumped."""

import itertools
import queue
import threading
import time
import types


class Thing:
    def __init__(self, **fields):
        self.__dict__.update(fields)


class Series(Thing):
    """A series of bars; it begins with those of the world."""

    def __init__(self, world, asked):
        super().__init__(world=world, asked=asked, rows=list(world.rows))

    @property
    def Size(self):
        return len(self.rows)

    def GetBarValues(self, number):
        date, first, high, low, last = self.rows[number - 1]
        prices = {"Open": first, "High": high, "Low": low, "Close": last}
        return Thing(Date=date, Volume=10, OpenInterest=0, **prices)


class World:
    """Visual Chart as far as the tests need it."""

    def __init__(self):
        self.rows = []
        self.series = []
        self.sinks = []
        self.sent = []
        self.cancelled = []
        self.deleted = 0
        self.symbols = {"010ES": Thing(PointValue=50.0)}
        self.feeds = []
        self.broken = None
        self.threads = set()
        self.balance = Thing(Cash=5000.0, NetWorth=6000.0)
        self.account = Thing(Account="demo", Balance=self.balance)
        self.Accounts = [Thing(Account="other", Balance=self.balance), self.account]
        self._events = queue.Queue()
        self._numbers = itertools.count(100)

    # events

    def soon(self, name, *arguments):
        """Have each sink that has a method of the name called, by whoever pumps events."""
        self._events.put((name, arguments))

    def grow(self, row):
        def act():
            for series in self.series:
                series.rows.append(row)
                for sink in self.sinks:
                    if hasattr(sink, "OnNewDataSerieBar"):
                        sink.OnNewDataSerieBar(series)

        self._events.put((act, ()))

    def pump(self, timeout):
        self.threads.add(threading.current_thread().name)
        try:
            name, arguments = self._events.get(timeout=min(timeout, 0.01))
        except queue.Empty:
            return
        if callable(name):
            name()
            return
        for sink in list(self.sinks):
            if hasattr(sink, name) and type(sink).__name__ != "VCData":
                getattr(sink, name)(*arguments)

    # what the libraries have

    def NewDataSerie(self, symbol, unit, count, begin, end):
        made = Series(self, (symbol, unit, count, begin, end))
        self.series.append(made)
        return made

    def DeleteDataSource(self, series):
        self.deleted += 1

    def GetSymbolInfo(self, symbol):
        return self.symbols.get(symbol)

    def RequestSymbolFeed(self, symbol, limited):
        self.feeds.append(symbol)

    def CancelSymbolFeed(self, symbol, limited):
        self.feeds.remove(symbol)

    def SendOrder(self, order, check, ask):
        order.OrderId = next(self._numbers)
        self.sent.append(order)

    def CancelOrder(self, number, ask):
        self.cancelled.append(number)
        self.soon("OnCancelledOrder", Thing(OrderId=number))

    def ticks(self, price, size, date):
        fields = (("value", price), ("volume", size))
        made = [
            Thing(SymbolCode="010ES", Field=name, TickIndex=0, Date=date, Value=value)
            for name, value in fields
        ]
        self.soon("OnNewTicks", made)

    def executed(self, kind, number, volume, price):
        self.soon(kind, Thing(OrderId=number, Volume=volume, Price=price))


def modules(world):
    """Return what `sys.modules` has where comtypes works."""
    base, client = types.ModuleType("comtypes"), types.ModuleType("comtypes.client")
    base.client = client
    base.CoInitialize = lambda: None
    base.CoUninitialize = lambda: None
    names = ("Ticks", "Minutes", "Days", "Weeks", "Months")
    data = Thing(DataSourceManager="sources", **{f"CT_{name}": name for name in names})
    quotes = Thing(RealTime="quotes", Field_Last_Value="value", Field_Last_Volume="volume")
    kinds = ("OT_Market", "OT_Limit", "OT_StopMarket", "OT_StopLimit", "OS_Buy", "OS_Sell")
    kinds += ("TR_NoRestriction", "TR_Date", "TR_CloseAuction")
    trade = Thing(Trader="trader", Order="order", **{name: name for name in kinds})
    libraries = itertools.cycle((data, quotes, trade))

    def load(place):
        if world.broken:
            raise OSError(world.broken)
        return next(libraries)

    def listen(source, sink):
        world.sinks.append(sink)
        return sink

    client.GetModule = load
    client.CreateObject = lambda kind: Thing() if kind == "order" else world
    client.GetEvents = listen
    client.PumpEvents = world.pump
    return {"comtypes": base, "comtypes.client": client}


def wait_for(condition):
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.002)
