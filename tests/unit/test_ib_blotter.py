"""Rows of orders and executions, in any order: one state, and each thing told once."""

from hypothesis import given
from hypothesis import strategies as st

from backtrader.stores._ib.blotter import Blotter, Entry, is_alive
from backtrader.stores._ib.messages import (
    CommissionReport,
    ExecDetails,
    OrderProblem,
    OrderStatus,
)

SERVER_ID = 912091175


def limit_ticket(side="BUY", quantity=10, price=100.0, kind="LMT"):
    return {"conid": 1, "side": side, "quantity": quantity, "orderType": kind, "price": price}


def order_row(status, filled=0.0, server_id=SERVER_ID, **more):
    row = {"orderId": server_id, "status": status, "order_ref": "bt1", "filledQuantity": filled}
    return {**row, "totalSize": 10.0, **more}


def execution_row(name, size, price="100.0", commission=None, server_id=SERVER_ID, ref="bt1"):
    row = {"execution_id": name, "order_id": server_id, "size": size, "price": price, "side": "B"}
    row["order_ref"] = ref
    return row if commission is None else {**row, "commission": commission}


def blotter_with_one():
    blotter = Blotter()
    blotter.register(Entry(1, "bt1", limit_ticket()))
    return blotter


def take(blotter, row):
    return blotter.execution_row(row) if "execution_id" in row else blotter.order_row(row)


def told(messages, kind):
    return [each for each in messages if isinstance(each, kind)]


FILLED = [
    order_row("Inactive"),
    {"orderId": SERVER_ID, "status": "PendingSubmit"},
    {"orderId": SERVER_ID, "status": "PreSubmitted"},
    {"orderId": SERVER_ID, "status": "Submitted"},
    {"orderId": SERVER_ID, "filledQuantity": 4.0},
    execution_row("a.01", 4.0),
    execution_row("a.01", 4.0, commission="1.0"),
    execution_row("b.01", 6.0),
    execution_row("b.01", 6.0, commission="0.5"),
    order_row("Submitted", 4.0),
    order_row("Filled", 10.0),
    {"orderId": SERVER_ID, "status": "Filled"},
]
CANCELLED = [
    order_row("Inactive"),
    order_row("Submitted"),
    order_row("Submitted", 4.0),
    execution_row("a.01", 4.0),
    execution_row("a.01", 4.0, commission="1.0"),
    order_row("PendingCancel", 4.0),
    order_row("Cancelled", 4.0),
    {"orderId": SERVER_ID, "status": "Cancelled"},
]


@st.composite
def mixed_up(draw, rows):
    """All rows in any order, any of them any number of times."""
    shuffled = draw(st.permutations(rows))
    extra = draw(st.lists(st.sampled_from(rows), max_size=6))
    where = draw(st.integers(0, len(shuffled)))
    return [*shuffled[:where], *extra, *shuffled[where:]]


@given(rows=mixed_up(FILLED), bind_at=st.integers(0, 12))
def test_a_filled_order_ends_the_same_however_its_rows_come(rows, bind_at):
    blotter, messages = blotter_with_one(), []
    for index, row in enumerate(rows):
        if index == bind_at:
            messages += blotter.bind(1, SERVER_ID)
        messages += take(blotter, row)
    executions = [each.execution for each in told(messages, ExecDetails)]
    assert sorted((x.m_execId, x.m_shares) for x in executions) == [("a.01", 4.0), ("b.01", 6.0)]
    commissions = [each.commissionReport for each in told(messages, CommissionReport)]
    costs = sorted((x.m_execId, x.m_commission) for x in commissions)
    assert costs == [("a.01", 1.0), ("b.01", 0.5)]
    states = told(messages, OrderStatus)
    assert (states[-1].status, states[-1].filled, states[-1].remaining) == ("Filled", 10.0, 0.0)
    assert [each.status for each in states].count("Filled") == 1
    assert messages.index(states[-1]) > max(messages.index(m) for m in told(messages, ExecDetails))


@given(rows=mixed_up(CANCELLED))
def test_a_cancelled_order_keeps_its_executions_however_its_rows_come(rows):
    blotter, messages = blotter_with_one(), []
    for row in rows:
        messages += take(blotter, row)
    entry = blotter.find(1)
    assert entry.executions == {"a.01": 4.0}
    assert len(told(messages, ExecDetails)) == 1
    assert told(messages, OrderStatus)[-1].status == "Cancelled"
    assert entry.over and not blotter.working()


@given(rows=mixed_up(FILLED))
def test_no_status_is_told_that_leads_back(rows):
    blotter = blotter_with_one()
    order = ["Inactive", "PendingSubmit", "PreSubmitted", "Submitted", "Filled"]
    seen = [
        order.index(message.status)
        for row in rows
        for message in told(take(blotter, row), OrderStatus)
    ]
    assert seen == sorted(seen)


@given(rows=mixed_up([row for row in FILLED if "order_ref" not in row] + FILLED[5:9]))
def test_rows_that_come_before_the_number_is_known_are_not_lost(rows):
    blotter, messages = blotter_with_one(), []
    for row in rows:
        messages += take(blotter, {k: v for k, v in row.items() if k != "order_ref"})
    assert messages == []
    messages = blotter.bind(1, SERVER_ID)
    assert len(told(messages, ExecDetails)) == 2
    assert told(messages, OrderStatus)[-1].status == "Filled"


