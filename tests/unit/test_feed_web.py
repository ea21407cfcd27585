"""Feeds that ask a web service, against a server of our own."""

import base64
import contextlib
import datetime
import http.server
import json
import sys
import threading
import urllib.parse

import pytest

from backtrader.dataseries import TimeFrame
from backtrader.errors import (
    ConnectionFailedError,
    DataError,
    MissingDependencyError,
    ParameterError,
)
from backtrader.feeds import InfluxDB, Quandl, YahooFinance, YahooFinanceData
from backtrader.utils import num2date

DAY_S = 86400


class Server:
    """Answers requests by a function of path, query and headers; keeps what was asked."""

    def __init__(self, answer):
        self.asked = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path, _, query = self.path.partition("?")
                terms = dict(urllib.parse.parse_qsl(query))
                server.asked.append((path, terms))
                status, body, cookie = answer(path, terms, self.headers)
                self.send_response(status)
                if cookie:
                    self.send_header("Set-Cookie", cookie)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._http.server_port
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    def stop(self):
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@contextlib.contextmanager
def serving(answer):
    server = Server(answer)
    try:
        yield server
    finally:
        server.stop()


CHART = {
    "meta": {"gmtoffset": -18000},
    # the openings of two days in New York, as seconds since 1970
    "timestamp": [1041517800, 1041604200, 1041863400],
    "indicators": {
        "quote": [
            {
                "open": [4.31, None, 5.0],
                "high": [4.5, None, 6.0],
                "low": [4.3, None, 4.0],
                "close": [4.45, None, 5.5],
                "volume": [1000, None, 50],
            }
        ],
        "adjclose": [{"adjclose": [2.225, None, 5.5]}],
    },
}


def yahoo(result=None, error=None, status=200):
    """The service as it is: no bars without the cookie and the crumb of a session."""

    def answer(path, terms, headers):
        if path == "/cookie":
            return 404, "nothing here", "A3=secret; Path=/"
        if "A3=secret" not in headers.get("Cookie", ""):
            return 401, "no cookie", None
        if path == "/crumb":
            return 200, "cr/umb", None
        if terms.get("crumb") != "cr/umb":
            return 401, "Invalid Crumb", None
        chart = {"chart": {"result": result and [result], "error": error}}
        return status, json.dumps(chart), None

    return answer


def addresses(server):
    return {
        "urlcookie": f"{server.address}/cookie",
        "urlcrumb": f"{server.address}/crumb",
        "urlchart": f"{server.address}/chart",
        "retries": 1,
    }


def loaded(feed):
    feed._start()
    feed.preload()
    return feed


def days(feed):
    return [f"{num2date(when):%Y-%m-%d}" for when in feed.lines.datetime.array]


def test_yahoo_with_cookie_and_crumb():
    with serving(yahoo(CHART)) as server:
        feed = loaded(
            YahooFinanceData(
                dataname="AAPL",
                fromdate=datetime.datetime(2003, 1, 1),
                todate=datetime.datetime(2003, 2, 1),
                **addresses(server),
            )
        )
        assert [path for path, _ in server.asked] == ["/cookie", "/crumb", "/chart/AAPL"]
        terms = server.asked[-1][1]
    assert terms["period1"] == "1041379200"
    assert terms["period2"] == "1044057600"
    assert terms["interval"] == "1d"
    assert days(feed) == ["2003-01-02", "2003-01-06"]
    assert list(feed.lines.close.array) == [2.23, 5.5]
    assert list(feed.lines.volume.array) == [2000.0, 50.0]


@pytest.mark.parametrize(
    ("timeframe", "interval"), [(TimeFrame.Weeks, "1wk"), (TimeFrame.Months, "1mo")]
)
def test_yahoo_intervals(timeframe, interval):
    with serving(yahoo(CHART)) as server:
        loaded(YahooFinanceData(dataname="X", timeframe=timeframe, **addresses(server)))
        assert server.asked[-1][1]["interval"] == interval


def test_yahoo_has_no_minutes():
    with pytest.raises(ParameterError, match="Minute"):
        YahooFinanceData(dataname="X", timeframe=TimeFrame.Minutes)._start()


def test_yahoo_says_why_there_is_nothing():
    error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
    with (
        serving(yahoo(error=error, status=404)) as server,
        pytest.raises(DataError, match="delisted") as caught,
    ):
        loaded(YahooFinanceData(dataname="NONE", **addresses(server)))
    assert "umb" not in str(caught.value.path)


@pytest.mark.parametrize("body", ["<html></html>", '{"chart": {}}', '{"chart"', "[]"])
def test_yahoo_sends_something_else(body):
    def answer(path, terms, headers):
        return 200, body, None

    with serving(answer) as server, pytest.raises(DataError):
        loaded(YahooFinanceData(dataname="X", **addresses(server)))


def test_yahoo_is_asked_again_where_it_fails_for_a_moment():
    failures = [503]

    def answer(path, terms, headers):
        if path == "/chart/X" and failures:
            return failures.pop(), "busy", None
        return yahoo(CHART)(path, terms, headers)

    with serving(answer) as server:
        assert days(loaded(YahooFinanceData(dataname="X", **addresses(server))))


