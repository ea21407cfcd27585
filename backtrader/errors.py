"""The exceptions of the package, in one tree.

::

    BacktraderError(Exception)
    +-- StrategySkipError        raised by a strategy in __init__: leave this combination out
    +-- ModuleImportError        a module that a feature rests on cannot be imported
    |   +-- FromModuleImportError
    +-- ParameterError           also TypeError: unknown parameter or argument
    +-- LineError                also AttributeError: unknown line
    +-- DataError                also ValueError: malformed input; path, line_number, text
    |   +-- FeedMissingError     also FileNotFoundError: the input is not there
    +-- OrderError               also ValueError: an order that makes no sense
    +-- TimeZoneError            also ValueError, AttributeError: no such time zone
    +-- MissingDependencyError   also ImportError: an optional package is not installed
    +-- StoreError               a broker's service could not do what it was asked
        +-- ConnectionFailedError   also ConnectionError: not reachable, or no answer in time
        +-- AuthenticationError     also PermissionError: not logged in, credentials, session
        +-- PacingError             too many requests
        +-- RequestRefusedError     any other refusal; status_code and text
        +-- ContractError           also LookupError: no such contract, or several; candidates
        +-- SettingsError           also ValueError: settings that are missing or contradict
        +-- JournalError            the file of what was sent cannot be used

Each class also derives from the builtin exception that the same mistake has always let out, so that
existing ``except`` clauses hold.
"""

import errno
import os
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["AuthenticationError", "BacktraderError", "ConnectionFailedError", "ContractError"]
__all__ += ["DataError", "FeedMissingError", "FromModuleImportError", "JournalError", "LineError"]
__all__ += ["MissingDependencyError", "ModuleImportError", "OrderError", "PacingError"]
__all__ += ["ParameterError", "RequestRefusedError", "SettingsError", "StoreError"]
__all__ += ["StrategySkipError", "TimeZoneError", "complaint_of", "near_miss"]


class BacktraderError(Exception):
    """Stand at the root of every exception that this package defines."""


class StrategySkipError(BacktraderError):
    """Ask Cerebro, from the ``__init__`` of a strategy, to leave that strategy out of the run."""


class ModuleImportError(BacktraderError):
    """Say that a module which a feature rests on cannot be imported.

    Parameters
    ----------
    message
        The text of the exception.
    *args
        Further facts, kept in ``args`` after the message.
    """

    def __init__(self, message: str, *args: object) -> None:
        super().__init__(message, *args)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class FromModuleImportError(ModuleImportError):
    """Say that a name cannot be imported from a module."""


class ParameterError(BacktraderError, TypeError):
    """Say that a component got a parameter or argument that it does not take."""


class LineError(BacktraderError, AttributeError):
    """Say that a component has no line of the name asked for."""


class DataError(BacktraderError, ValueError):
    """Say that input is malformed, and where.

    Parameters
    ----------
    message
        What is wrong and what was expected.
    path
        File the input came from, where it came from one.
    line_number
        Line in that file, counted from 1.
    text
        The offending row as it was read.
    """

    def __init__(
        self,
        message: str,
        path: str | os.PathLike[str] | None = None,
        line_number: int | None = None,
        text: str | None = None,
    ) -> None:
        super().__init__(message, path, line_number, text)
        self.message = message
        self.path = path
        self.line_number = line_number
        self.text = text

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.path, self.line_number) if part is not None)
        parts = [f"{where}: {self.message}" if where else self.message]
        if self.text is not None:
            parts.append(repr(self.text))
        return ": ".join(parts)


class FeedMissingError(DataError, FileNotFoundError):
    """Say that the file or source a feed was told to read does not exist.

    Parameters
    ----------
    message
        What was looked for.
    path
        Where it was looked for; also ``filename``, as in any ``FileNotFoundError``.
    """

    def __init__(self, message: str, path: str | os.PathLike[str] | None = None) -> None:
        super().__init__(message, path)
        self.errno = errno.ENOENT
        self.strerror = message
        self.filename = path

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.message, self.path)


