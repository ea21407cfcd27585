"""What counts as parity of a run in a mode, given upstream's results in all modes."""

from __future__ import annotations

from .compare import first_difference
from .encode import Plain
from .intended import Intended, intended
from .modes import kept

# Upstream has no error of its own design of these types: they come from reads beyond its buffers,
# in modes it does not support for a scenario. A scenario that raises on purpose uses other types.
BREAKAGE = ("IndexError", "ValueError")
# Where upstream runs, in this order, when it breaks in the mode asked for.
STAND_INS = ("preload=False", "runonce=False", "default")
# What does not depend on the mode.
COMMON_KEYS = ("books", "printed", "events")


def difference(
    recorded: dict[str, Plain], mode: str, actual: dict[str, Plain], name: str = ""
) -> str | None:
    """Return the first difference of our run from upstream's in this mode, or None.

    Parameters
    ----------
    recorded : upstream's results by mode.
    mode : the mode of our run.
    actual : our result, with the keys "watched" and "plain".
    name : the scenario, which may have differences that are meant.

    Notes
    -----
    Where upstream breaks we may work, and then do what upstream does in another mode.
    """
    meant = intended(name, mode)
    for way in ("watched", "plain"):
        found = _difference_of_run(recorded, mode, way, actual[way])
        if found and meant is not None:
            found = _difference_meant(recorded, meant, mode, way, actual[way])
        if found:
            return f"{way}, {found}"
    return None


def _difference_meant(
    recorded: dict[str, Plain], meant: Intended, mode: str, way: str, actual: Plain
) -> str | None:
    """Compare a run that differs on purpose with what it is meant to be like."""
    if meant.raises is not None:
        raised = actual.get("raises", ["no exception"])
        return None if meant.raises in raised else f"raises: {meant.raises} != {raised}"
    like = recorded[meant.like or mode][way]
    keys = [key for key in COMMON_KEYS if key in like and key not in meant.without]
    if meant.like and kept(mode) is kept(meant.like) and "results" in like:
        keys.append("results")
    return first_difference({key: like[key] for key in keys}, {key: actual[key] for key in keys})


def _difference_of_run(
    recorded: dict[str, Plain], mode: str, way: str, actual: Plain
) -> str | None:
    expected = recorded[mode][way]
    if not _broken(expected):
        return first_difference(expected, actual)
    if "raises" in actual:
        same = expected["raises"][0] in actual["raises"]
        return None if same else first_difference(expected, actual)
    stand_in = _stand_in(recorded, way)
    if stand_in is None:
        return None
    keys = [key for key in COMMON_KEYS if key in stand_in]
    return first_difference(
        {key: stand_in[key] for key in keys}, {key: actual[key] for key in keys}
    )


def _broken(result: Plain) -> bool:
    return "raises" in result and result["raises"][0] in BREAKAGE


def _stand_in(recorded: dict[str, Plain], way: str) -> Plain | None:
    for mode in STAND_INS:
        if mode in recorded and "raises" not in recorded[mode][way]:
            return recorded[mode][way]
    return None
