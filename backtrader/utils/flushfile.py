"""Stand-ins for standard output."""

import sys
from typing import IO, Any

__all__ = ["StdOutDevNull", "flushfile"]


class flushfile:
    """Wrap a text stream and flush it after every write.

    Parameters
    ----------
    f
        The stream, kept as attribute ``f``.
    """

    def __init__(self, f: IO[str]) -> None:
        self.f = f

    def write(self, x: str) -> None:
        """Write ``x`` and flush."""
        self.f.write(x)
        self.f.flush()

    def flush(self) -> None:
        """Flush the stream."""
        self.f.flush()


class StdOutDevNull:
    """Take the place of ``sys.stdout`` from the moment it is made until ``stop``, and drop what is
    written."""

    def __init__(self) -> None:
        self.stdout: Any = sys.stdout
        sys.stdout = self

    def write(self, x: str) -> None:
        """Drop ``x``."""

    def flush(self) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Put the former ``sys.stdout`` back."""
        sys.stdout = self.stdout
