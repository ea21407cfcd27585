"""Numbers as IBKR writes them."""

from __future__ import annotations

import math
from typing import Any


def number(value: Any) -> float | None:
    """Return the number that `value` stands for; None where IBKR gave none.

    IBKR writes numbers as such or as text, with separators of thousands and a unit behind
    (``"1,005,254 USD"``), and no number as ``""``, ``"None"``, ``"N/A"``, ``"NA"`` or null.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        parts = value.replace(",", "").split()
        value = parts[0] if parts else ""
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return result if math.isfinite(result) else None


def whole(value: Any) -> int | None:
    """Return the whole number that `value` stands for; None where it stands for none.

    Numbers of orders are longer than what a float holds, so that text is not read as one.
    """
    try:
        return int(value)
    except (TypeError, ValueError):
        found = number(value)
        return int(found) if found is not None and found == int(found) else None
