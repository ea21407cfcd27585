"""What the WebSocket's subjects have in common."""

from __future__ import annotations

from typing import Any, Protocol

from .records import Subscriber

__all__ = ["Topic"]


class Topic(Protocol):
    """One subject of the WebSocket: ``smd``, ``sor`` ..., for all connections.

    A frame ``s<topic>+<target>+<args>`` arrives as `subscribe`, ``u<topic>...`` as `unsubscribe`;
    `target` is "" and `args` {} where the client sent none. Neither may fail: what is not
    understood is not answered. All of it happens on the server's thread.
    """

    def subscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Begin to send frames, or begin anew with the first one."""

    def unsubscribe(self, subscriber: Subscriber, target: str, args: dict[str, Any]) -> None:
        """Send no more; harmless where nothing was subscribed."""

    def drop(self, subscriber: Subscriber) -> None:
        """Forget a connection that is gone."""
