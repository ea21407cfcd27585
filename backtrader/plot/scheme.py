"""How charts look unless told otherwise."""

from __future__ import annotations

from typing import Any

__all__ = ["PlotScheme"]

tableau20 = [
    *("steelblue", "lightsteelblue", "darkorange", "peachpuff", "green", "lightgreen"),
    *("crimson", "lightcoral", "mediumpurple", "thistle", "saddlebrown", "rosybrown"),
    *("orchid", "lightpink", "gray", "lightgray", "olive", "palegoldenrod"),
    *("mediumturquoise", "paleturquoise"),
]

tableau10 = [
    *("blue", "darkorange", "green", "crimson", "mediumpurple"),
    *("saddlebrown", "orchid", "gray", "olive", "mediumturquoise"),
]

tableau10_light = [
    *("lightsteelblue", "peachpuff", "lightgreen", "lightcoral", "thistle"),
    *("rosybrown", "lightpink", "lightgray", "palegoldenrod", "paleturquoise"),
]

# the order in which the lines of a pane take the colours
tab10_index = [3, 0, 2, 1, 2, 4, 5, 6, 7, 8, 9]


_PANES = dict(grid=True, plotdist=0.0, rowsmajor=5, rowsminor=1, yadjust=0.0, ytight=False)

_PRICES = dict(
    style="line",
    loc="black",
    **dict(barup="0.75", barupfill=True, bardown="red", bardownfill=True),
    **dict(baralpha=1.0, bartrans=1.0),
)

_VOLUME = dict(
    volume=True,
    **dict(voloverlay=True, volscaling=0.33, volpushup=0.0, voltrans=0.5),
    **dict(volup="#aaaaaa", voldown="#cc6073"),
)

_TEXTS = dict(
    **dict(fmt_x_data=None, fmt_x_ticks="%Y-%m-%d %H:%M", tickrotation=15),
    **dict(legenddataloc="upper left", legendind=True, legendindloc="upper left"),
    **dict(legendtrans=0.25, subtxtsize=9, subtxttrans=0.66),
    **dict(linevalues=True, valuetags=True),
)

_LINES = dict(
    **dict(fillalpha=0.2, lcolors=tableau10, zdown=True),
    **dict(hlinescolor="0.66", hlinesstyle="--", hlineswidth=1.0),
)


class PlotScheme:
    """The options of a chart.

    Attributes
    ----------
    ytight : False
        End the lowest pane exactly at its smallest and largest value.
    yadjust : 0.0
        Room above and below the values of an indicator, as a part of their range, where
        ``plotymargin`` asks for none; 0.0 leaves it to matplotlib.
    zdown : True
        Draw each further line of a pane behind those before it.
    tickrotation : 15
        Angle of the dates, in degrees.
    rowsmajor, rowsminor : 5, 1
        Rows that the pane of a feed, and that of an indicator, are high.
    plotdist : 0.0
        Space between panes, as a part of their average height.
    grid : True
        Draw a grid.
    style : "line"
        Prices as "line" (of closes), "area" (the same, filled), "candle" or "bar".
    loc : "black"
        Colour of the line of closes.
    barup, bardown : "0.75", "red"
        Colours of rising and of falling bars.
    bartrans, baralpha : 1.0, 1.0
        Accepted for compatibility.
    barupfill, bardownfill : True, True
        Fill the bodies of candles.
    fillalpha : 0.2
        Opacity of areas between lines that name none themselves.
    volume : True
        Draw volume.
    voloverlay : True
        Draw it behind the prices rather than in a pane of its own.
    volscaling : 0.33
        Part of the pane that volume behind prices may take.
    volpushup : 0.0
        Room for volume below the prices, as a part of the lowest price shown.
    volup, voldown : "#aaaaaa", "#cc6073"
        Colours of the volume of rising and of falling bars.
    voltrans : 0.5
        Opacity of volume behind prices.
    subtxttrans, legendtrans : 0.66, 0.25
        Accepted for compatibility: texts are opaque and legends have no frame.
    subtxtsize : 9
        Size of the texts in legends and tags, in points.
    legendind : True
        Draw the legends of indicators.
    legendindloc, legenddataloc : "upper left", "upper left"
        Where legends of indicators and of feeds go.
    linevalues : True
        End the labels of lines with their last value.
    valuetags : True
        Tag the last value of lines on the right.
    hlinescolor, hlinesstyle, hlineswidth : "0.66", "--", 1.0
        Looks of horizontal lines.
    lcolors : list of str
        Colours of lines, taken in the order of `color`.
    fmt_x_ticks : "%Y-%m-%d %H:%M"
        Format of the dates below the chart; None takes that of `fmt_x_data`.
    fmt_x_data : None
        Format of the date at the cursor; None takes one that suits the timeframe.
    """

    lcolors: list[Any]

    def __init__(self) -> None:
        for options in (_PANES, _PRICES, _VOLUME, _TEXTS, _LINES):
            vars(self).update(options)

    def color(self, idx: int) -> Any:
        """Return the colour of line number `idx` of a pane."""
        place = tab10_index[idx % len(tab10_index)]
        return self.lcolors[place % len(self.lcolors)]
