"""A server that speaks as much of OANDA's v20 API as the store needs, over real HTTP.

Candles are computed from the time, so that every size of them tells the same story: the price moves
by one pip every second.
"""

import asyncio
import datetime
import itertools
import json
import threading
import time

from aiohttp import web

TOKEN = "a-token-that-must-not-show"
ACCOUNT = "101-004-1234567-001"
SECONDS = {"S5": 5, "S15": 15, "M1": 60, "M5": 300, "H1": 3600, "D": 86400}


def price_at(second):
    """The middle price at a second since 1970: a saw of twenty pips."""
    return round(1.1 + 0.0001 * (second % 20), 5)


class StandIn:
    """The server; it runs on a thread of its own.

    `now` can be set: the server's clock goes on from there.
    """

    def __init__(self):
        self.requests = []
        self.transactions = []
        self.orders = {}  # our name -> OANDA's number
        self.positions = []
        self.trades = []
        self.accounts = [ACCOUNT]
        self.refuse_with = None
        self.lose_answers = 0  # this many orders are taken, and not answered
        self.lose_requests = 0  # this many orders are lost on their way
        self.fail_history = 0
        self.fill_at = 1.1010
        self.hold_stream = False
        self.mute_transactions = False
        self._ids = itertools.count(1)
        self._ahead_s = 0.0
        self._listeners = {"prices": [], "transactions": []}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    # clock

    @property
    def now(self):
        return time.time() + self._ahead_s

    @now.setter
    def now(self, moment):
        self._ahead_s = moment - time.time()

    # life

    def _serve(self):
        asyncio.set_event_loop(self._loop)
        app = web.Application(middlewares=[self._authenticate])
        base = "/v3/accounts/{account}"
        app.add_routes(
            [
                web.get("/v3/accounts", self.get_accounts),
                web.get(base + "/summary", self.get_summary),
                web.get(base + "/instruments", self.get_instruments),
                web.get(base + "/openPositions", self.get_positions),
                web.get(base + "/openTrades", self.get_trades),
                web.get(base + "/pricing/stream", self.stream_prices),
                web.get(base + "/transactions/stream", self.stream_transactions),
                web.get(base + "/transactions/sinceid", self.get_since),
                web.post(base + "/orders", self.post_order),
                web.put(base + "/orders/{order}/cancel", self.put_cancel),
                web.get("/v3/instruments/{instrument}/candles", self.get_candles),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    def close(self):
        self.break_streams()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        assert not self._thread.is_alive()

    def _soon(self, act, *arguments):
        self._loop.call_soon_threadsafe(act, *arguments)

    @web.middleware
    async def _authenticate(self, request, handler):
        self.requests.append((request.method, request.path, dict(request.query)))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"errorMessage": "Insufficient authorization"}, status=401)
        return await handler(request)

    def asked(self, ending):
        return [each for each in self.requests if each[1].endswith(ending)]

    # account

    def _last(self):
        return str(len(self.transactions))

    async def get_accounts(self, request):
        return web.json_response({"accounts": [{"id": each, "tags": []} for each in self.accounts]})

    async def get_summary(self, request):
        account = {"marginAvailable": "9000.5", "NAV": "10010.25", "balance": "10000.0"}
        return web.json_response({"account": account, "lastTransactionID": self._last()})

    async def get_instruments(self, request):
        name = request.query["instruments"]
        if name == "NO_SUCH":
            return web.json_response({"errorMessage": "Invalid instrument"}, status=400)
        found = {"name": name, "displayPrecision": 5, "tradeUnitsPrecision": 0}
        return web.json_response({"instruments": [found], "lastTransactionID": self._last()})

    async def get_positions(self, request):
        answer = {"positions": self.positions, "lastTransactionID": self._last()}
        return web.json_response(answer)

    async def get_trades(self, request):
        return web.json_response({"trades": self.trades, "lastTransactionID": self._last()})

    # history

    async def get_candles(self, request):
        if self.fail_history:
            self.fail_history -= 1
            return web.Response(status=503, text="busy")
        query = request.query
        length = SECONDS[query["granularity"]]
        count = int(query.get("count", 500))
        ends = min(float(query.get("to", self.now)), self.now)
        if "from" in query:
            begin = float(query["from"])
            start = int(begin // length) * length
            if query.get("includeFirst") == "False":
                start += length
        else:
            start = int(-(-ends // length)) * length - count * length
        rows = []
        while start < ends and len(rows) < count:
            rows.append(
                self._row(start, length, {"B": "bid", "A": "ask", "M": "mid"}[query["price"]])
            )
            start += length
        answer = {"instrument": request.match_info["instrument"], "candles": rows}
        return web.json_response(answer)

    def _row(self, start, length, side):
        shift = {"bid": -0.0001, "ask": 0.0001, "mid": 0.0}[side]
        stop = min(start + length, int(self.now) + 1)
        prices = [price_at(second) + shift for second in range(start, min(stop, start + 20))]
        last = price_at(stop - 1) + shift
        values = {"o": prices[0], "h": max(prices), "l": min(prices), "c": last}
        texts = {name: f"{value:.5f}" for name, value in values.items()}
        volume = stop - start
        complete = start + length <= self.now
        return {"time": f"{start}.000000000", side: texts, "volume": volume, "complete": complete}

    # streams

    async def _stream(self, request, kind, heartbeat):
        while self.hold_stream:
            return web.Response(status=503)
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        messages = asyncio.Queue()
        self._listeners[kind].append(messages)
        messages.put_nowait(heartbeat())
        try:
            while True:
                try:
                    message = await asyncio.wait_for(messages.get(), 0.2)
                except asyncio.TimeoutError:
                    message = heartbeat()
                if message is None:
                    if request.transport is not None:
                        request.transport.close()
                    return response
                await response.write(json.dumps(message).encode() + b"\n")
        except (ConnectionError, asyncio.CancelledError):
            return response
        finally:
            self._listeners[kind].remove(messages)

    async def stream_prices(self, request):
        def heartbeat():
            return {"type": "HEARTBEAT", "time": f"{self.now:.9f}"}

        return await self._stream(request, "prices", heartbeat)

    async def stream_transactions(self, request):
        def heartbeat():
            return {"type": "HEARTBEAT", "lastTransactionID": self._last()}

        return await self._stream(request, "transactions", heartbeat)

    def _put(self, kind, message):
        for messages in self._listeners[kind]:
            messages.put_nowait(message)

    def quote(self, bid, moment=None):
        """Send a quote; the ask is two pips higher."""
        message = {
            "type": "PRICE",
            "instrument": "EUR_USD",
            "time": f"{moment or self.now:.9f}",
            "bids": [{"price": f"{bid:.5f}", "liquidity": 1000000}],
            "asks": [{"price": f"{bid + 0.0002:.5f}", "liquidity": 1000000}],
        }
        self._soon(self._put, "prices", message)

    def break_streams(self):
        for kind in self._listeners:
            self._soon(self._put, kind, None)

    def listening(self, kind="prices"):
        return len(self._listeners[kind])

    # orders

    def log(self, kind, **fields):
        """Put a transaction into the log, and on the stream."""
        entry = {"id": str(next(self._ids)), "type": kind, "time": f"{self.now:.9f}", **fields}
        self.transactions.append(entry)
        if not self.mute_transactions:
            self._soon(self._put, "transactions", entry)
        return entry

    async def get_since(self, request):
        since = int(request.query["id"])
        found = [each for each in self.transactions if int(each["id"]) > since]
        return web.json_response({"transactions": found, "lastTransactionID": self._last()})

    async def post_order(self, request):
        body = (await request.json())["order"]
        if self.lose_requests:
            self.lose_requests -= 1
            request.transport.close()
            return web.Response()
        if self.refuse_with:
            entry = self.log(
                f"{body['type']}_ORDER_REJECT",
                clientExtensions=body["clientExtensions"],
                rejectReason=self.refuse_with,
            )
            answer = {"orderRejectTransaction": entry, "errorMessage": "refused"}
            return web.json_response({**answer, "errorCode": self.refuse_with}, status=400)
        answer = self.take(body)
        if self.lose_answers:
            self.lose_answers -= 1
            request.transport.close()
            return web.Response()
        return web.json_response(answer, status=201)

    def take(self, body):
        fields = {name: value for name, value in body.items() if name != "type"}
        created = self.log(f"{body['type']}_ORDER", **fields)
        self.orders[body["clientExtensions"]["id"]] = created
        answer = {"orderCreateTransaction": created}
        if body["type"] == "MARKET":
            answer["orderFillTransaction"] = self.fill(created)
        return answer

    def fill(self, created, units=None, price=None, **fields):
        """Execute an order; what it asks for on its fill is created."""
        number = created["id"]
        units = units or created["units"]
        fields.setdefault("tradeOpened", {"tradeID": f"T{number}", "units": units})
        filled = self.log(
            "ORDER_FILL",
            orderID=number,
            instrument="EUR_USD",
            units=units,
            price=f"{price or self.fill_at:.5f}",
            commission="0.5",
            accountBalance="10000.0",
            **fields,
        )
        kinds = {"stopLossOnFill": "STOP_LOSS", "takeProfitOnFill": "TAKE_PROFIT"}
        kinds["trailingStopLossOnFill"] = "TRAILING_STOP_LOSS"
        for key, kind in kinds.items():
            if key in created:
                entry = self.log(f"{kind}_ORDER", tradeID=f"T{number}", **created[key])
                self.orders[entry["clientExtensions"]["id"]] = entry
        return filled

    def cancel(self, created, reason="CLIENT_REQUEST"):
        return self.log("ORDER_CANCEL", orderID=created["id"], reason=reason)

    async def put_cancel(self, request):
        created = self.orders.get(request.match_info["order"][1:])
        if created is None:
            return web.json_response({"errorMessage": "no such order"}, status=404)
        return web.json_response({"orderCancelTransaction": self.cancel(created)})


def utc(epoch_s):
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=epoch_s)
