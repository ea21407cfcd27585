"""The programs that rewrite and download data files."""

import datetime
import http.server
import importlib.util
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import backtrader as bt

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"
LINES = ("datetime", "open", "high", "low", "close", "volume", "openinterest")


def program(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bars(data):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(data)
    cerebro.run()
    columns = [list(getattr(data.lines, name).array) for name in LINES]
    seconds = [round(moment * 86400) for moment in columns[0]]
    return [seconds, *columns[1:]]


FILES = (
    ("btcsv", "2006-day-001.txt", bt.feeds.BacktraderCSVData, {}),
    (
        "btcsv",
        "2006-min-005.txt",
        bt.feeds.BacktraderCSVData,
        {"timeframe": bt.TimeFrame.Minutes, "compression": 5},
    ),
    ("yahoocsv", "yhoo-2003-2005.txt", bt.feeds.YahooFinanceCSVData, {}),
    (
        "yahoocsv_unreversed",
        "orcl-2003-2005-newest-first.txt",
        bt.feeds.YahooFinanceCSVData,
        {"reverse": True},
    ),
)


@pytest.mark.parametrize(("form", "name", "feed", "params"), FILES)
def test_what_was_rewritten_is_read_as_the_same_bars(form, name, feed, params, datas, tmp_path):
    out = tmp_path / "bars.csv"
    frame = bt.TimeFrame.getname(params.get("timeframe", bt.TimeFrame.Days)).lower()
    program("rewrite-data").main(
        ["--format", form, "--infile", str(datas / name), "--outfile", str(out)]
        + ["--timeframe", frame.rstrip("s") + "s"]
        + ["--compression", str(params.get("compression", 1))]
    )
    terms = {key: value for key, value in params.items() if key != "reverse"}
    again = bars(bt.feeds.GenericCSVData(dataname=str(out), **terms))
    expected = bars(feed(dataname=str(datas / name), **params))
    assert len(expected[0]) > 100
    assert again == expected


def test_dates_and_the_separator_are_chosen_and_output_is_standard(datas):
    command = [sys.executable, str(TOOLS / "rewrite-data.py"), "--separator", ";"]
    command += ["--infile", str(datas / "2006-day-001.txt")]
    command += ["--fromdate", "2006-02-01", "--todate", "2006-02-04"]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    header, *rows = finished.stdout.splitlines()
    assert header == "Datetime;Open;High;Low;Close;Volume;OpenInterest"
    assert [row.partition(";")[0] for row in rows] == [
        f"2006-02-0{day} 23:59:59" for day in (1, 2, 3)
    ]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(bt.errors.DataError, match="nothing.txt"):
        program("rewrite-data").main(["--infile", str(tmp_path / "nothing.txt")])


CHART = {
    "meta": {"gmtoffset": 0},
    "timestamp": [1041517800, 1041604200],
    "indicators": {
        "quote": [
            {
                "open": [4.31, 5.0],
                "high": [4.5, 6.0],
                "low": [4.3, 4.0],
                "close": [4.45, 5.5],
                "volume": [1000, 50],
            }
        ],
        "adjclose": [{"adjclose": [4.45, 5.5]}],
    },
}


class Service(http.server.BaseHTTPRequestHandler):
    """Answers every request with the same bars, or with an error for one ticker."""

    def do_GET(self):
        error = {"description": "No data found"} if "/NONE" in self.path else None
        answer = {"chart": {"result": None if error else [CHART], "error": error}}
        body = json.dumps(answer).encode() if "chart" in self.path else b"crumb"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def service():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield {f"url{name}": f"{address}/{name}" for name in ("cookie", "crumb", "chart")}
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("reverse", [False, True])
def test_what_was_downloaded_is_read_as_a_file(service, tmp_path, reverse, capsys):
    out = tmp_path / "bars.txt"
    arguments = ["--ticker", "YHOO", "--fromdate", "2003-01-01", "--todate", "2003-02-01"]
    arguments += ["--outfile", str(out)] + ["--reverse"] * reverse
    program("yahoodownload").main(arguments, **service)
    assert "2 bars" in capsys.readouterr().out
    days = [line[:10] for line in out.read_text().splitlines()[1:]]
    assert days == sorted(["2003-01-02", "2003-01-03"], reverse=reverse)
    data = bt.feeds.YahooFinanceCSVData(dataname=str(out), reverse=reverse)
    assert bars(data)[4] == [4.45, 5.5]
    assert data.num2date(data.datetime.array[0]).date() == datetime.date(2003, 1, 2)


def test_an_unknown_ticker_leaves_no_file(service, tmp_path):
    out = tmp_path / "bars.txt"
    with pytest.raises(SystemExit, match="NONE: No data found"):
        program("yahoodownload").main(["--ticker", "NONE", "--outfile", str(out)], **service)
    assert not out.exists()
