"""Text files whose newest line comes first."""

from __future__ import annotations

import io
from typing import Any


class Reversible:
    """The part of a text feed that reads a file from its last line to its first, and still says in
    which line of the file something is wrong.
    """

    f: Any
    p: Any
    _line_number: int
    _decoding_error: Any
    _first_reversed = 0
    _last_reversed = 0

    def _reverse(self) -> None:
        """Turn the lines that are left to be read around."""
        self._first_reversed = self._line_number + 1
        try:
            lines = self.f.read().split("\n")
        except UnicodeDecodeError as error:
            raise self._decoding_error(error) from error
        if not lines[-1]:
            lines.pop()  # what follows the newline at the end of a file is no line
        self._last_reversed = self._line_number + len(lines)
        self.f.close()
        self.f = io.StringIO("".join(line + "\n" for line in reversed(lines)))

    def _row_error(self, error: Exception, text: str | None) -> Exception:
        if self._last_reversed:
            number = self._first_reversed + self._last_reversed - self._line_number
            self._line_number, self._last_reversed = number, 0
        wrapped: Exception = super()._row_error(error, text)  # type: ignore[misc]
        return wrapped