def test_the_end_waits_for_all_executions():
    blotter = blotter_with_one()
    assert told(blotter.order_row(order_row("Filled", 10.0)), OrderStatus) == []
    assert [each.order_id for each in blotter.lacking()] == [1]
    assert told(blotter.execution_row(execution_row("a.01", 4.0)), OrderStatus) == []
    news = blotter.execution_row(execution_row("b.01", 6.0))
    assert told(news, OrderStatus)[-1].status == "Filled"
    assert blotter.lacking() == []


def test_a_fill_that_beats_the_cancellation_is_told_after_it():
    blotter = blotter_with_one()
    assert told(blotter.order_row(order_row("Cancelled")), OrderStatus)[-1].status == "Cancelled"
    assert len(told(blotter.execution_row(execution_row("a.01", 10.0)), ExecDetails)) == 1
    assert told(blotter.order_row(order_row("Filled", 10.0)), OrderStatus)[-1].status == "Filled"


def test_inactive_is_a_refusal_only_with_a_reason():
    blotter = blotter_with_one()
    blotter.order_row(order_row("Inactive"))
    assert not blotter.find(1).ended
    reason = {"order_cancellation_by_system_reason": "Order rejected"}
    news = blotter.order_row({"orderId": SERVER_ID, **reason})
    assert (news[-1].status, news[-1].whyHeld) == ("Inactive", "Order rejected")


def test_a_changed_commission_is_told_again_and_an_equal_one_is_not():
    blotter = blotter_with_one()
    blotter.execution_row(execution_row("a.01", 4.0, commission="1.0"))
    assert blotter.execution_row(execution_row("a.01", 4.0, commission="1.0")) == []
    news = blotter.execution_row(execution_row("a.01", 4.0, commission="1.25"))
    assert [each.commissionReport.m_commission for each in news] == [1.25]


def test_children_of_a_bracket_are_known_by_their_parent_and_what_was_ordered():
    blotter = Blotter()
    blotter.register(Entry(1, "bt1", limit_ticket()))
    blotter.register(Entry(2, "", limit_ticket("SELL", price=90.0, kind="STP"), parent_id=1))
    blotter.register(Entry(3, "", limit_ticket("SELL", price=110.0), parent_id=1))
    child = {"parentId": 100, "side": "SELL", "totalSize": 10.0, "status": "PreSubmitted"}
    limit = {**child, "orderId": 101, "orderType": "Limit", "price": "110.00"}
    stop = {**child, "orderId": 102, "orderType": "Stop", "price": "90.00"}
    assert blotter.order_row(limit) == []
    blotter.order_row(order_row("Submitted", server_id=100))
    assert blotter.find(3).server_id == 101
    news = blotter.order_row(stop)
    assert blotter.find(2).server_id == 102
    assert [(each.orderId, each.status) for each in news] == [(2, "PreSubmitted")]


def test_a_leg_that_ended_unseen_is_not_known_by_executions_without_a_number():
    blotter = Blotter()
    blotter.register(Entry(1, "bt1", limit_ticket()))
    blotter.register(Entry(2, "", limit_ticket("SELL", price=110.0), parent_id=1))
    blotter.execution_row(execution_row("a.01", 10.0, server_id=100))
    theirs = {"size": 10.0, "price": "110.0", "side": "S", "conid": 1, "trade_time_r": 1}
    blotter.execution_row({"execution_id": "b.01", **theirs})
    assert blotter.claim_executed([blotter.find(2)], "DU1") == []
    assert blotter.find(2).server_id is None
    blotter.execution_row({"execution_id": "c.01", "order_id": 101, **theirs})
    assert blotter.claim_executed([blotter.find(2)], "DU1") != []
    assert blotter.find(2).server_id == 101


def test_orders_of_other_sessions_are_told_to_nobody():
    blotter = blotter_with_one()
    assert blotter.order_row(order_row("Submitted", server_id=7, order_ref="mine")) == []
    assert blotter.execution_row(execution_row("z.01", 3.0, server_id=7, ref="mine")) == []
    assert blotter.foreign == {"z.01"}
    assert [row["orderId"] for row in blotter.live_rows()] == [7]


def test_an_execution_without_a_size_waits_for_it():
    blotter = blotter_with_one()
    blotter.bind(1, SERVER_ID)
    assert blotter.execution_row(execution_row("a.01", "")) == []
    assert len(told(blotter.execution_row(execution_row("a.01", 10.0)), ExecDetails)) == 1


def test_an_order_that_was_given_up_and_turns_up_is_a_stray():
    blotter = blotter_with_one()
    assert isinstance(blotter.refuse(1, "never arrived")[0], OrderProblem)
    assert blotter.refuse(1, "again") == []
    assert blotter.strays() == []
    blotter.order_row(order_row("Submitted"))
    assert [each.order_id for each in blotter.strays()] == [1]
    assert is_alive(blotter.find(1))
    assert len(told(blotter.execution_row(execution_row("a.01", 10.0)), ExecDetails)) == 1
