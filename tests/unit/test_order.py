"""Orders: what they are created with, their states, their executions and their copies."""

import datetime
import pickle

import pytest

from backtrader.errors import OrderError
from backtrader.order import BuyOrder, Order, OrderData, OrderExecutionBit, SellOrder, issue
from backtrader.utils.date import date2num, num2date

NOON = datetime.datetime(2005, 1, 5, 12)


class Clock:
    """Line of times of a feed that stands still."""

    def __getitem__(self, ago):
        return date2num(NOON)

    def datetime(self, ago=0):
        return NOON

    def date(self, ago=0):
        return NOON.date()


class Feed:
    """As much of a feed as an order looks at."""

    class p:
        sessionend = datetime.time(17, 30)

    datetime = Clock()
    close = (100.0,)
    date2num = staticmethod(date2num)

    def __len__(self):
        return 3


FEED = Feed()


def created(kind=BuyOrder, **asked):
    return kind(**{"owner": None, "data": FEED, "size": 10, **asked})


@pytest.mark.parametrize(("kind", "sign"), [(BuyOrder, 1), (SellOrder, -1)])
def test_a_new_order_knows_the_moment_of_its_creation(kind, sign):
    order = created(kind)
    assert (order.size, order.params.size, order.p.exectype) == (sign * 10, 10, None)
    assert (order.exectype, order.status, order.alive()) == (Order.Market, Order.Created, True)
    assert (order.created.dt, order.created.price, order.created.pclose) == (
        date2num(NOON),
        100.0,
        100.0,
    )
    assert order.executed.remsize == sign * 10
    assert num2date(order.dteos) == datetime.datetime(2005, 1, 5, 17, 30)


def test_an_issued_order_is_like_a_constructed_one():
    asked = (None, FEED, 10, 99.0, 98.0, Order.StopLimit, None, 7, None, None, None, None)
    quick = issue(SellOrder, *asked, True, False, False, created().dteos)
    plain = created(SellOrder, price=99.0, pricelimit=98.0, exectype=Order.StopLimit, tradeid=7)
    assert quick.params._getkwargs() == plain.params._getkwargs()
    assert quick.p is quick.params
    first, *rest = str(quick).splitlines()
    assert rest == str(plain).splitlines()[1:]
    assert first == f"Ref: {quick.ref}"


@pytest.mark.parametrize(
    ("asked", "price", "limit"),
    [
        ({"exectype": Order.Limit}, 100.0, 100.0),
        ({"exectype": Order.Limit, "price": 99.0}, 99.0, 99.0),
        ({"exectype": Order.StopLimit, "price": 99.0, "pricelimit": 98.0}, 99.0, 98.0),
        ({"exectype": Order.StopLimit, "pricelimit": 98.0}, 98.0, 98.0),
        ({"exectype": Order.StopTrail, "trailamount": 2.0}, 102.0, 100.0),
        ({"exectype": Order.StopTrail, "trailpercent": 0.02, "price": 50.0}, 51.0, 50.0),
        ({"exectype": Order.StopTrail, "trailamount": 2.0, "trailpercent": 0.5}, 102.0, 100.0),
        (
            {
                "exectype": Order.StopTrailLimit,
                "trailamount": 2.0,
                "price": 104.0,
                "pricelimit": 103.0,
            },
            106.0,
            105.0,
        ),
    ],
)
def test_prices_of_the_kinds(asked, price, limit):
    order = created(**asked)
    assert (order.created.price, order.created.pricelimit) == (price, limit)


def test_a_trailing_stop_only_comes_nearer():
    order = created(SellOrder, exectype=Order.StopTrailLimit, trailamount=2.0, pricelimit=100.5)
    assert (order.created.price, order.created.pricelimit) == (98.5, 98.5)
    order.trailadjust(104.0)
    assert (order.created.price, order.created.pricelimit) == (102.0, 102.0)
    order.trailadjust(90.0)
    assert order.created.price == 102.0


def test_valid_day_ends_ten_milliseconds_into_the_last_second():
    order = created(valid=Order.DAY)
    assert num2date(order.valid).replace(microsecond=0) == datetime.datetime(2005, 1, 5, 23, 59, 59)
    assert num2date(order.valid).microsecond // 1000 == 10


