"""The cases of which digests are kept: name, and what runs it and returns its journal."""

from __future__ import annotations

import functools
from collections.abc import Callable

from .broker_cases import BROKER_CASES
from .delivery_cases import DELIVERY_CASES
from .storms import SEEDS, storm

CASES: dict[str, Callable[[], list[str]]] = {
    **BROKER_CASES,
    **DELIVERY_CASES,
    **{f"storm_{seed:03d}": functools.partial(storm, seed) for seed in range(SEEDS)},
}
