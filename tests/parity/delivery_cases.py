"""Cases of how bars are delivered: feeds x filters x resampling and replay x options x time zones,
in each run mode.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator
from typing import Any

import backtrader as bt

from .delivering import (
    FRANKFURT,
    NEW_YORK,
    TOKYO,
    Live,
    TimeFrame,
    calendar,
    delivery,
    script,
    source,
)

Case = tuple[str, Callable[[bt.Cerebro], None], dict[str, Any]]

ENDS = ("default", "preload=False")
MODES = (*ENDS, "runonce=False")
BOUNDED = (*MODES, "exactbars=1")

SHORT = {"sessionstart": dt.time(9, 10), "sessionend": dt.time(9, 30)}
TARGETS = {
    "ticks": (("Ticks", 7), ("Seconds", 1), ("Seconds", 30), ("Minutes", 1), ("Minutes", 5)),
    "seconds": (("Seconds", 15), ("Minutes", 1), ("Minutes", 3), ("Days", 1)),
    "minutes": (("Minutes", 4), ("Minutes", 60), ("Days", 1), ("Days", 2), ("Weeks", 1)),
    "five_minutes": (("Minutes", 10), ("Minutes", 7), ("Days", 1)),
    "hours": (("Minutes", 240), ("Days", 1), ("Weeks", 1), ("Months", 1)),
    "days": (("Days", 1), ("Days", 3), ("Weeks", 1), ("Months", 1)),
    "holes": (("Weeks", 1), ("Weeks", 2), ("Months", 1), ("Years", 1)),
    "years": (("Months", 1), ("Months", 3), ("Years", 1)),
    "weeks": (("Weeks", 2), ("Months", 1), ("Years", 1)),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "counted": {"bar2edge": False},
    "own_time": {"adjbartime": False},
    "adjusted": {"adjbartime": True},
    "left_edge": {"rightedge": False},
    "early": {"boundoff": 1},
    "counted_early": {"bar2edge": False, "boundoff": 2},
    "left_early": {"rightedge": False, "boundoff": 2},
    "late_lost": {"takelate": False},
    "no_session": {"sessionend": False},
    "bare": {"bar2edge": False, "adjbartime": False, "rightedge": False},
}
CALENDARS: dict[str, Callable[[], Any]] = {
    "plain": bt.TradingCalendar,
    "early_days": calendar,
    "six_days": lambda: calendar(offdays=[7], holidays=[]),
    "short_day": lambda: calendar(close=dt.time(9, 25)),
}


def larger(
    feed: Any,
    *targets: tuple[str, int],
    way: str = "resample",
    beside: bool = True,
    **options: Any,
) -> Callable[[bt.Cerebro], None]:
    """Return what adds a feed and larger bars made of it.

    Parameters
    ----------
    feed : makes the feed.
    targets : time frame and compression of the larger bars.
    way : "resample" or "replay".
    beside : whether the feed itself is added too.
    options : further keywords of `way`.
    """

    def add(cerebro: Any) -> None:
        data = feed()
        if beside:
            cerebro.adddata(data)
        for number, (name, size) in enumerate(targets):
            terms = {"timeframe": getattr(TimeFrame, name), "compression": size, **options}
            getattr(cerebro, f"{way}data")(data, name=f"larger{number}", **terms)

    return add


def _feed(name: str, kind: str = "rows", *filters: Any, **terms: Any) -> Callable[[], Any]:
    """Return what makes a feed of a series that goes through `filters`."""

    def make() -> Any:
        data = source(name, kind, **terms)
        for each, settings in filters:
            data.addfilter(each, **settings)
        return data

    return make


def _sizes() -> Iterator[Case]:
    """All sizes of bars out of all that are smaller."""
    for name, targets in TARGETS.items():
        for frame, size in targets:
            kind = "csv" if name in ("minutes", "days", "hours", "holes") else "rows"
            title = f"{name}_{frame}_{size}"
            feed = _feed(name, kind)
            yield f"beside_{title}", larger(feed, (frame, size)), {}
            yield f"alone_{title}", larger(feed, (frame, size), beside=False), {}
            replayed = larger(feed, (frame, size), way="replay", beside=False)
            yield f"replayed_{title}", replayed, {}


def _options() -> Iterator[Case]:
    for title, options in OPTIONS.items():
        for name, target in (
            ("minutes", ("Minutes", 5)),
            ("seconds", ("Minutes", 1)),
            ("minutes", ("Days", 1)),
            ("late_minutes", ("Minutes", 5)),
            ("late_ticks", ("Seconds", 10)),
        ):
            for way in ("resample", "replay"):
                case = f"{way}_{title}_{name}_{target[0]}"
                feed = _feed(name, "rows", **(SHORT if target[0] == "Days" else {}))
                yield case, larger(feed, target, way=way, beside=way == "resample", **options), {}


def _several() -> Iterator[Case]:
    """Several sizes at once, several sources, and indicators across them."""
    many = (("Minutes", 5), ("Minutes", 15), ("Days", 1))
    for kind in ("rows", "csv"):
        feed = _feed("minutes", kind)
        yield f"three_sizes_{kind}", larger(feed, *many), {}
        yield f"three_sizes_forced_{kind}", larger(feed, *many), {"forced": True}
        yield f"three_sizes_coupled_{kind}", larger(feed, *many), {"coupled": True}
    for kind in ("rows", "csv"):
        days = _feed("days", kind)
        yield f"weeks_and_months_{kind}", larger(days, ("Weeks", 1), ("Months", 1)), {}
    yield "slow_first", _slow_first, {}
    yield "two_sources", _two_sources, {}
    yield "two_sources_days", functools.partial(_two_sources, target=("Days", 1)), {}
    yield "two_sources_weeks", _two_sources_weeks, {}
    yield "two_sources_alone", functools.partial(_two_sources, beside=False), {}
    yield "three_sources", _three_sources, {}
    yield "replayed_and_resampled", _replayed_and_resampled, {}
    yield "replayed_beside", larger(_feed("minutes"), ("Minutes", 5), way="replay"), {}
    yield "replayed_twice", larger(_feed("days"), ("Weeks", 1), ("Months", 1), way="replay"), {}
    yield "resampled_beside_another", _beside_another, {}
    yield "replayed_beside_another", functools.partial(_beside_another, way="replay"), {}
    yield "of_resampled", _of_resampled, {}


def _offset() -> Iterator[Case]:
    """Edges that are so many units earlier, where the clocks of other feeds pass them."""
    options: dict[str, dict[str, Any]] = {
        "right": {},
        "left": {"rightedge": False},
        "own_time": {"adjbartime": False},
        "adjusted": {"adjbartime": True},
        "counted": {"bar2edge": False},
    }
    for offset in (1, 2, 4):
        for title, terms in options.items():
            terms = {**terms, "boundoff": offset}
            yield (
                f"resample_{title}_{offset}",
                functools.partial(_two_offset, "resample", terms),
                {},
            )
            if title != "adjusted":
                # the indicators of upstream lose count where several feeds are replayed
                replayed = functools.partial(_two_offset, "replay", terms)
                yield f"replay_{title}_{offset}", replayed, {"means": False}
            alone = larger(_feed("minutes"), ("Minutes", 5), way="replay", beside=False, **terms)
            yield f"alone_{title}_{offset}", alone, {}
            for parts in ((("minutes", 1),), (("minutes", 1), ("other_minutes", 2))):
                live = functools.partial(_add_live, parts, "resample", **terms)
                yield f"live_{title}_{offset}_{len(parts)}", live, {}


def _two_offset(way: str, terms: dict[str, Any], cerebro: Any) -> None:
    cerebro.adddata(source("other_minutes"))
    # replayed as a clone, which is told of the clock whenever its source rests
    larger(_feed("minutes"), ("Minutes", 5), way=way, beside=way == "replay", **terms)(cerebro)


def _replayed_copies() -> Iterator[Case]:
    """A feed and itself replayed, beside another one."""
    others = {"five_minutes": "other_minutes", "hours": "five_minutes", "minutes": "other_minutes"}
    for name, other in others.items():
        for size in (3, 7, 240):
            for offset in (0, 5):
                terms = {"name": "larger", "compression": size, "boundoff": offset}
                for title, end in (("", None), ("session_", dt.time(9, 30))):
                    whole = functools.partial(_copy_beside, name, other, end, terms)
                    yield f"{title}{name}_{size}_{offset}", whole, {"means": False}
                    counted = {**terms, "bar2edge": False}
                    part = functools.partial(_copy_beside, name, other, end, counted)
                    yield f"counted_{title}{name}_{size}_{offset}", part, {"means": False}


def _copy_beside(
    name: str, other: str, end: dt.time | None, terms: dict[str, Any], cerebro: Any
) -> None:
    data = source(name, **({"sessionend": end} if end else {}))
    cerebro.adddata(data)
    cerebro.replaydata(data, timeframe=TimeFrame.Minutes, **terms)
    cerebro.adddata(source(other))


def _slow_first(cerebro: Any) -> None:
    data = source("minutes", "csv")
    cerebro.resampledata(data, name="days", timeframe=TimeFrame.Days)
    cerebro.adddata(source("minutes", "csv"), name="minutes")


def _two_sources(
    cerebro: Any, beside: bool = True, target: tuple[str, int] = ("Minutes", 10)
) -> None:
    for name in ("minutes", "other_minutes"):
        larger(_feed(name, "csv"), target, beside=beside)(cerebro)


def _two_sources_weeks(cerebro: Any) -> None:
    datas = [source("days", "csv"), source("other_days", "csv")]
    for data in datas:
        cerebro.adddata(data)
    for data in datas:
        cerebro.resampledata(data, name=f"weeks of {data._name}", timeframe=TimeFrame.Weeks)


def _three_sources(cerebro: Any) -> None:
    _two_sources(cerebro)
    cerebro.adddata(source("days"))


def _replayed_and_resampled(cerebro: Any) -> None:
    cerebro.replaydata(source("minutes"), timeframe=TimeFrame.Minutes, compression=15)
    cerebro.resampledata(source("minutes"), timeframe=TimeFrame.Days)


def _beside_another(cerebro: Any, way: str = "resample") -> None:
    cerebro.adddata(source("holes", "csv"))
    getattr(cerebro, f"{way}data")(source("days", "csv"), timeframe=TimeFrame.Weeks)


def _of_resampled(cerebro: Any) -> None:
    data = source("minutes")
    data.resample(timeframe=TimeFrame.Minutes, compression=5)
    cerebro.adddata(data)
    cerebro.resampledata(data, name="quarters", timeframe=TimeFrame.Minutes, compression=15)


def _zones() -> Iterator[Case]:
    """Time zones with changes of the clock, of the source, of the user, and of both."""
    zones: dict[str, dict[str, Any]] = {
        "shown": {"tz": NEW_YORK},
        "read": {"tzinput": FRANKFURT},
        "both": {"tz": NEW_YORK, "tzinput": FRANKFURT},
        "session": {"tz": NEW_YORK, "sessionend": dt.time(16, 0)},
        "east": {"tz": TOKYO, "tzinput": NEW_YORK, "sessionend": dt.time(15, 30)},
    }
    limits = {"fromdate": dt.datetime(2005, 3, 27), "todate": dt.datetime(2005, 4, 3, 12)}
    for title, terms in zones.items():
        for kind in ("rows", "csv"):
            yield f"{title}_plain_{kind}", _only(_feed("hours", kind, **terms, **limits)), {}
        feed = _feed("hours", "csv", **terms)
        for frame, size in (("Minutes", 240), ("Days", 1), ("Weeks", 1)):
            yield f"{title}_{frame}_csv", larger(feed, (frame, size)), {}
        replayed = larger(_feed("hours", **terms), ("Days", 1), way="replay", beside=False)
        yield f"{title}_replayed", replayed, {}


def _only(feed: Callable[[], Any]) -> Callable[[bt.Cerebro], None]:
    return lambda cerebro: cerebro.adddata(feed())


def _calendars() -> Iterator[Case]:
    for title, made in CALENDARS.items():
        for name, frame in (
            ("minutes", "Days"),
            ("minutes", "Weeks"),
            ("days", "Weeks"),
            ("days", "Months"),
            ("years", "Years"),
        ):
            if title == "short_day" and name == "minutes":
                continue  # upstream makes nothing of bars after the close
            for way in ("resample", "replay"):
                add = functools.partial(_with_calendar, made, name, frame, way)
                yield f"{way}_{title}_{name}_{frame}", add, {}
    for way in ("resample", "replay"):
        add = functools.partial(_with_calendar, calendar, "days", "Weeks", way, size=2)
        yield f"{way}_two_weeks", add, {}
        own = functools.partial(_own_calendar, way)
        yield f"{way}_of_the_feed", own, {}
    yield "in_a_zone", _calendar_in_a_zone, {}
    yield "other_close", functools.partial(_calendar_in_a_zone, close=dt.time(23, 30)), {}


def _with_calendar(
    made: Callable[[], Any], name: str, frame: str, way: str, cerebro: Any, size: int = 1
) -> None:
    cerebro.addcalendar(made())
    larger(_feed(name, "csv"), (frame, size), way=way, beside=way == "resample")(cerebro)


def _own_calendar(way: str, cerebro: Any) -> None:
    feed = _feed("minutes", calendar=calendar())
    larger(feed, ("Days", 1), way=way, beside=False)(cerebro)


def _calendar_in_a_zone(cerebro: Any, close: dt.time = dt.time(16, 0)) -> None:
    cerebro.addcalendar(bt.TradingCalendar(close=close))
    larger(_feed("hours", "csv", tz=NEW_YORK), ("Days", 1))(cerebro)


def _joined() -> Iterator[Case]:
    """Clones, copies, chains and rollovers, plain and made larger."""
    yield "clone", functools.partial(_copied, "clone"), {}
    yield "copyas", functools.partial(_copied, "copyas"), {}
    for kind in ("Chainer", "RollOver"):
        for way in ("resample", "replay"):
            yield f"{kind}_{way}", functools.partial(_joined_and_larger, kind, way), {}
        yield f"{kind}_filtered", functools.partial(_joined_and_filtered, kind), {}


def _copied(how: str, cerebro: Any) -> None:
    data = source("minutes", "csv")
    cerebro.adddata(data)
    cerebro.adddata(data.clone() if how == "clone" else data.copyas("another"))
    cerebro.resampledata(data, name="larger", timeframe=TimeFrame.Minutes, compression=10)


def _joined_of(kind: str) -> Any:
    parts = [source("minutes"), source("other_minutes")]
    terms = {"timeframe": TimeFrame.Minutes, "dataname": "joined"}
    return getattr(bt.feeds, kind)(*parts, **terms)


def _joined_and_larger(kind: str, way: str, cerebro: Any) -> None:
    terms = {"timeframe": TimeFrame.Minutes, "compression": 10}
    getattr(cerebro, f"{way}data")(_joined_of(kind), **terms)


def _joined_and_filtered(kind: str, cerebro: Any) -> None:
    data = _joined_of(kind)
    data.addfilter(bt.filters.HeikinAshi)
    cerebro.adddata(data)


def drops_some(data: Any) -> bool:
    """Take each bar out whose volume ends with a small digit."""
    if data.volume[0] % 10 > 3:
        return False
    data.backwards()
    return True


class Splits:
    """Delivers a bar of great volume as two, with half of it each."""

    def __init__(self, data: Any) -> None:
        pass

    def __call__(self, data: Any) -> bool:
        if data.volume[0] < 7000:
            return False
        bar = [line[0] for line in data.lines]
        first, second = list(bar), list(bar)
        for half in (first, second):
            half[data.Volume] = bar[data.Volume] / 2.0
        second[data.DateTime] += 1.0 / 86400.0
        data.backwards()
        data._add2stack(first)
        data._add2stack(second)
        return True


class AddsLater:
    """Puts a copy of each bar of great volume on the stash: it goes through the filters itself."""

    def __init__(self, data: Any) -> None:
        self.again = False

    def __call__(self, data: Any) -> bool:
        if self.again or data.volume[0] < 8000:
            self.again = False
            return False
        self.again = True
        bar = [line[0] for line in data.lines]
        bar[data.DateTime] += 2.0 / 86400.0
        data._add2stack(bar, stash=True)
        return False


class HoldsOne:
    """Delivers each bar when the next one comes, and the last one in the end."""

    def __init__(self, data: Any) -> None:
        self.held: Any = None

    def __call__(self, data: Any) -> bool:
        now = [line[0] for line in data.lines]
        data.backwards()
        if self.held is not None:
            data._add2stack(self.held)
        self.held = now
        return True

    def last(self, data: Any) -> bool:
        if self.held is None:
            return False
        data._add2stack(self.held)
        self.held = None
        return True


_FILTERS: dict[str, tuple[Any, ...]] = {
    "drops": ((drops_some, {}),),
    "splits": ((Splits, {}),),
    "adds_later": ((AddsLater, {}),),
    "holds": ((HoldsOne, {}),),
    "heikin_ashi": ((bt.filters.HeikinAshi, {}),),
    "session": ((bt.filters.SessionFilter, {}),),
    "session_and_filler": ((bt.filters.SessionFilter, {}), (bt.filters.SessionFiller, {})),
    "session_and_heikin": ((bt.filters.SessionFilter, {}), (bt.filters.HeikinAshi, {})),
    "drops_and_heikin": ((drops_some, {}), (bt.filters.HeikinAshi, {})),
    "heikin_and_drops": ((bt.filters.HeikinAshi, {}), (drops_some, {})),
    "splits_and_heikin": ((Splits, {}), (bt.filters.HeikinAshi, {})),
    "renko": ((bt.filters.Renko, {"size": 0.5}),),
}
_ONLY_PRELOADED = ("splits", "renko", "session_and_filler", "splits_and_heikin", "adds_later")


def _filtered() -> Iterator[Case]:
    for title, filters in _FILTERS.items():
        feed = _feed("minutes", "csv", *filters, **SHORT)
        yield title, _only(feed), {}
        yield f"{title}_resampled", larger(feed, ("Minutes", 10)), {}
        chain = larger(feed, ("Minutes", 10), beside=False)
        yield f"{title}_and_resampled", chain, {}
        if title != "session_and_filler":
            # what is missing at the end of a session comes late, which upstream takes for new bars
            replayed = larger(feed, ("Minutes", 10), way="replay", beside=False)
            yield f"{title}_and_replayed", replayed, {}
    for title in ("holds", "drops", "heikin_ashi"):
        yield f"{title}_beside", functools.partial(_filtered_beside, title), {}
    yield "steps_of_days", _only(_feed("days", "csv", (bt.filters.BarReplayer_Open, {}))), {}
    for title, price in (("close", 0.0), ("middle", -1.0), ("given", 7.5)):
        filled = ((bt.filters.CalendarDays, {"fill_price": price, "fill_vol": 1, "fill_oi": 2}),)
        yield f"calendar_days_{title}", _only(_feed("holes", "csv", *filled)), {}
    yield "day_splitter", _only(_feed("days", "csv", (bt.filters.DaySplitter_Close, {}))), {}


def _filtered_beside(title: str, cerebro: Any) -> None:
    cerebro.adddata(_feed("minutes", "csv", *_FILTERS[title])())
    cerebro.adddata(source("other_minutes", "csv"))


def _running() -> Iterator[Case]:
    """What else changes how the loop goes."""
    for way in ("resample", "replay"):
        beside = way == "resample"
        plain = larger(_feed("minutes", "csv"), ("Minutes", 5), way=way, beside=beside)
        for title, terms in (
            ("oldsync", {"oldsync": True}),
            ("cheat_on_open", {"cheat_on_open": True}),
            ("observed", {"stdstats": True}),
            ("quicknotify", {"quicknotify": True}),
        ):
            yield f"{way}_{title}", plain, {"terms": terms}
    for title, terms in (
        ("range", {"fromdate": dt.datetime(2005, 1, 4), "todate": dt.datetime(2005, 1, 5, 9, 20)}),
        ("session", SHORT),
    ):
        for way in ("resample", "replay"):
            feed = _feed("minutes", "csv", **terms)
            yield f"{way}_{title}", larger(feed, ("Days", 1), way=way, beside=False), {}


def _live() -> Iterator[Case]:
    """Feeds that are live: alone, in step, late, broken off, beside history, and made larger."""
    one = ("minutes", 1)
    scripts: dict[str, tuple[tuple[Any, ...], ...]] = {
        "one": (one,),
        "never_live": (("minutes", 1, None),),
        "broken": (("minutes", 1, 40, True),),
        "two": (one, ("other_minutes", 2)),
        "second_late": (one, ("other_minutes", 2, 80)),
        "second_never": (one, ("other_minutes", 2, None)),
        "second_broken": (one, ("other_minutes", 2, 30, True)),
        "three": (one, ("other_minutes", 2), ("minutes", 3, 20)),
    }
    for title, parts in scripts.items():
        yield title, functools.partial(_add_live, parts, None), {}
        yield f"{title}_resampled", functools.partial(_add_live, parts, "resample"), {}
        # the indicators of upstream lose count where several feeds are replayed
        replayed = functools.partial(_add_live, parts, "replay")
        yield f"{title}_replayed", replayed, {"means": len(parts) == 1}
    yield "beside_history", functools.partial(_add_live, (one,), None, history=True), {}
    mixed = functools.partial(_add_live, (one,), "resample", history=True)
    yield "beside_history_resampled", mixed, {}
    yield "beside_its_larger", _live_and_larger, {}


def _live_feed(part: tuple[Any, ...], number: int = 0) -> Any:
    terms = {"timeframe": TimeFrame.Minutes, "name": f"live{number}"}
    return Live(script=script(*part), **terms)


def _add_live(
    parts: tuple[tuple[Any, ...], ...],
    way: str | None,
    cerebro: Any,
    history: bool = False,
    **options: Any,
) -> None:
    for number, part in enumerate(parts):
        data = _live_feed(part, number)
        if way is None:
            cerebro.adddata(data)
        else:
            terms = {"timeframe": TimeFrame.Minutes, "compression": 5, **options}
            getattr(cerebro, f"{way}data")(data, **terms)
    if history:
        cerebro.adddata(source("five_minutes", "csv"))


def _live_and_larger(cerebro: Any) -> None:
    data = _live_feed(("minutes", 1))
    cerebro.adddata(data)
    cerebro.resampledata(data, name="larger", timeframe=TimeFrame.Minutes, compression=5)


_GROUPS: dict[str, tuple[Callable[[], Iterator[Case]], tuple[str, ...]]] = {
    "sizes": (_sizes, ENDS),
    "options": (_options, ENDS),
    "several": (_several, MODES),
    "offset": (_offset, ("preload=False",)),
    "copies": (_replayed_copies, ("preload=False",)),
    "zones": (_zones, ENDS),
    "calendars": (_calendars, ENDS),
    "joined": (_joined, ENDS),
    "filtered": (_filtered, MODES),
    "running": (_running, BOUNDED),
    "live": (_live, ("default",)),
}


def _all() -> Iterator[tuple[str, Callable[[], list[str]]]]:
    for group, (cases, modes) in _GROUPS.items():
        for name, add, asked in cases():
            for mode in modes:
                terms = {"terms": {}, **asked}
                made = functools.partial(delivery, mode, add, **terms)
                yield f"delivery_{group}_{name}@{mode}", made


DELIVERY_CASES = dict(_all())
