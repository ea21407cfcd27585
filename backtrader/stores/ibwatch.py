"""Watching a connection to Interactive Brokers: log lines as JSON, figures for Prometheus.

::

    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.getLogger("backtrader").addHandler(handler)

    server = serve_metrics(store, 9464)  # pip install "backtrader[metrics]"
"""

from __future__ import annotations

import datetime as _datetime
import json
import logging
from collections.abc import Iterator
from typing import Any

from ..errors import MissingDependencyError

__all__ = ["JsonLines", "MetricsServer", "StoreMetrics", "serve_metrics"]

# attributes that records about a request have
_FACTS = ("request_id", "method", "path", "status", "seconds")

_PREFIX = "backtrader_ib"
# figure -> what it counts
_COUNTERS = {
    "requests": "Requests that were sent",
    "failed_requests": "Requests without a good answer",
    "repeats": "Requests that were sent again",
    "too_many_requests": "Answers 429",
    "outages": "Losses of the connection",
    "reconnects": "Returns of the connection",
    "orders": "Orders that IBKR took",
    "order_changes": "Changes of orders that IBKR took",
    "fills": "Executions",
    "rejects": "Orders that IBKR refused",
    "refused_changes": "Changes and cancellations that IBKR refused",
}
_GAUGES = {
    "connected": "Whether requests are answered and the stream delivers",
    "silent_s": "Seconds since the last message of the stream",
    "clock_ahead_s": "Seconds by which IBKR's clock is ahead",
}


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON.

    Keys: ``time`` (UTC), ``level``, ``logger`` (its last part is the room that tells), ``text``; of
    records about a request ``request_id``, ``method``, ``path``, and at its end ``seconds`` and
    ``status``; ``traceback`` where there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = _datetime.datetime.fromtimestamp(record.created, _datetime.timezone.utc)
        line = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        line |= {name: vars(record)[name] for name in _FACTS if vars(record).get(name) is not None}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _prometheus() -> Any:
    try:
        import prometheus_client
        import prometheus_client.core
    except ImportError as failure:
        raise MissingDependencyError("Prometheus", "backtrader[metrics]") from failure
    return prometheus_client


class StoreMetrics:
    """A collector of ``prometheus_client``: reads the figures of a store when it is asked.

    While the store is not connected for the first time, or was stopped, it tells that alone.

    Parameters
    ----------
    store
        An `IBStore`.
    """

    def __init__(self, store: Any) -> None:
        self._core = _prometheus().core
        self._store = store

    def collect(self) -> Iterator[Any]:
        """Yield what there is to tell."""
        core = self._core
        figures = self._store.peek_performance_metrics()
        for name, text in _GAUGES.items():
            if figures.get(name) is not None:
                yield core.GaugeMetricFamily(
                    f"{_PREFIX}_{_spelled(name)}", text, value=float(figures[name])
                )
        if "requests" not in figures:
            return
        for name, text in _COUNTERS.items():
            yield core.CounterMetricFamily(f"{_PREFIX}_{name}", text, value=figures[name])
        messages = core.CounterMetricFamily(
            f"{_PREFIX}_messages", "Messages of the stream", labels=["kind"]
        )
        for kind, count in sorted(figures["messages_by_kind"].items()):
            messages.add_metric([kind], count)
        yield messages
        yield core.HistogramMetricFamily(
            f"{_PREFIX}_latency_seconds",
            "Time until a request was answered",
            buckets=_buckets(figures["latencies"]),
            sum_value=figures["total_latency_s"],
        )


def _spelled(name: str) -> str:
    return f"{name[:-2]}_seconds" if name.endswith("_s") else name


def _buckets(latencies: dict[float, int]) -> list[tuple[str, float]]:
    """Return the classes as Prometheus has them: each holds those below it."""
    buckets, total = [], 0
    for end, count in latencies.items():
        total += count
        buckets.append(("+Inf" if end == float("inf") else str(end), float(total)))
    return buckets


class MetricsServer:
    """What `serve_metrics` returns; `stop` ends it."""

    def __init__(self, store: Any, port: int, host: str) -> None:
        client = _prometheus()
        registry = client.CollectorRegistry()
        registry.register(StoreMetrics(store))
        self._server, self._thread = client.start_http_server(port, host, registry)
        self.port: int = self._server.server_port

    def stop(self) -> None:
        """End it, and its thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve_metrics(store: Any, port: int = 9464, host: str = "127.0.0.1") -> MetricsServer:
    """Serve the figures of a store to Prometheus, over HTTP, on this machine alone.

    Parameters
    ----------
    store
        An `IBStore`.
    port
        0 for one that is free: `MetricsServer.port` says which.
    host
        Where to listen; whoever reaches it can read the figures.

    Raises
    ------
    MissingDependencyError
        ``prometheus_client`` is not installed.
    """
    return MetricsServer(store, port, host)