def test_no_answer_is_an_error_of_the_connection():
    with serving(yahoo(CHART)) as server:
        where = addresses(server)
    with pytest.raises(ConnectionFailedError):
        YahooFinanceData(dataname="X", **where)._start()


def test_yahoo_as_it_was_until_2024():
    def answer(path, terms, headers):
        if path == "/quote/X/history":
            return 200, '{"CrumbStore":{"crumb":"a\\u002Fb"}}', "B=1; Path=/"
        if "B=1" not in headers.get("Cookie", "") or terms.get("crumb") != "a/b":
            return 401, "", None
        rows = "Date,Open,High,Low,Close,Adj Close,Volume\n2003-01-02,4.31,4.50,4.30,4.45,2.225,7\n"
        return 200, rows, None

    with serving(answer) as server:
        where = {
            "urlhist": server.address + "/quote/{}/history",
            "urldown": server.address + "/v7/finance/download",
        }
        feed = loaded(YahooFinance(**where).getdata("X"))
    assert list(feed.lines.close.array) == [2.23]


QUANDL = "Date,Open,High,Low,Close,Volume\n2003-01-02,4,5,3,4.5,100\n2003-01-03,4,5,3,4.6,100\n"


def test_quandl_is_asked_for_what_is_wanted():
    def answer(path, terms, headers):
        return 200, QUANDL, None

    with serving(answer) as server:
        feed = Quandl(
            dataname="AAPL",
            baseurl=f"{server.address}/api/v3/datasets",
            dataset="EOD",
            apikey="key",
            fromdate=datetime.date(2003, 1, 1),
            todate=datetime.datetime(2003, 2, 1),
            adjclose=False,
        )
        loaded(feed)
        assert server.asked == [
            (
                "/api/v3/datasets/EOD/AAPL.csv",
                {
                    "order": "asc",
                    "start_date": "2003-01-01",
                    "end_date": "2003-02-01",
                    "api_key": "key",
                },
            )
        ]
    assert list(feed.lines.close.array) == [4.5, 4.6]


def test_quandl_refuses_without_giving_the_key_away():
    def answer(path, terms, headers):
        return 403, '{"quandl_error":{"code":"QEPx04"}}', None

    with serving(answer) as server, pytest.raises(DataError, match="403") as caught:
        Quandl(dataname="X", baseurl=server.address, apikey="key1234")._start()
    assert "key1234" not in str(caught.value)


def test_influx_without_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "influxdb", None)
    with pytest.raises(MissingDependencyError, match="pip install influxdb"):
        InfluxDB(dataname="X")._start()


@pytest.mark.parametrize(
    ("kwargs", "part"),
    [
        ({}, "time <= now() GROUP BY time(1d) fill(none)"),
        ({"timeframe": TimeFrame.Minutes, "compression": 5}, "GROUP BY time(5m)"),
        ({"timeframe": TimeFrame.Weeks}, "GROUP BY time(1w)"),
        ({"startdate": "2003-01-01"}, "time >= '2003-01-01'"),
        ({"high": "h"}, 'mean("h") AS "high"'),
        ({"dataname": 'a"b'}, 'FROM "a\\"b"'),
    ],
)
def test_what_influx_is_asked(kwargs, part):
    assert part in InfluxDB(**{"dataname": "X", **kwargs})._query()


def test_influx_does_not_group_by_months():
    with pytest.raises(ParameterError, match="months"):
        InfluxDB(dataname="X", timeframe=TimeFrame.Months)._query()


def influx(results):
    def answer(path, terms, headers):
        login = base64.b64encode(b"me:word").decode()
        if headers.get("Authorization") != f"Basic {login}":
            return 401, '{"error": "who are you"}', None
        return 200, json.dumps({"results": [results]}), None

    return answer


def asked_of_influx(answer):
    pytest.importorskip("influxdb")
    with serving(answer) as server:
        login = {"username": "me", "password": "word", "database": "db"}
        return loaded(InfluxDB(dataname="X", host="127.0.0.1", port=str(server.port), **login))


def test_influx_bars():
    columns = ["time", "open", "high", "low", "close", "volume", "openinterest"]
    rows = [
        ["2003-01-02T00:00:00Z", 4, 5, 3, 4.5, 100, 7],
        ["2003-01-03T10:11:12.5Z", 4, 5, 3, None, 100, 7],
    ]
    series = {"name": "X", "columns": columns, "values": rows}
    feed = asked_of_influx(influx({"statement_id": 0, "series": [series]}))
    assert feed.lines.close.array[0] == 4.5
    assert feed.lines.close.array[1] != feed.lines.close.array[1]
    expected = datetime.datetime(2003, 1, 3, 10, 11, 12, 500000)
    assert num2date(feed.lines.datetime.array[1]) == expected


def test_influx_refuses():
    with pytest.raises(DataError, match="no such database"):
        asked_of_influx(influx({"statement_id": 0, "error": "no such database"}))
