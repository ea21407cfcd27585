"""Shapes and colours that the charts share."""

from __future__ import annotations

import colorsys
from typing import Any

import matplotlib.colors as mplcolors
import matplotlib.path as mplpath
import numpy as np

__all__ = ["shade_color", "tag_box_style"]


def tag_box_style(
    x0: float,
    y0: float,
    width: float,
    height: float,
    mutation_size: float,
    mutation_aspect: float = 1,
) -> Any:
    """Return the outline of a tag: a box whose left side points at the value it shows.

    Parameters
    ----------
    x0, y0, width, height
        The box around the text, in pixels.
    mutation_size
        Size of the text; a fifth of it is left free around it.
    mutation_aspect
        Accepted because matplotlib hands it to every box style.
    """
    pad = 0.2 * mutation_size
    left, right = x0 - pad, x0 + width + pad
    low, high = y0 - pad, y0 + height + pad
    tip = (left - pad, (low + high) / 2.0)
    corners = [(left, low), (right, low), (right, high), (left, high), tip]
    closing = [(left, low), (left, low)]
    return mplpath.Path(np.array(corners + closing), closed=True)


def shade_color(color: Any, percent: float) -> tuple[float, float, float]:
    """Return `color`, any that matplotlib knows, with its lightness changed by `percent`."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*mplcolors.to_rgb(color))
    lightness = min(1.0, max(0.0, lightness * (1.0 + percent / 100.0)))
    return colorsys.hls_to_rgb(hue, lightness, saturation)
