"""The stream's connection at the end of its life."""

import threading

from backtrader.stores._ib.settings import resolve
from backtrader.stores._ib.wire import WebSocket

ENDS_S = 10.0


class Sink:
    def emit(self, event):
        """Take an event."""


def test_a_thread_that_begins_after_the_end_ends_at_once():
    """ibind looks whether it is to end and then begins a thread; the end may come in between."""
    settings = resolve({"url": "http://127.0.0.1:9/v1/api/"}, {})
    stream = WebSocket(settings, None, "DU1234567", lambda: "", lambda: True, Sink())
    stream.transport.stop()
    late = threading.Thread(target=stream.transport.connect, daemon=True)
    late.start()
    late.join(ENDS_S)
    assert not late.is_alive()
