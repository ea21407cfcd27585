"""The smallest world that the server can serve: for the tests of the server alone."""

from backtrader.ibsim.records import Reply, Route


class Counting:
    """A topic that answers a subscription with a frame, and every step with another."""

    def __init__(self):
        self.subscribers = []
        self.dropped = 0

    def subscribe(self, subscriber, target, args):
        if subscriber not in self.subscribers:
            self.subscribers.append(subscriber)
        subscriber.send({"topic": f"smd+{target}", "conid": int(target), "_updated": 0, "31": "0"})

    def unsubscribe(self, subscriber, target, args):
        if subscriber in self.subscribers:
            self.subscribers.remove(subscriber)

    def drop(self, subscriber):
        if subscriber in self.subscribers:
            self.subscribers.remove(subscriber)
            self.dropped += 1

    def tell(self, number):
        frame = {"topic": "smd+1", "conid": 1, "_updated": number, "31": str(number)}
        for subscriber in list(self.subscribers):
            subscriber.send(frame)


class Clock:
    def __init__(self, length):
        self.now_ms = 1_767_000_000_000
        self.due_ms = self.now_ms + 1000
        self.left = length

    def peek_ms(self):
        return self.due_ms if self.left else None

    def advance(self, now_ms):
        self.now_ms = max(self.now_ms, min(now_ms, self.due_ms))


class StandIn:
    """A world of numbered steps; it counts what its handlers did."""

    account_id = "DU1234567"

    def __init__(self, length=1000):
        self.market = Clock(length)
        self.ticks = Counting()
        self.topics = {"smd": self.ticks}
        self.placed = []
        self.number = 0
        self.routes = (
            Route("GET", "iserver/accounts", self.accounts, brokerage=True),
            Route("GET", "portfolio/accounts", self.portfolio, spacing_s=0.4),
            Route("GET", "portfolio/{account}/positions/{page}", self.page),
            Route("GET", "portfolio/broken", self.broken),
            Route("GET", "iserver/marketdata/history", self.history, brokerage=True),
            Route("POST", "iserver/account/{account}/orders", self.place, brokerage=True),
        )

    @property
    def now_ms(self):
        return self.market.now_ms

    def step(self):
        if self.market.left == 0:
            return False
        self.market.now_ms = self.market.due_ms
        self.market.due_ms += 1000
        self.market.left -= 1
        self.number += 1
        self.ticks.tell(self.number)
        return True

    @staticmethod
    def accounts(world, session, call):
        session.warm.add("accounts")
        return Reply({"accounts": [session.account_id], "selectedAccount": session.account_id})

    @staticmethod
    def portfolio(world, session, call):
        return Reply([{"id": session.account_id, "warm": sorted(session.warm)}])

    @staticmethod
    def page(world, session, call):
        return Reply({"captured": call.captured, "params": call.params})

    @staticmethod
    def broken(world, session, call):
        raise KeyError("a mistake of the simulator")

    @staticmethod
    def history(world, session, call):
        return Reply({"data": []})

    def place(self, world, session, call):
        self.placed.append(call.body)
        return Reply([{"order_id": str(len(self.placed)), "order_status": "Submitted"}])
