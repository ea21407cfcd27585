"""The simulator's answers about orders and accounts, and the frames of their topics."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from backtrader.ibsim.account import Position
from backtrader.ibsim.records import BrokerageSession, Call, Instrument, Reply, Subscriber, Tick
from backtrader.ibsim.trading import Trading

ACCOUNT, SECOND = "DU1234567", "DU7654321"
STOCK = Instrument(265598, "AAPL", company="APPLE INC")
LOTS = Instrument(8314, "TOYO", exchange="TSEJ", size_increment=100.0, increment=0.5)
BLIND = Instrument(4815747, "NVDA", company="NVIDIA CORP", market_data="N")
INDEX = Instrument(416904, "SPX", sec_type="IND", exchange="CBOE")
CATALOGUE = {i.conid: i for i in (STOCK, LOTS, BLIND, INDEX)}
START_MS = int(datetime(2024, 3, 4, 15, 0, tzinfo=timezone.utc).timestamp() * 1000)
ORDERS = f"iserver/account/{ACCOUNT}/orders"


class Wire(Subscriber):
    """A connection that keeps its frames."""

    def __init__(self, session: BrokerageSession) -> None:
        self.session = session
        self.frames: list[dict[str, Any]] = []

    def send(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)

    def rows(self, topic: str) -> list[dict[str, Any]]:
        return [row for f in self.frames if f["topic"] == topic for row in f["args"]]


class Server:
    """What stands between a client and the handlers, without the sockets."""

    def __init__(self, warm: tuple[str, ...] = ("accounts", "portfolio"), **options: Any) -> None:
        self.now_ms = START_MS
        self.trading = Trading(
            CATALOGUE.get, lambda: self.now_ms, account_ids=(ACCOUNT, SECOND), **options
        )
        self.exchange, self.account = self.trading.exchange, self.trading.account
        self.session = BrokerageSession("token", ACCOUNT, warm=set(warm))
        self.wire = Wire(self.session)

    def ask(self, method: str, path: str, body: Any = None, **params: str) -> Reply:
        for route in sorted(self.trading.routes, key=lambda route: route.pattern.count("{")):
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.pattern)
            found = re.fullmatch(pattern, path) if route.method == method else None
            if found:
                call = Call(method, path, found.groupdict(), params, body)
                return route.handler(self, self.session, call)
        raise AssertionError(f"no route for {method} {path}")

    def get(self, path: str, **params: str) -> Any:
        return self.ask("GET", path, **params).body

    def warmed(self, path: str, **params: str) -> Any:
        self.get(path, **params)
        return self.get(path, **params)

    def place(self, *tickets: dict[str, Any]) -> Any:
        base = {"conid": STOCK.conid, "side": "BUY", "quantity": 10, "orderType": "MKT"}
        body = {"orders": [base | {"tif": "DAY"} | ticket for ticket in tickets]}
        return self.ask("POST", ORDERS, body).body

    def placed(self, **ticket: Any) -> int:
        return int(self.place(ticket)[0]["order_id"])

    def confirm(self, question: list[dict[str, Any]], confirmed: bool = True) -> Reply:
        return self.ask("POST", f"iserver/reply/{question[0]['id']}", {"confirmed": confirmed})

    def tick(self, price: float, step_ms: int = 60_000, conid: int = STOCK.conid) -> None:
        self.now_ms += step_ms
        self.trading.on_tick(Tick(self.now_ms, conid, price, 100.0))

    def watch(self, topic: str, target: str = "", **args: Any) -> Wire:
        self.trading.topics[topic].subscribe(self.wire, target, args)
        return self.wire


LIMIT = {"orderType": "LMT", "price": 99.0}


# -- placing


def test_order_id_is_a_string_when_placed_and_a_number_in_lists() -> None:
    server = Server()
    row = server.place({"cOID": "mine"})[0]
    assert row["order_id"].isdigit()
    expected = {"order_status": "PendingSubmit", "encrypt_message": "1", "local_order_id": "mine"}
    assert row == {"order_id": row["order_id"], **expected}
    live = server.warmed("iserver/account/orders")
    assert live["snapshot"] is True
    assert live["orders"][0]["orderId"] == int(row["order_id"])
    assert live["orders"][0]["order_ref"] == "mine"


@pytest.mark.parametrize(
    ("ticket", "words"),
    [
        ({"quantity": 0}, "Order size 0 is not valid"),
        ({"quantity": float("nan")}, "Invalid quantity"),
        ({"conid": 999}, "No security definition"),
        ({"conid": INDEX.conid}, "not available for trading"),
        ({"side": "HOLD"}, "Invalid side"),
        ({"orderType": "STP_LMT", "price": 1.0}, "Invalid order type"),
        ({"tif": "GTD"}, "Invalid time in force"),
        ({"orderType": "LMT"}, "Missing price"),
        ({"orderType": "STOP_LIMIT", "price": 1.0}, "Missing auxPrice"),
        ({"orderType": "TRAIL"}, "Missing trailingAmt"),
        ({"orderType": "TRAIL", "trailingType": "amt", "trailingAmt": -1}, "Missing trailingAmt"),
        ({"orderType": "LMT", "price": -1.0}, "Invalid price"),
        ({"orderType": "LMT", "price": 99.005}, "minimum price variation"),
        ({"orderType": "LMT", "price": "cheap"}, "Invalid price"),
        ({"orderType": "LMT", "price": float("inf")}, "Invalid price"),
        ({"quantity": 1.5}, "does not conform to the minimum variation of 1"),
        ({"conid": LOTS.conid, "quantity": 50}, "minimum variation of 100"),
        ({"quantity": 1_000_000}, "Cash needed for this order"),
        ({"parentId": "nobody"}, "Invalid parent"),
    ],
)
def test_impossible_order_is_refused_with_status_200(ticket: dict[str, Any], words: str) -> None:
    server = Server()
    server.tick(100.0)
    assert words in server.place(ticket)["error"]
    assert server.exchange.orders == {}


def test_order_without_permission_is_refused() -> None:
    assert "permissions" in Server(forbidden=("STK",)).place({})["error"]


@pytest.mark.parametrize("body", [None, {}, {"orders": []}, {"orders": ["AAPL"]}, [1]])
def test_senseless_body_is_refused(body: Any) -> None:
    assert "error" in Server().ask("POST", ORDERS, body).body


def test_unknown_account_is_refused() -> None:
    assert Server().ask("POST", "iserver/account/DU0/orders", {"orders": []}).status == 400


def test_client_id_is_unique_for_a_day() -> None:
    server = Server()
    server.place({"cOID": "once"})
    expected = "Order couldn't be submitted: Local order ID=once is already registered."
    assert server.place({"cOID": "once"}) == {"error": expected}
    server.now_ms += 24 * 3600 * 1000
    assert server.place({"cOID": "once"})[0]["local_order_id"] == "once"


def test_refused_leg_leaves_the_parent_inactive() -> None:
    server = Server()
    child = {"side": "SELL", "orderType": "LMT", "parentId": "mother"}
    rows = server.place({"cOID": "mother", **LIMIT}, {**child, "price": 105.001})
    assert [row["order_status"] for row in rows] == ["Inactive", "Failed"]
    assert rows[1]["order_id"] == "-1" and "price variation" in rows[1]["text"]
    server.tick(90.0)
    assert server.exchange.executions == []
    assert server.exchange.cancel(ACCOUNT, int(rows[0]["order_id"])) is not None


def test_change_of_an_inactive_order_sends_it() -> None:
    server = Server()
    child = {"side": "SELL", "orderType": "LMT", "parentId": "mother", "price": 105.001}
    order_id = int(server.place({"cOID": "mother", **LIMIT}, child)[0]["order_id"])
    ticket = {"conid": STOCK.conid, "side": "BUY", "quantity": 10, **LIMIT}
    server.ask("POST", f"iserver/account/{ACCOUNT}/order/{order_id}", ticket)
    server.tick(98.0)
    assert server.exchange.orders[order_id].filled == 10


def test_client_id_twice_in_one_request_is_refused() -> None:
    leg = {"cOID": "twin", "isSingleGroup": True, **LIMIT}
    assert "already registered" in Server().place(leg, leg)["error"]


def test_refused_parent_takes_its_children_along() -> None:
    server = Server()
    child = {"side": "SELL", "orderType": "LMT", "parentId": "mother", "price": 105.0}
    answer = server.place({"cOID": "mother", "orderType": "LMT", "price": 99.005}, child)
    assert "price variation" in answer["error"] and server.exchange.orders == {}


def test_unrelated_orders_cannot_go_together() -> None:
    assert "Unrelated" in Server().place({"cOID": "a"}, {"cOID": "b"})["error"]


def test_bracket_rows_tell_parent_and_group() -> None:
    server = Server(questions=())
    child = {"side": "SELL", "parentId": "mother"}
    rows = server.place(
        {"cOID": "mother", **LIMIT},
        {**child, "orderType": "STP", "price": 95.0},
        {**child, "orderType": "LMT", "price": 105.0},
    )
    mother = int(rows[0]["order_id"])
    assert [row.get("parent_order_id") for row in rows] == [None, str(mother), str(mother)]
    live = server.warmed("iserver/account/orders")["orders"]
    assert [row.get("ocaGroupId") for row in live] == [None, str(mother), str(mother)]
    assert [row["status"] for row in live] == ["Submitted", "PreSubmitted", "PreSubmitted"]
    assert [row["parentId"] for row in live[1:]] == [mother, mother]


def test_child_can_be_sent_after_its_parent() -> None:
    server = Server()
    mother = server.placed(cOID="mother", **LIMIT)
    child = server.placed(parentId=str(mother), side="SELL", orderType="LMT", price=105.0)
    assert server.exchange.orders[child].held


# -- questions


def test_limit_off_the_market_is_asked_about_in_ibkrs_words() -> None:
    server = Server()
    server.tick(100.0)
    question = server.place({"orderType": "LMT", "price": 90.0})
    assert question[0]["messageIds"] == ["o163"]
    assert "price exceeds \nthe Percentage constraint of 3%." in question[0]["message"][0]
    assert server.exchange.orders == {}
    assert server.confirm(question).body[0]["order_status"] == "PendingSubmit"


def test_questions_come_one_after_the_other() -> None:
    server = Server(questions=("o163", "o354", "o10153"))
    server.tick(100.0, conid=BLIND.conid)
    answer = server.place({"conid": BLIND.conid, "orderType": "LMT", "price": 50.0})
    asked = []
    while "id" in answer[0]:
        asked += answer[0]["messageIds"]
        answer = server.confirm(answer).body
    assert asked == ["o163", "o354", "o10153"]
    assert len(server.exchange.orders) == 1


@pytest.mark.parametrize(
    ("rule", "ticket", "options"),
    [
        ("o10151", {}, {}),
        ("o10152", {"orderType": "STP", "price": 101.0}, {}),
        ("o10331", {"orderType": "STOP_LIMIT", "auxPrice": 101.0, "price": 102.0}, {}),
        ("o403", {"orderType": "STP", "price": 99.0}, {}),
        ("o383", {"quantity": 11}, {"size_limit": 10}),
        ("o451", {"quantity": 11}, {"value_limit": 1000}),
        ("o99999", {}, {}),
    ],
)
def test_rule_asks(rule: str, ticket: dict[str, Any], options: dict[str, Any]) -> None:
    server = Server(questions=(rule,), **options)
    server.tick(100.0)
    assert server.place(ticket)[0]["messageIds"] == [rule]


def test_chance_asks_what_nobody_knows() -> None:
    question = Server(question_chance=1.0).place({})
    assert question[0]["messageOptions"] == ["Yes", "No"]


def test_declined_order_is_not_there() -> None:
    server = Server(questions=("o10151",))
    question = server.place({"cOID": "shy"})
    assert server.confirm(question, confirmed=False).body == {"error": "Order not confirmed"}
    assert server.exchange.orders == {}
    assert "id" in server.place({"cOID": "shy"})[0]


def test_reply_id_serves_once() -> None:
    server = Server(questions=("o10151",))
    question = server.place({})
    server.confirm(question)
    again = server.confirm(question)
    assert again.status == 400 and "reply id not found" in again.body["error"]


def test_another_order_closes_open_questions() -> None:
    server = Server(questions=("o10151",))
    question = server.place({})
    server.place({"orderType": "LMT", "price": 99.0})
    late = server.confirm(question)
    assert (late.status, late.body) == (503, {"error": "Service Unavailable", "statusCode": 503})
    assert len(server.exchange.orders) == 1


def test_suppressed_question_is_not_asked_until_reset() -> None:
    server = Server(questions=("o10151",))
    body = {"messageIds": ["o10151"]}
    assert server.ask("POST", "iserver/questions/suppress", body).body == {"status": "submitted"}
    assert "order_id" in server.place({})[0]
    server.ask("POST", "iserver/questions/suppress/reset")
    assert "id" in server.place({})[0]


@pytest.mark.parametrize("ids", [[], None, ["o1"] * 52])
def test_suppressing_nothing_or_too_much_fails(ids: Any) -> None:
    assert Server().ask("POST", "iserver/questions/suppress", {"messageIds": ids}).status == 500


# -- changing and cancelling


def test_ticket_of_a_change_is_not_wrapped() -> None:
    server = Server(questions=())
    order_id = server.placed(**LIMIT, cOID="mine")
    ticket = {"conid": STOCK.conid, "side": "BUY", "quantity": 20, "orderType": "LMT"}
    path = f"iserver/account/{ACCOUNT}/order/{order_id}"
    answer = server.ask("POST", path, ticket | {"price": 98.0, "tif": "GTC"}).body
    assert answer[0]["order_id"] == str(order_id)
    order = server.exchange.orders[order_id]
    assert (order.limit, order.ticket.quantity, order.client_id) == (98.0, 20, "mine")
    refused = server.ask("POST", path, ticket | {"side": "SELL", "price": 98.0}).body
    assert "cannot change" in refused["error"]
    again = server.ask("POST", path, ticket | {"price": 98.0, "cOID": "mine"}).body
    assert "already registered" in again["error"]


def test_change_asks_its_own_questions() -> None:
    server = Server()
    server.tick(100.0)
    order_id = server.placed(**LIMIT)
    ticket = {"conid": STOCK.conid, "side": "BUY", "quantity": 10, "orderType": "LMT", "price": 50}
    question = server.ask("POST", f"iserver/account/{ACCOUNT}/order/{order_id}", ticket).body
    assert question[0]["messageIds"] == ["o163"]
    assert server.exchange.orders[order_id].limit == 99.0
    assert server.confirm(question).body[0]["order_id"] == str(order_id)
    assert server.exchange.orders[order_id].limit == 50.0


def test_order_that_filled_during_the_question_is_not_changed() -> None:
    server = Server()
    server.tick(100.0)
    order_id = server.placed(**LIMIT)
    ticket = {"conid": STOCK.conid, "side": "BUY", "quantity": 10, "orderType": "LMT", "price": 50}
    question = server.ask("POST", f"iserver/account/{ACCOUNT}/order/{order_id}", ticket).body
    server.tick(98.0)
    assert "couldn't be modified" in server.confirm(question).body["error"]
    assert len(server.exchange.executions) == 1


def test_cancel_acknowledges_the_request_only() -> None:
    server = Server()
    order_id = server.placed(**LIMIT)
    path = f"iserver/account/{ACCOUNT}/order/{order_id}"
    expected = {"msg": "Request was submitted", "order_id": order_id, "conid": STOCK.conid}
    assert server.ask("DELETE", path).body == expected | {"account": ACCOUNT}
    assert server.ask("DELETE", path) == Reply({"error": "Order is inactive"}, 400)


def test_cancel_of_all_and_of_nothing() -> None:
    server = Server()
    server.placed(**LIMIT)
    answer = server.ask("DELETE", f"iserver/account/{ACCOUNT}/order/-1").body
    assert (answer["order_id"], answer["conid"], answer["account"]) == (-1, -1, None)
    unknown = server.ask("DELETE", f"iserver/account/{ACCOUNT}/order/17")
    assert unknown == Reply({"error": "OrderID 17 doesn't exist"}, 400)
    other = server.ask("DELETE", f"iserver/account/{SECOND}/order/{server.placed(**LIMIT)}")
    assert other.status == 400


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_accounts_come_before_changes(method: str) -> None:
    server = Server(warm=())
    order_id = server.placed(**LIMIT)
    reply = server.ask(method, f"iserver/account/{ACCOUNT}/order/{order_id}", {})
    assert (reply.status, reply.body["error"]) == (400, "Please query /accounts first")
    server.get("iserver/accounts")
    assert server.ask("DELETE", f"iserver/account/{ACCOUNT}/order/{order_id}").status == 200


# -- looking


def test_first_look_at_orders_and_trades_is_cold() -> None:
    server = Server()
    server.placed()
    server.tick(100.0)
    assert server.get("iserver/account/orders") == {"orders": [], "snapshot": False}
    assert server.get("iserver/account/trades") == []
    assert len(server.get("iserver/account/orders")["orders"]) == 1
    assert len(server.get("iserver/account/trades")) == 1


def test_filter_mutes_the_topic_until_force() -> None:
    server = Server()
    wire = server.watch("sor")
    server.warmed("iserver/account/orders", filters="submitted,filled")
    server.placed(**LIMIT)
    assert wire.frames == []
    shown = server.get("iserver/account/orders", filters="submitted")["orders"]
    assert [row["status"] for row in shown] == ["Submitted"]
    assert server.get("iserver/account/orders", filters="cancelled")["orders"] == []
    assert server.get("iserver/account/orders", force="True")["snapshot"] is False
    server.placed(**LIMIT)
    assert wire.frames
    assert len(server.get("iserver/account/orders")["orders"]) == 2


def test_finished_orders_of_yesterday_are_not_listed() -> None:
    server = Server()
    server.placed()
    kept = server.placed(**LIMIT, tif="GTC")
    server.tick(100.0)
    assert len(server.warmed("iserver/account/orders")["orders"]) == 2
    server.tick(100.0, step_ms=24 * 3600 * 1000)
    assert [r["orderId"] for r in server.get("iserver/account/orders")["orders"]] == [kept]
    assert server.warmed("iserver/account/trades") == []
    assert len(server.get("iserver/account/trades", days="7")) == 1
    assert server.ask("GET", "iserver/account/trades", days="8").status == 400


def test_trade_row_has_the_types_of_the_real_one() -> None:
    server = Server()
    server.placed(side="SELL", cOID="mine")
    server.tick(100.5)
    row = server.warmed("iserver/account/trades")[0]
    values = {key: row[key] for key in ("side", "size", "price", "commission", "net_amount")}
    assert values == {
        "side": "S",
        "size": 10.0,
        "price": "100.50",
        "commission": "1.0",
        "net_amount": 1005.0,
    }
    assert (row["position"], row["order_ref"]) == ("-10", "mine")
    assert row["order_description"] == "Sold 10 @ 100.50 on NASDAQ"
    assert row["trade_time"] == "20240304-15:01:00"


def test_status_of_one_order() -> None:
    server = Server()
    order_id = server.placed(**LIMIT)
    row = server.get(f"iserver/account/order/status/{order_id}")
    assert (row["order_status"], row["order_ccp_status"], row["side"]) == ("Submitted", "0", "B")
    assert (row["limit_price"], row["tif"], row["size"]) == ("99.00", "DAY", "10.0")
    server.tick(98.0)
    row = server.get(f"iserver/account/order/status/{order_id}")
    assert (row["order_status"], row["order_ccp_status"]) == ("Filled", "2")
    assert (row["cum_fill"], row["size"], row["average_price"]) == ("10.0", "0.0", "98.00")
    unknown = server.ask("GET", "iserver/account/order/status/17")
    assert unknown.body == {"error": "Order 17 is not found", "statusCode": 503}


def test_orders_belong_to_the_selected_account() -> None:
    server = Server()
    server.placed()
    switch = {"acctId": SECOND}
    assert server.ask("POST", "iserver/account", switch).body == {"set": True, "acctId": SECOND}
    assert server.ask("POST", "iserver/account", switch).body == {"success": "Account already set"}
    assert server.ask("POST", "iserver/account", {"acctId": "DU0"}).status == 500
    assert server.ask("POST", "iserver/account", {}).status == 400
    assert server.warmed("iserver/account/orders")["orders"] == []
    assert len(server.get("iserver/account/orders", accountId=ACCOUNT)["orders"]) == 1


def test_preview_changes_nothing() -> None:
    server = Server()
    server.tick(100.0)
    body = {"orders": [{"conid": STOCK.conid, "side": "BUY", "quantity": 10, "orderType": "MKT"}]}
    cold = server.ask("POST", f"{ORDERS}/whatif", body).body
    assert cold["initial"] is None
    server.session.warm.add(f"snapshot:{STOCK.conid}")
    answer = server.ask("POST", f"{ORDERS}/whatif", body).body
    assert answer["amount"]["total"] == "1,001.00 USD"
    assert answer["initial"]["after"] == "250" and answer["error"] is None
    body["orders"][0]["quantity"] = 1_000_000
    reply = server.ask("POST", f"{ORDERS}/whatif", body)
    assert reply.status == 200 and reply.body["equity"] is None
    assert "Cash needed" in reply.body["error"] and reply.body["amount"]["total"] == "NA"
    body["orders"][0]["quantity"] = 0
    assert server.ask("POST", f"{ORDERS}/whatif", body).status == 500
    assert server.exchange.orders == {}


# -- the topics of orders and executions


def test_frames_of_a_limit_order_that_is_cancelled() -> None:
    server = Server()
    wire = server.watch("sor")
    order_id = server.placed(**LIMIT)
    server.exchange.cancel(ACCOUNT, order_id)
    rows = wire.rows("sor")
    statuses = [row.get("status") for row in rows]
    assert statuses[:2] == ["Inactive", None]
    assert statuses[2:5] == ["PendingSubmit", "PreSubmitted", "Submitted"]
    assert statuses[5:] == ["PendingCancel", "Cancelled"]
    assert rows[0]["price"] == "99.00" and rows[0]["timeInForce"] == "CLOSE"
    assert set(rows[1]) == {"acct", "conidex", "conid", "orderId", "isEventTrading"}
    assert set(rows[2]) == {"acct", "orderId", "status", "fgColor"}
    assert rows[5]["totalSize"] == 10.0


def test_fill_comes_as_what_changed() -> None:
    server = Server(volume_share=0.06)
    wire = server.watch("sor")
    server.placed()
    wire.frames.clear()
    server.tick(100.0)
    server.tick(101.0)
    first, second = wire.rows("sor")
    assert (first["filledQuantity"], first["remainingQuantity"]) == (6.0, 4.0)
    assert (first["avgPrice"], first["sizeAndFills"]) == ("100.00", "6/10")
    assert "status" not in first and "totalSize" not in first
    assert (second["status"], second["avgPrice"]) == ("Filled", "100.40")


def test_expired_order_tells_the_systems_reason() -> None:
    server = Server()
    wire = server.watch("sor")
    server.placed(**LIMIT)
    server.tick(100.0, step_ms=24 * 3600 * 1000)
    assert wire.rows("sor")[-1]["order_cancellation_by_system_reason"].endswith("order expired")


def test_topic_of_orders_says_nothing_when_switched_off_or_left() -> None:
    silent = Server(order_topic=False)
    wire = silent.watch("sor")
    silent.placed()
    assert wire.frames == []
    server = Server()
    wire = server.watch("sor")
    server.trading.topics["sor"].unsubscribe(wire, "", {})
    server.trading.topics["sor"].drop(wire)
    server.placed()
    assert wire.frames == []


def test_filters_of_the_topic_choose_statuses() -> None:
    server = Server()
    wire = server.watch("sor", filters=["Filled"])
    server.placed()
    server.tick(100.0)
    assert [row["status"] for row in wire.rows("sor")] == ["Filled"]


def test_execution_is_told_twice_and_replayed() -> None:
    server = Server()
    server.placed()
    server.tick(100.0)
    wire = server.watch("str")
    server.placed()
    server.tick(101.0)
    assert wire.frames[0] == {"topic": "str", "args": []}
    rows = wire.rows("str")
    assert [row.get("commission") for row in rows] == [None, "1.0", None, "1.0"]
    assert len({row["execution_id"] for row in rows}) == 2
    wire.frames.clear()
    server.watch("str", realtimeUpdatesOnly=True)
    assert wire.frames == [{"topic": "str", "args": []}]


def test_commission_may_come_a_tick_later() -> None:
    server = Server(late_commissions=True)
    wire = server.watch("str")
    server.placed()
    server.tick(100.0)
    assert [row.get("commission") for row in wire.rows("str")] == [None]
    server.tick(101.0)
    assert [row.get("commission") for row in wire.rows("str")] == [None, "1.0"]


# -- accounts


def test_portfolio_is_empty_before_its_accounts_are_asked_for() -> None:
    server = Server(warm=())
    server.placed()
    server.tick(100.0)
    assert server.get(f"portfolio/{ACCOUNT}/positions/0") == []
    assert server.get(f"portfolio/{ACCOUNT}/ledger") == {}
    assert [row["id"] for row in server.get("portfolio/accounts")] == [ACCOUNT, SECOND]
    assert server.get(f"portfolio/{ACCOUNT}/ledger")["BASE"]["cashbalance"] == 98_999.0


def test_positions_are_sparse_at_first_and_come_in_pages() -> None:
    server = Server()
    server.placed()
    server.tick(100.0)
    sparse, rich = (server.get(f"portfolio/{ACCOUNT}/positions/0")[0] for _ in range(2))
    assert (sparse["multiplier"], sparse["strike"]) == (None, 0.0) and "name" not in sparse
    assert (rich["multiplier"], rich["strike"], rich["name"]) == (0.0, "0", "APPLE INC")
    assert server.get(f"portfolio/{ACCOUNT}/positions/1") == []
    assert server.ask("POST", f"portfolio/{ACCOUNT}/positions/invalidate").body == {
        "message": "success"
    }
    assert "name" not in server.get(f"portfolio/{ACCOUNT}/positions/0")[0]


def test_positions_may_be_told_from_memory() -> None:
    server = Server(positions_life_ms=60_000)
    server.placed()
    server.tick(100.0)
    path = f"portfolio/{ACCOUNT}/positions"
    assert server.get(f"{path}/0")[0]["position"] == 10.0
    server.placed()
    server.tick(100.0, step_ms=30_000)
    assert server.get(f"{path}/0")[0]["position"] == 10.0
    assert server.get(f"portfolio2/{ACCOUNT}/positions")[0]["position"] == 20.0
    server.ask("POST", f"{path}/invalidate")
    assert server.get(f"{path}/0")[0]["position"] == 20.0


def test_page_holds_a_hundred_positions() -> None:
    server = Server()
    for conid in range(1, 102):
        server.account.positions[conid] = Position(Instrument(conid, f"S{conid}"), size=Decimal(1))
    pages = [server.get(f"portfolio/{ACCOUNT}/positions/{page}") for page in range(3)]
    assert [len(page) for page in pages] == [100, 1, 0]


def test_positions_by_contract_and_of_the_newer_kind() -> None:
    server = Server()
    server.placed()
    server.tick(100.0)
    assert server.get(f"portfolio2/{ACCOUNT}/positions")[0]["conid"] == str(STOCK.conid)
    assert server.get(f"portfolio/{ACCOUNT}/position/{STOCK.conid}")[0]["baseMktValue"] == 1000.0
    assert server.get(f"portfolio/{ACCOUNT}/position/1") is None
    assert list(server.get(f"portfolio/positions/{STOCK.conid}")) == [ACCOUNT]


def test_unknown_account_of_a_portfolio_is_an_empty_401() -> None:
    assert Server().ask("GET", "portfolio/DU0/ledger") == Reply(None, 401)


def test_account_summaries_agree() -> None:
    server = Server()
    server.placed()
    server.tick(100.0)
    flat = server.get(f"iserver/account/{ACCOUNT}/summary")
    rows = server.get(f"portfolio/{ACCOUNT}/summary")
    assert flat["netLiquidationValue"] == rows["netliquidation"]["amount"] == 99_999.0
    assert flat["cashBalances"] == [
        {"currency": "USD", "balance": 98_999.0, "settledCash": 98_999.0}
    ]
    for part in ("available_funds", "balances", "margins"):
        assert "total" in server.get(f"iserver/account/{ACCOUNT}/summary/{part}")
    assert server.get(f"iserver/account/{ACCOUNT}/summary/market_value")["USD"]["stock"] == "1,000"
    assert server.ask("GET", "iserver/account/DU0/summary").status == 400
    assert (
        server.warmed("iserver/account/pnl/partitioned")["upnl"][f"{ACCOUNT}.Core"]["dpl"] == -1.0
    )


def test_allocation_of_one_account_and_of_several() -> None:
    server = Server()
    server.placed()
    server.tick(100.0)
    one = server.get(f"portfolio/{ACCOUNT}/allocation")
    assert one["assetClass"] == {"long": {"STK": 1000.0, "CASH": 98_999.0}, "short": {}}
    both = server.ask("POST", "portfolio/allocation", {"acctIds": [ACCOUNT, SECOND]}).body
    assert both["assetClass"]["long"]["CASH"] == 198_999.0
    assert server.ask("POST", "portfolio/allocation", {}).status == 400
    assert server.get(f"portfolio/{ACCOUNT}/combo/positions") == []


def test_accounts_can_be_found_and_paged() -> None:
    server = Server()
    found = server.get("iserver/account/search/765")["matchedAccounts"]
    assert [row["accountId"] for row in found] == [SECOND]
    assert server.get("iserver/accounts")["isPaper"] is True
    page = server.get("portfolio/subaccounts2", page="0")
    assert page["metadata"] == {"total": 2, "pageSize": 20, "pageNum": 0}


def test_performance_follows_the_days() -> None:
    server = Server(commission_minimum=0.0, commission_per_unit=0.0)
    server.placed(quantity=100)
    server.tick(100.0)
    server.tick(101.0)
    server.tick(103.0, step_ms=24 * 3600 * 1000)
    body = {"acctIds": [ACCOUNT], "period": "7D"}
    answer = server.ask("POST", "pa/performance", body).body
    assert answer["nav"]["data"][0]["navs"] == [100_100.0, 100_300.0]
    assert answer["cps"]["data"][0]["returns"] == [0.001, 0.003]
    assert answer["nav"]["data"][0]["startNAV"] == {"date": "20240304", "val": 100_000.0}
    periods = server.ask("POST", "pa/allperiods", {"acctIds": [ACCOUNT]}).body
    assert periods[ACCOUNT]["1D"]["nav"] == [100_300.0]
    assert server.ask("POST", "pa/performance", body | {"period": "2W"}).status == 400
    request = {"acctIds": [ACCOUNT], "conids": [STOCK.conid], "currency": "USD", "days": 7}
    rows = server.ask("POST", "pa/transactions", request).body["transactions"]
    assert [(row["qty"], row["pr"], row["amt"]) for row in rows] == [(100.0, 100.0, -10_000.0)]
    assert server.ask("POST", "pa/transactions", {"acctIds": [ACCOUNT]}).status == 400


def test_topics_of_the_account_send_all_and_then_changes() -> None:
    server = Server()
    wire = server.watch("ssd", ACCOUNT)
    server.watch("sld", ACCOUNT)
    server.watch("spl")
    summary, ledger, profit = wire.frames
    assert {"AccountCode", "NetLiquidation"} <= {row["key"] for row in summary["result"]}
    assert [row["key"] for row in ledger["result"]] == ["LedgerListUSD", "LedgerListBASE"]
    assert profit["args"][f"{ACCOUNT}.Core"]["nl"] == 100_000.0
    wire.frames.clear()
    server.tick(100.0, step_ms=500)
    assert wire.frames == []
    server.placed()
    server.tick(101.0, step_ms=10_000)
    by_topic = {frame["topic"]: frame for frame in wire.frames}
    changed = {row["key"] for row in by_topic[f"ssd+{ACCOUNT}"]["result"]}
    assert "TotalCashValue" in changed and "AccountCode" not in changed
    server.tick(101.0, step_ms=10_000)
    quiet = [f for f in wire.frames if f["topic"] == f"sld+{ACCOUNT}"][-1]["result"]
    assert quiet == [
        {"key": name, "timestamp": server.now_ms // 1000}
        for name in ("LedgerListUSD", "LedgerListBASE")
    ]
    wire.frames.clear()
    for topic in ("ssd", "sld"):
        server.trading.topics[topic].unsubscribe(wire, ACCOUNT, {})
    assert [f["result"] for f in wire.frames] == [
        "unsubscribed from summary",
        "unsubscribed from ledger",
    ]
    server.trading.topics["spl"].drop(wire)
    wire.frames.clear()
    server.tick(99.0, step_ms=60_000)
    assert wire.frames == []
