"""Cross hairs over all panes of a chart at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["MultiCursor", "MultiCursor2", "Widget"]


class Widget:
    """Something on a chart that follows the mouse and can be switched off."""

    drawon = True
    eventson = True
    _active = True

    def set_active(self, active: bool) -> None:
        """Have the widget follow the mouse, or stop it."""
        self._active = active

    def get_active(self) -> bool:
        """Return whether the widget follows the mouse."""
        return self._active

    active = property(get_active, lambda self, active: self.set_active(active))

    def ignore(self, event: Any) -> bool:
        """Return whether `event` is none of the widget's business."""
        return not self.active


class MultiCursor(Widget):
    """A vertical line over all panes and a horizontal one in the pane under the mouse.

    Parameters
    ----------
    canvas
        That of the figure.
    axes : sequence
        The panes.
    useblit : bool
        Draw only the lines anew where the canvas can.
    horizOn, vertOn : bool
        Draw horizontal lines, and vertical ones.
    horizMulti, vertMulti : bool
        Show them in all panes, not only in the one under the mouse.
    horizShared, vertShared : bool
        Accepted for compatibility: in which panes lines move with the mouse.
    **lineprops
        Looks of the lines.
    """

    def __init__(
        self,
        canvas: Any,
        axes: Sequence[Any],
        useblit: bool = True,
        horizOn: bool = False,
        vertOn: bool = True,
        horizMulti: bool = False,
        vertMulti: bool = True,
        horizShared: bool = True,
        vertShared: bool = False,
        **lineprops: Any,
    ) -> None:
        self.canvas = canvas
        self.axes = axes
        self.horizOn, self.vertOn = horizOn, vertOn
        self.horizMulti, self.vertMulti = horizMulti, vertMulti
        self.horizShared, self.vertShared = horizShared, vertShared
        self.visible = True
        self.useblit = useblit and canvas.supports_blit
        self.background: Any = None
        self.needclear = False
        if self.useblit:
            lineprops["animated"] = True
        self.vlines = self._lines("axvline", "x", lineprops) if vertOn else []
        self.hlines = self._lines("axhline", "y", lineprops) if horizOn else []
        self.connect()

    def _lines(self, method: str, side: str, lineprops: dict[str, Any]) -> list[Any]:
        """Return a hidden line for each pane, across its middle."""
        made = []
        for ax in self.axes:
            low, high = getattr(self.axes[-1] if side == "x" else ax, f"get_{side}lim")()
            made.append(getattr(ax, method)(0.5 * (low + high), visible=False, **lineprops))
        return made

    def connect(self) -> None:
        """Start following the mouse."""
        self._cidmotion = self.canvas.mpl_connect("motion_notify_event", self.onmove)
        self._ciddraw = self.canvas.mpl_connect("draw_event", self.clear)

    def disconnect(self) -> None:
        """Stop following the mouse."""
        self.canvas.mpl_disconnect(self._cidmotion)
        self.canvas.mpl_disconnect(self._ciddraw)

    def clear(self, event: Any) -> None:
        """Hide the lines and remember the chart without them."""
        if self.ignore(event):
            return
        if self.useblit:
            self.background = self.canvas.copy_from_bbox(self.canvas.figure.bbox)
        for line in (*self.vlines, *self.hlines):
            line.set_visible(False)

    def onmove(self, event: Any) -> None:
        """Move the lines to the mouse."""
        if self.ignore(event) or not self.canvas.widgetlock.available(self):
            return
        if event.inaxes not in self.axes:
            if self.needclear:
                self.needclear = False
                self.clear(event)
                self.canvas.draw()
            return
        self.needclear = True
        self._show(self.vlines, event, self.vertMulti, "set_xdata", event.xdata)
        self._show(self.hlines, event, self.horizMulti, "set_ydata", event.ydata)
        self._update(event)

    def _show(
        self, lines: list[Any], event: Any, everywhere: bool, method: str, value: float
    ) -> None:
        for line in lines:
            here = line.axes is event.inaxes
            line.set_visible(self.visible and (everywhere or here))
            if everywhere or here:
                getattr(line, method)((value, value))

    def _update(self, event: Any) -> None:
        if not self.useblit:
            self.canvas.draw_idle()
            return
        if self.background is not None:
            self.canvas.restore_region(self.background)
        for line in (*self.vlines, *self.hlines):
            if line.get_visible():
                line.axes.draw_artist(line)
        self.canvas.blit(self.canvas.figure.bbox)


class MultiCursor2(MultiCursor):
    """A cross hair with lines in all panes.

    Parameters
    ----------
    canvas, axes, useblit, horizOn, vertOn, **lineprops
        See `MultiCursor`.
    """

    def __init__(
        self,
        canvas: Any,
        axes: Sequence[Any],
        useblit: bool = True,
        horizOn: bool = False,
        vertOn: bool = True,
        **lineprops: Any,
    ) -> None:
        super().__init__(
            canvas, axes, useblit, horizOn, vertOn, horizMulti=True, vertMulti=True, **lineprops
        )
