"""The journal of orders: a file that a crash, a second process or a full disk does not spoil."""

import os
import stat
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrader.errors import JournalError, SettingsError
from backtrader.stores._ib.journal import Journal, NoJournal, path_for, wanted
from backtrader.stores._ib.memory import condensed, recall, records_of, worth_keeping

ACCOUNT = "DU1234567"


def placing(number, family=None, **more):
    order = {"id": number, "ref": f"bt{number}", "ticket": {"side": "BUY", "conid": 1}}
    order.update(parent=0, group="", conid=1, asked=None)
    others = [{**order, "id": each} for each in family or ()]
    return {"what": "place", "at": 0.0, "orders": [{**order, **more}, *others]}


def end(number, status="Filled"):
    return {"what": "end", "id": number, "status": status, "refused": False}


def written(path, *records):
    journal = Journal(path, ACCOUNT)
    journal.promise(*records)
    journal.close()


def read(path):
    journal = Journal(path, ACCOUNT)
    journal.close()
    return journal.records


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "folder" / "orders"
    written(path, placing(1), end(1))
    assert read(path) == [placing(1), end(1)]


def test_half_a_line_at_the_end_is_dropped(tmp_path):
    path = tmp_path / "orders"
    written(path, placing(1))
    with path.open("ab") as file:
        file.write(b'{"what":"end","id"')
    assert read(path) == [placing(1)]
    written(path, end(1))
    assert read(path) == [placing(1), end(1)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 5), max_size=6))
def test_a_file_that_is_cut_anywhere_holds_its_first_records(tmp_path_factory, cut, numbers):
    path = tmp_path_factory.mktemp("cut") / "orders"
    written(path, *map(placing, numbers))
    data = path.read_bytes()
    head = data.index(b"\n") + 1
    path.write_bytes(data[: head + cut % (len(data) - head + 1)])
    whole = path.read_bytes().count(b"\n") - 1
    assert read(path) == [placing(each) for each in numbers[:whole]]


def test_a_damaged_line_is_named(tmp_path):
    path = tmp_path / "orders"
    written(path, placing(1), placing(2))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"not json\n" + lines[2])
    with pytest.raises(JournalError, match="line 2 is damaged"):
        Journal(path, ACCOUNT)
    assert path.read_bytes().splitlines()[1] == b"not json"
    path.write_bytes(b"[]\n")
    with pytest.raises(JournalError, match="line 1"):
        Journal(path, ACCOUNT)


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "orders"
    path.write_text('{"what":"else"}\n')
    with pytest.raises(JournalError, match="not a journal"):
        Journal(path, ACCOUNT)


def test_a_record_of_another_version_is_refused():
    with pytest.raises(JournalError, match="'new'"):
        recall([placing(1), {"what": "new", "id": 1}])


def test_the_journal_of_another_account_is_refused(tmp_path):
    written(tmp_path / "orders", placing(1))
    with pytest.raises(JournalError, match="another account"):
        Journal(tmp_path / "orders", "DU7654321")


def test_a_journal_has_one_user_at_a_time(tmp_path):
    path = tmp_path / "orders"
    journal = Journal(path, ACCOUNT)
    with pytest.raises(JournalError, match="another process is trading"):
        Journal(path, ACCOUNT)
    journal.close()
    Journal(path, ACCOUNT).close()


@pytest.mark.skipif(sys.platform == "win32", reason="other rules")
def test_nobody_else_may_read_it(tmp_path):
    path = tmp_path / "folder" / "orders"
    path.parent.mkdir()
    path.touch(mode=0o644)
    written(path, placing(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on files there")
def test_a_disk_that_is_full_stops_what_was_to_be_sent(tmp_path):
    import resource
    import signal

    path = tmp_path / "orders"
    journal = Journal(path, ACCOUNT)
    journal.promise(placing(1))
    size = path.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, limits[1]))
    try:
        with pytest.raises(JournalError, match="large"):
            journal.promise(placing(2))
        journal.note(end(1))  # is logged
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    journal.promise(placing(3))
    journal.close()
    assert read(path) == [placing(1), placing(3)]