class OrderError(BacktraderError, ValueError):
    """Say that an order cannot mean anything, for example a limit order without a price."""


class TimeZoneError(BacktraderError, ValueError, AttributeError):
    """Say that a value names no time zone."""


class MissingDependencyError(BacktraderError, ImportError):
    """Say that an optional package is missing, and which command installs it.

    Parameters
    ----------
    feature
        What needs the package, for example ``"plotting"``.
    package
        Name of the package to install, for example ``"matplotlib"`` or ``"backtrader[ib]"``.
    """

    def __init__(self, feature: str, package: str) -> None:
        super().__init__(feature, package)
        self.feature = feature
        self.package = package
        self.command = f'pip install "{package}"' if "[" in package else f"pip install {package}"

    def __str__(self) -> str:
        return f"{self.feature} needs a package that is not installed: {self.command}"


class StoreError(BacktraderError):
    """Say that the service of a broker could not do what it was asked.

    Parameters
    ----------
    message
        What was asked and what came of it; never a credential.
    status_code
        HTTP status of the answer, where there was one.
    text
        What the service said, where it said something.
    """

    def __init__(self, message: str, status_code: int | None = None, text: str = "") -> None:
        super().__init__(message, status_code, text)
        self.message = message
        self.status_code = status_code
        self.text = text

    def __str__(self) -> str:
        return self.message


class ConnectionFailedError(StoreError, ConnectionError):
    """Say that a service cannot be reached, or gave no answer in time: what was asked may have
    happened all the same.
    """


class JournalError(StoreError):
    """Say that the journal of orders cannot be read, written, or is another process's."""


class AuthenticationError(StoreError, PermissionError):
    """Say that a service does not accept the credentials or the session."""


class PacingError(StoreError):
    """Say that a service got more requests than it takes."""


class RequestRefusedError(StoreError):
    """Say that a service refused a request."""


class SettingsError(StoreError, ValueError):
    """Say that the settings of a store are not complete, or contradict each other."""


class ContractError(StoreError, LookupError):
    """Say that a name stands for no contract, or for several.

    Parameters
    ----------
    message
        Which name, and what was found.
    candidates
        Descriptions of the contracts that it may stand for.
    """

    def __init__(self, message: str, candidates: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)

    def __str__(self) -> str:
        if not self.candidates:
            return self.message
        return f"{self.message}: {'; '.join(self.candidates)}"


def near_miss(name: str, allowed: Iterable[str]) -> str:
    """Return the end of an error message about an unknown name: the nearest one and all there are.

    Parameters
    ----------
    name
        The name that was given.
    allowed
        The names that would have been right, in the order in which to list them.

    Returns
    -------
    str
        ``", did you mean 'period'? It takes: period, movav"``; without a near match
        ``". It takes: period, movav"``; with nothing allowed ``". It takes none"``.
    """
    names = list(allowed)
    matches = get_close_matches(name, names, n=1)
    # Case apart, a name is a match whatever its length: 'P' for 'p' scores 0.0 with difflib.
    same = [known for known in names if known.lower() == name.lower()]
    guess = (same or matches or [""])[0]
    question = f", did you mean {guess!r}?" if guess else "."
    return f"{question} It takes: {', '.join(names)}" if names else f"{question} It takes none"


def complaint_of(owner: str, given: Iterable[str], allowed: Iterable[str]) -> str:
    """Return the error message about the first name that was given and is not allowed; "" where
    there is none.

    Parameters
    ----------
    owner
        What the parameters are of.
    given, allowed
        The names of the keywords, and of those that would have been right.
    """
    names = list(allowed)
    for name in given:
        if name not in names:
            return f"{owner}: unknown parameter {name!r}{near_miss(name, names)}"
    return ""
