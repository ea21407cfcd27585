"""The journal: a file that says what was sent before it is sent, so that a restart can ask for it.

A record is a line of JSON. Lines are only ever added: a process that is killed leaves a file whose
last line may be torn, which is dropped. Whatever creates, changes or cancels an order is on the
disk (fsync) before the request leaves. Records of what came of it need no such haste: what is not
found in the journal is found out at IBKR.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from ...errors import JournalError, SettingsError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Journal", "NoJournal", "Notebook", "path_for"]

_log = logging.getLogger(__name__)

Record: TypeAlias = dict[str, Any]

FOLDER_VARIABLE = "BACKTRADER_STATE"
_VERSION = 1
_HEAD = "journal"
# only the user may read or write it: there are account ids in the tickets
_MODE = 0o600
# in bytes: some ten thousand orders
_LARGE = 16 << 20


class Notebook(Protocol):
    """Where the desk writes down what it does."""

    @property
    def large(self) -> bool:
        """Whether it is time for `compact`."""

    def compact(self, choose: Callable[[list[Record]], Iterable[Record]]) -> None:
        """Keep of its records what `choose` returns."""

    def promise(self, *records: Record) -> None:
        """Write what is about to be sent; return when it is on the disk."""

    def note(self, *records: Record) -> None:
        """Write what has happened."""

    def close(self) -> None:
        """Let the file go."""


class NoJournal:
    """Stands where nothing is written down."""

    large = False

    def compact(self, choose: Callable[[list[Record]], Iterable[Record]]) -> None:
        """Do nothing."""

    def promise(self, *records: Record) -> None:
        """Write nothing."""

    def note(self, *records: Record) -> None:
        """Write nothing."""

    def close(self) -> None:
        """Do nothing."""


def path_for(account_id: str, environ: Mapping[str, str] | None = None) -> Path:
    """Return where the journal of an account is by default: in the user's folder for such files.

    The name of the file tells nobody the account. ``BACKTRADER_STATE`` names another folder.
    """
    known = os.environ if environ is None else environ
    given = known.get(FOLDER_VARIABLE)
    if given:
        folder = Path(given)
    elif known.get("XDG_STATE_HOME"):
        folder = Path(known["XDG_STATE_HOME"]) / "backtrader"
    elif sys.platform == "win32" and known.get("LOCALAPPDATA"):
        folder = Path(known["LOCALAPPDATA"]) / "backtrader"
    else:
        folder = Path.home() / ".local" / "state" / "backtrader"
    return folder / f"ib-orders-{_token_of(account_id)}.jsonl"


def wanted(journal: Any, account_id: str, is_paper: bool, further: bool = False) -> Path | None:
    """Return the file of the journal that the store's parameter of that name asks for.

    A store that is a `further` one, of another account with the parameters of the first, has a
    file of its own beside that.

    Raises
    ------
    SettingsError
        It is neither None, a bool nor a path.
    """
    if journal is None:
        return None if is_paper else path_for(account_id)
    if isinstance(journal, bool):
        return path_for(account_id) if journal else None
    if isinstance(journal, (str, os.PathLike)) and os.fspath(journal):
        path = Path(os.fspath(journal))
        token = f"-{_token_of(account_id)}" if further else ""
        return path.with_name(f"{path.stem}{token}{path.suffix}")
    raise SettingsError(
        f"journal={journal!r}: it takes None (on for live accounts), True, False, or a path"
    )


class Journal:
    """A journal in a file, for one account and one process at a time.

    Any thread may write.

    Parameters
    ----------
    path
        The file; it is made where there is none, with its folder. Beside it stands a file of the
        same name and ``.lock``, which is locked as long as the journal is open.
    account_id
        Whose orders these are.

    Attributes
    ----------
    records : list
        What it held when it was opened.
    """

    def __init__(self, path: Path, account_id: str) -> None:
        self.path = path
        self.records: list[Record] = []
        self._token = _token_of(account_id)
        self._lock = threading.Lock()
        self._file: int | None = None
        self._size, self._limit = 0, _LARGE
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._guard = _locked(path.with_name(f"{path.name}.lock"))
        except OSError as failure:
            raise _unusable(path, failure) from failure
        try:
            self._begin()
        except OSError as failure:
            self.close()
            raise _unusable(path, failure) from failure
        except JournalError:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path.name}>"

    def _begin(self) -> None:
        self._file = _opened(self.path)
        text, size = _whole_lines(self._file)
        os.ftruncate(self._file, size)
        os.lseek(self._file, 0, os.SEEK_END)
        self._size = size
        self.records = [self._parsed(n, line) for n, line in enumerate(text.splitlines(), 1)]
        if not self.records:
            self._append([self._head()], True)
            return
        head = self.records.pop(0)
        if head.get("what") != _HEAD or head.get("version") != _VERSION:
            raise JournalError(f"{self.path}: not a journal of orders that this version can read")
        if head.get("account") != self._token:
            raise JournalError(f"{self.path}: the journal of another account")

    def _head(self) -> Record:
        return {"what": _HEAD, "version": _VERSION, "account": self._token}

    def _parsed(self, number: int, line: str) -> Record:
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise JournalError(
                f"{self.path}: line {number} is damaged. Look at IBKR what is open, move the file"
                " away, and start again"
            )
        return record

    def promise(self, *records: Record) -> None:
        """Write what is about to be sent; return when it is on the disk.

        Raises
        ------
        JournalError
            It cannot be written: then it must not be sent.
        """
        with self._lock:
            try:
                self._append(records, True)
            except OSError as failure:
                raise _unusable(self.path, failure) from failure

    def note(self, *records: Record) -> None:
        """Write what has happened; that it cannot be written is logged, and found out again."""
        with self._lock:
            try:
                self._append(records, False)
            except OSError as failure:
                _log.error("%s", _unusable(self.path, failure))

    def _append(self, records: Iterable[Record], safe: bool) -> None:
        """Add lines: all of them or, where that fails, nothing."""
        if self._file is None:
            if safe:
                raise OSError("it is closed")
            return
        lines = b"".join(_line(record) for record in records)
        try:
            _write(self._file, lines)
            if safe:
                os.fsync(self._file)
        except OSError:
            # half a line in the middle would make the file unreadable
            os.ftruncate(self._file, self._size)
            os.lseek(self._file, 0, os.SEEK_END)
            raise
        self._size += len(lines)

    @property
    def large(self) -> bool:
        """Whether it is time for `compact`."""
        return self._size > self._limit

    def compact(self, choose: Callable[[list[Record]], Iterable[Record]]) -> None:
        """Keep of its records what `choose` returns. A crash leaves the old file or the new one.

        Raises
        ------
        JournalError
            It cannot be written.
        """
        with self._lock:
            if self._file is None:
                return
            text, _ = _whole_lines(self._file)
            records = choose([json.loads(line) for line in text.splitlines()[1:]])
            lines = b"".join(_line(each) for each in [self._head(), *records])
            fresh = self.path.with_name(f"{self.path.name}.new")
            try:
                with contextlib.suppress(FileNotFoundError):
                    fresh.unlink()
                file = _opened(fresh)
                _write(file, lines)
                os.fsync(file)
                self._replace(fresh, file)
            except OSError as failure:
                raise _unusable(self.path, failure) from failure
            self._size = len(lines)
            # where most of it has to be kept, not again with each order
            self._limit = max(_LARGE, 2 * self._size)

    def _replace(self, fresh: Path, file: int) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None
        if sys.platform == "win32":  # it renames no file that is open
            os.close(file)
            os.replace(fresh, self.path)
            file = _opened(self.path)
            os.lseek(file, 0, os.SEEK_END)
        else:
            os.replace(fresh, self.path)
            _sync_folder(self.path.parent)
        self._file = file

    def close(self) -> None:
        """Let the file go; what is written after that is lost."""
        with self._lock:
            file, self._file = self._file, None
            guard, self._guard = self._guard, -1
        for each in (file, guard):
            if each is not None and each >= 0:
                os.close(each)


def _token_of(account_id: str) -> str:
    """Return what stands for an account where its id should not be read."""
    return hashlib.sha256(f"ib {account_id}".encode()).hexdigest()[:12]


def _unusable(path: Path, failure: OSError) -> JournalError:
    return JournalError(f"journal of orders {path}: {failure.strerror or failure}")


def _opened(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), _MODE)
    if sys.platform != "win32":
        os.fchmod(file, _MODE)
    return file


def _locked(path: Path) -> int:
    """Return a file that this process alone has; the system frees it when the process ends."""
    file = _opened(path)
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise JournalError(
            f"journal of orders {path.with_suffix('')}: another process is trading with it. End"
            " that, or give this one a journal of its own"
        ) from None
    return file


def _whole_lines(file: int) -> tuple[str, int]:
    """Return the lines that were written to their end, and how many bytes that is."""
    os.lseek(file, 0, os.SEEK_SET)
    pieces = []
    while piece := os.read(file, 1 << 20):
        pieces.append(piece)
    data = b"".join(pieces)
    size = data.rfind(b"\n") + 1
    if size < len(data):
        _log.warning("the journal of orders ended in half a line, which is dropped")
    return data[:size].decode("utf-8", "replace"), size


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _line(record: Record) -> bytes:
    text = json.dumps(record, separators=(",", ":"), default=_plain)
    return text.encode("ascii") + b"\n"


def _plain(value: Any) -> Any:
    """Return what stands for a value that JSON does not know: numpy's numbers as numbers."""
    item = getattr(value, "item", None)
    return item() if callable(item) else repr(value)


def _sync_folder(folder: Path) -> None:
    """Have the name of a file on the disk, too."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