@pytest.mark.parametrize(
    ("valid", "number"),
    [
        (None, None),
        (0, 0),
        (732000.5, 732000.5),
        (datetime.timedelta(days=2), date2num(datetime.datetime(2005, 1, 7, 12))),
        (datetime.date(2005, 1, 8), date2num(datetime.datetime(2005, 1, 8))),
        (datetime.datetime(2005, 1, 8, 9), date2num(datetime.datetime(2005, 1, 8, 9))),
    ],
)
def test_valid_becomes_a_number(valid, number):
    order = created(valid=valid)
    assert order.valid == pytest.approx(number)
    assert order.params.valid == valid


def test_valid_that_is_no_moment_is_refused():
    with pytest.raises(OrderError, match="tomorrow"):
        created(valid="tomorrow")


def test_expiry():
    past = {"valid": datetime.timedelta(days=-1)}
    assert not created(**past).expire()
    order = created(exectype=Order.Limit, **past)
    assert order.expire()
    assert (order.status, order.executed.dt) == (Order.Expired, date2num(NOON))


def executed(order, size, price=10.0):
    order.execute(1.0, size, price, 0, 0.0, 0.0, size, size * price, 1.0, 44.0, 0.5, size, price)


def test_executions_add_up_and_tell_the_state():
    order = created()
    executed(order, 4)
    assert (order.status, order.executed.remsize) == (Order.Partial, 6)
    executed(order, 6, 20.0)
    done = order.executed
    assert (order.status, done.size, done.price) == (Order.Completed, 10, 16.0)
    assert (done.value, done.comm, done.pnl, done.margin) == (160.0, 2.0, 1.0, 44.0)
    executed(order, 0)
    assert len(done) == 2
    assert done[1].price == 20.0


def test_a_clone_shows_the_state_of_its_time():
    order = created()
    order.submit()
    early = order.clone()
    executed(order, 4)
    middle = order.clone()
    executed(order, 6)
    late = order.clone()
    assert [each.status for each in (early, middle, late)] == [1, 3, 4]
    assert [each.executed.size for each in (early, middle, late)] == [0, 4, 10]
    assert [len(each.executed.getpending()) for each in (early, middle, late)] == [0, 1, 1]
    assert early == late == order
    assert early.executed.exbits is order.executed.exbits
    assert early.created is order.created


def test_info_reaches_clones_made_before():
    order = created()
    before = order.clone()
    order.addinfo(name="entry")
    assert before.info["name"] == order.clone().clone().info.name == "entry"


def test_states():
    order = created()
    order.submit("broker")
    assert (order.status, order.broker, order.plen) == (Order.Submitted, "broker", 3)
    order.accept()
    assert (order.getstatusname(), order.alive()) == ("Accepted", True)
    assert order.reject() is True
    assert order.reject() is False
    assert (order.alive(), order.executed.dt) == (False, date2num(NOON))
    order.cancel()
    assert order.getstatusname() == "Canceled"
    order.margin()
    assert order.getstatusname() == "Margin"


def test_names():
    order = created(SellOrder, exectype=Order.Stop)
    assert (order.ordtypename(), order.ordtypename(0)) == ("Sell", "Buy")
    assert (order.getordername(), order.getordername(0)) == ("Stop", "Market")
    assert Order.ExecType("Limit") == Order.Limit
    assert order.issell()
    assert not order.isbuy()


def test_orders_compare_by_their_number_and_with_nothing_else():
    order = created()
    assert order != created()
    assert order != None  # noqa: E711  # what scripts write
    assert order != 5
    assert len({order, order.clone()}) == 1


def test_an_unknown_attribute_is_named():
    with pytest.raises(AttributeError, match="nothere"):
        created().nothere  # noqa: B018


def test_one_side_of_an_order():
    side = OrderData(size=10, price=5.0, remsize=10)
    assert (side.pricelimit, side.plimit) == (5.0, 0.0)
    side.addbit(OrderExecutionBit(1.0, 5, 10.0, closed=2, closedcomm=1.0, openedcomm=0.5))
    assert (side.size, side.remsize, side.price, side.comm) == (15, 5, pytest.approx(20 / 3), 1.5)
    side.markpending()
    copied = side.clone()
    assert (side.getpending(), copied.getpending()) == ([], [])
    side.plimit = 4.0
    assert (side.plimit, copied.plimit) == (4.0, 0.0)


def test_executions_survive_pickling():
    side = OrderData(size=10, price=5.0)
    side.add(1.0, 5, 10.0)
    again = pickle.loads(pickle.dumps(side))
    assert (again.size, again[0].price) == (15, 10.0)
