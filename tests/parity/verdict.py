"""What counts as parity of a run in a mode, given upstream's results in all modes."""

from __future__ import annotations

from .compare import first_difference
from .encode import Plain

# Upstream has no error of its own design of these types: they come from reads beyond its buffers,
# in modes it does not support for a scenario. A scenario that raises on purpose uses other types.
BREAKAGE = ("IndexError", "ValueError")
# Where upstream runs, in this order, when it breaks in the mode asked for.
STAND_INS = ("preload=False", "runonce=False", "default")
# What does not depend on the mode.
COMMON_KEYS = ("books", "printed", "events")


def difference(recorded: dict[str, Plain], mode: str, actual: dict[str, Plain]) -> str | None:
    """Return the first difference of our run from upstream's in this mode, or None.

    Parameters
    ----------
    recorded : upstream's results by mode.
    mode : the mode of our run.
    actual : our result, with the keys "watched" and "plain".

    Notes
    -----
    Where upstream breaks we may work, and then do what upstream does in another mode.
    """
    for way in ("watched", "plain"):
        found = _difference_of_run(recorded, mode, way, actual[way])
        if found:
            return f"{way}, {found}"
    return None


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
