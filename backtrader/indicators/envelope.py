"""Bands at a fixed distance, in percent, around a line: for any line, and ready made for each
moving average."""

from __future__ import annotations

from ..indicator import Indicator
from ._families import moving_average_family

__all__ = ["Envelope", "EnvelopeMixIn"]


class EnvelopeMixIn:
    """Adds bands around its first line to an indicator that it is mixed with.

    Formula
    -------
    - ``top = line * (1 + perc / 100)``
    - ``bot = line * (1 - perc / 100)``

    Parameters
    ----------
    perc : float, default 2.5
        Distance of the bands, in percent of the line.

    Lines
    -----
    top, bot
        The bands, in the unit of the line.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:moving_average_envelopes
    """

    lines = ("top", "bot")
    params = (("perc", 2.5),)
    plotlines = {"top": {"_samecolor": True}, "bot": {"_samecolor": True}}

    def __init__(self) -> None:
        share = self.p.perc / 100.0  # type: ignore[attr-defined]
        middle = self.lines[0]
        self.lines.top = middle * (1.0 + share)  # type: ignore[attr-defined]
        self.lines.bot = middle * (1.0 - share)  # type: ignore[attr-defined]
        super().__init__()


class _EnvelopeBase(Indicator):
    """The line around which the bands of an `Envelope` are."""

    lines = ("src",)
    plotinfo = {"subplot": False}
    plotlines = {"src": {"_plotskip": True}}

    def __init__(self) -> None:
        self.lines.src = self.data
        super().__init__()


class Envelope(_EnvelopeBase, EnvelopeMixIn):
    """Bands around a line.

    Formula
    -------
    - ``src = data``
    - ``top = data * (1 + perc / 100)``
    - ``bot = data * (1 - perc / 100)``

    Parameters
    ----------
    perc : float, default 2.5
        Distance of the bands, in percent of the data.

    Lines
    -----
    src, top, bot
        The data and the bands.

    Source
    ------
    https://school.stockcharts.com/doku.php?id=technical_indicators:moving_average_envelopes
    """


__all__ += moving_average_family(
    globals(), EnvelopeMixIn, ("Envelope",), "{} with bands, `perc` percent away, on either side."
)
