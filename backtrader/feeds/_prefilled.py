"""What live feeds have in common that begin with the bars of another feed."""

from __future__ import annotations

from typing import Any


class Prefilled:
    """Takes bars from another feed; mixed into feeds with the parameter `backfill_from`."""

    lines: Any

    def _take_from(self, source: Any) -> bool:
        """Put the next bar of `source` onto the lines; return False where it has no more."""
        if not source.next():
            return False
        for name in self.lines.getlinealiases():
            getattr(self.lines, name)[0] = getattr(source.lines, name)[0]
        return True