def test_what_is_closed_takes_no_promise(tmp_path):
    journal = Journal(tmp_path / "orders", ACCOUNT)
    journal.close()
    journal.note(end(1))
    with pytest.raises(JournalError, match="closed"):
        journal.promise(placing(1))
    NoJournal().promise(placing(1))


def test_compacting_keeps_what_is_open_and_goes_on(tmp_path):
    path = tmp_path / "orders"
    journal = Journal(path, ACCOUNT)
    journal.promise(placing(1), end(1), placing(2))
    assert not journal.large
    journal.compact(condensed)
    journal.promise(placing(3))
    journal.close()
    assert read(path) == [placing(2), placing(3)]
    assert not path.with_name("orders.new").exists()


def test_families_groups_and_parents_of_what_is_open_are_kept():
    asked = {"oco": 4, "parent": 0}
    records = [
        placing(1, family=[2]),
        end(1),
        placing(3, parent=1),
        end(3),
        placing(4),
        end(4),
        placing(5, group="g", asked=asked),
        placing(6),
        end(6),
    ]
    kept = worth_keeping(recall(records), time.time())
    assert [each.order_id for each in kept] == [1, 2, 4, 5]
    assert [each.group for each in kept] == ["", "", "g", "g"]
    young = [{**each, "at": time.time()} if each["what"] == "place" else each for each in records]
    assert len(worth_keeping(recall(young), time.time())) == 6


def booked(number, name, comm):
    record = {"what": "booked", "id": number, "execution": name, "size": 1, "comm": comm}
    return {**record, "bit": None, "margin": None}


def changing(number, price):
    return {
        "what": "change",
        "id": number,
        "ticket": {"side": "BUY", "price": price},
        "asked": None,
    }


events = st.integers(1, 4).flatmap(
    lambda n: st.sampled_from(
        [
            {"what": "bound", "id": n, "server": 100 + n},
            {"what": "cancel", "id": n},
            {"what": "kept", "id": n},
            changing(n, 5.0),
            {"what": "changed", "id": n, "taken": True},
            {"what": "changed", "id": n, "taken": False},
            booked(n, "e1", None),
            booked(n, "e1", 1.0),
            booked(n, "e2", 2.0),
            end(n),
        ]
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(events, max_size=15))
def test_compacted_records_come_to_the_same(happened):
    records = [placing(1, family=[2]), placing(3), placing(4), *happened]
    memories = recall(records)
    assert recall(records_of(memories.values())) == memories


@pytest.mark.parametrize(
    ("asked", "is_paper", "expected"),
    [
        (None, True, None),
        (None, False, "default"),
        (True, True, "default"),
        (False, False, None),
        ("file", True, "file"),
    ],
)
def test_the_parameter_decides_about_the_file(asked, is_paper, expected, monkeypatch, tmp_path):
    monkeypatch.setenv("BACKTRADER_STATE", str(tmp_path))
    found = wanted(asked, ACCOUNT, is_paper)
    if expected == "default":
        assert found.parent == tmp_path and ACCOUNT not in found.name
    else:
        assert (None if found is None else os.fspath(found)) == expected


def test_a_further_account_has_a_file_of_its_own_beside_the_one_that_is_named():
    first, second = (wanted("a/orders.jsonl", ACCOUNT, True, further) for further in (False, True))
    assert first.parent == second.parent and first.suffix == second.suffix and first != second


def test_a_parameter_of_another_kind_is_refused():
    with pytest.raises(SettingsError, match="journal=7"):
        wanted(7, ACCOUNT, True)


def test_each_account_has_a_file_of_its_own_among_the_users_files():
    environ = {"XDG_STATE_HOME": "/state"}
    first, second = path_for(ACCOUNT, environ), path_for("U7654321", environ)
    assert first != second and first.parent.parts[-2:] == ("state", "backtrader")
    assert path_for(ACCOUNT, {}).parent.name == "backtrader"
