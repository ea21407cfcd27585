"""Where we mean to differ from upstream: docs/differences.md says what, this says in which runs.

Each such run is compared with what upstream does in another mode, where it does what its
documentation promises.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

from .modes import MODES


@dataclass(frozen=True)
class Intended:
    """Runs that differ on purpose.

    Attributes
    ----------
    scenarios : pattern of names.
    modes : modes in which they differ.
    like : the mode of upstream's that we are to agree with; None where no mode of its does.
    reason : the row of docs/differences.md.
    without : what is left out of the comparison.
    raises : the error that ours raises where upstream raises none.
    """

    scenarios: str
    modes: tuple[str, ...]
    like: str | None
    reason: str
    without: tuple[str, ...] = ()
    raises: str | None = None


_BOUNDED = tuple(mode for mode in MODES if mode.startswith("exactbars"))

INTENDED = (
    Intended("coupled_*", ("default",), "runonce=False", "coupled lines in a batch"),
    Intended("delays_forward", ("default",), "runonce=False", "looking ahead at the end"),
    Intended("functions_of_values", ("runonce=False", "preload=False"), "default", "CmpEx by step"),
    Intended(
        "user_*", ("default",), "runonce=False", "next of indicators on indicators in a batch"
    ),
    Intended(
        "callbacks_of_an_indicator",
        ("default",),
        "runonce=False",
        "next of indicators on indicators in a batch",
        without=("printed",),
    ),
    Intended(
        "generic_csv_reversed",
        tuple(MODES),
        None,
        "unknown parameters",
        raises="ParameterError",
    ),
    Intended(
        "session_filler_and_heikin_ashi",
        ("preload=False", "exactbars=1"),
        None,
        "lengths of indicators where filters deliver two bars at once",
    ),
    Intended("lines_as_conditions", _BOUNDED, "preload=False", "bounded memory"),
    Intended("observers_read_by_the_strategy", _BOUNDED, "preload=False", "bounded memory"),
    Intended(
        "period_forced",
        ("default", "runonce=False", "preload=False", "exactbars=1"),
        None,
        "values below a raised minimum period",
    ),
    Intended("mean_*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("crossings*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("pandas_data*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("user_on_two_datas*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("user_on_timeframes*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("user_with_mindatas*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("datas_*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("indicators_on_datas_*", _BOUNDED, "preload=False", "bounded memory"),
    Intended("portfolio_with_observers", _BOUNDED, "preload=False", "bounded memory"),
    Intended("close_orders_within_sessions", _BOUNDED, "preload=False", "bounded memory"),
    Intended("callbacks_of_an_indicator", _BOUNDED, "preload=False", "bounded memory"),
    Intended(
        "all_analyzers_one_bar",
        ("default", "runonce=False"),
        None,
        "analyzers in a run without bars or of one",
    ),
)


def intended(name: str, mode: str) -> Intended | None:
    """Return why a run of a scenario may differ, or None."""
    for each in INTENDED:
        if mode in each.modes and fnmatch.fnmatchcase(name, each.scenarios):
            return each
    return None
