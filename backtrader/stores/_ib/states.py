"""The states of a connection, and which may follow which."""

from __future__ import annotations

from enum import Enum

__all__ = ["TRANSITIONS", "State"]


class State(Enum):
    """What a connection is doing.

    CLOSED: nothing is open.
    OPENING: `open` is at work.
    READY: the brokerage session is authenticated and the stream delivers.
    LOST: one of the two is gone; it is being restored without help.
    TAKEN_OVER: another session of the same user name holds the brokerage session.
    LOGGED_OUT: the login itself is gone; a human, or other credentials, must bring it back.
    CLOSING: `close` is at work.
    """

    CLOSED = "closed"
    OPENING = "opening"
    READY = "ready"
    LOST = "lost"
    TAKEN_OVER = "taken over"
    LOGGED_OUT = "logged out"
    CLOSING = "closing"


_TROUBLE = frozenset({State.LOST, State.TAKEN_OVER, State.LOGGED_OUT})

# state -> the states that may follow it
TRANSITIONS: dict[State, frozenset[State]] = {
    State.CLOSED: frozenset({State.OPENING}),
    State.OPENING: frozenset({State.READY, State.CLOSING}),
    State.READY: _TROUBLE | {State.CLOSING},
    State.LOST: (_TROUBLE - {State.LOST}) | {State.READY, State.CLOSING},
    State.TAKEN_OVER: (_TROUBLE - {State.TAKEN_OVER}) | {State.READY, State.CLOSING},
    State.LOGGED_OUT: (_TROUBLE - {State.LOGGED_OUT}) | {State.READY, State.CLOSING},
    State.CLOSING: frozenset({State.CLOSED}),
}
