"""Writers: the outline, the table, and where they go."""

import datetime
import io
import re

import pytest

import backtrader as bt


def written(run, **params):
    out = io.StringIO()
    writer = bt.WriterFile(out=out, **params)
    writer.start()
    run(writer)
    writer.stop()
    return out.getvalue().splitlines()


def test_outline_of_nested_dictionaries():
    content = {"a": {"b": {"c": 1.25}, "d": "text"}, "e": None}
    assert written(lambda writer: writer.writedict(content), seplen=14) == [
        "==============",
        "a:",
        "  ------------",
        "  - b:",
        "    - c: 1.25",
        "  - d: text",
        "e: None",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([1, 2.555], "1, 2.555"),
        ((1,), "1"),
        ([], ""),
        ("", ""),
        (2.555, "2.56"),
        (float("nan"), "nan"),
        (True, "True"),
        (bt.Strategy, "Strategy"),
        (datetime.date(2006, 1, 2), "2006-01-02"),
        (b"ab", "97, 98"),
    ],
)
def test_values(value, text):
    lines = written(lambda writer: writer.writedict({"key": value}), rounding=2)
    assert lines[1] == f"key: {text}"


def test_rules_begin_again_and_never_get_negative():
    def rules(writer):
        for level in (0, 1, 2, 30):
            writer.writelineseparator(level)

    assert written(rules, separators=["#", "@"], seplen=8, indent=3) == [
        "########",
        "   @@@@@",
        "      ##",
        " " * 90,
    ]


def test_table_rows():
    def table(writer):
        writer.addvalues([1, 2.5, float("nan"), None, "x"])
        writer.next()
        writer.next()

    lines = written(table, csv=True, csvsep=";")
    assert lines[1:] == ["Id", "1;1;2.5;;None;x", "2"]
    lines = written(table, csv=True, csv_counter=False, csv_filternan=False)
    assert lines[1:] == ["", "1,2.5,nan,None,x", ""]
    assert written(table) == []


def test_rows_turned_into_text():
    def rows(writer):
        writer.writeiterable(["a", "b"], counter="n")
        writer.writeiterable([1, 2], func=str)
        writer.writelines(["x", "y"])

    assert written(rows) == ["n,a,b", ",1,2", "x", "y"]


def test_file_is_made_and_closed(tmp_path):
    for out in (tmp_path / "a.txt", str(tmp_path / "b.txt")):
        writer = bt.WriterFile(out=out)
        writer.start()
        writer.writeline("text")
        writer.stop()
        assert writer.out.closed
        with open(out) as made:
            assert made.read() == "text\n"


@pytest.mark.parametrize("close", [True, False])
def test_stream_is_closed_where_asked_for(close):
    out = io.StringIO()
    writer = bt.WriterFile(out=out, close_out=close)
    writer.start()
    writer.stop()
    assert out.closed is close


def test_string_writer_is_ready_to_be_read():
    writer = bt.WriterStringIO(csv=True)
    writer.start()
    writer.addvalues([7])
    writer.next()
    writer.stop()
    assert writer.out.read().splitlines()[1:] == ["Id", "1,7"]


class Trader(bt.Strategy):
    lines = ("twice",)
    params = (("period", 3),)

    def __init__(self):
        self.mean = bt.ind.SMA(period=self.p.period)
        self.mean.csv = True
        bt.ind.EMA(period=2)

    def next(self):
        self.lines.twice[0] = 2 * self.mean[0]


def run(datas, **params):
    out = io.StringIO()
    cerebro = bt.Cerebro(stdstats=False)
    path = datas / "2006-day-001.txt"
    todate = datetime.datetime(2006, 1, 6)
    cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(path), todate=todate), name="day")
    cerebro.addstrategy(Trader)
    cerebro.addobserver(bt.observers.Trades)
    cerebro.addanalyzer(bt.analyzers.SQN)
    cerebro.addwriter(bt.WriterFile, out=out, **params)
    cerebro.run()
    return out.getvalue()


def test_table_of_a_run(datas):
    lines = run(datas, csv=True).splitlines()
    names = "Id,day,len,datetime,open,high,low,close,volume,openinterest,Trader,len,datetime,twice"
    names += ",SMA,len,sma,Trades - Net Profit/Loss,len,pnlplus,pnlminus"
    assert lines[1] == names
    assert lines[2].startswith("1,day,1,2006-01-02 23:59:59.999989,3445.65,")
    assert lines[2].endswith(",Trader,1,732313.9999999999,,SMA,1,,Trades - Net Profit/Loss,1,,")
    mean = sum((3467.05, 3433.32, 3422.83)) / 3
    row = lines[4].split(",")
    assert float(row[-5]) == pytest.approx(mean)
    assert float(row[-8]) == pytest.approx(2 * mean)
    assert len(lines[1].split(",")) == len(row)


def test_outline_of_a_run(datas):
    text = run(datas)
    keys = re.findall(r"^ *- (\w+):", text, re.MULTILINE)
    assert keys == [
        *("Datas", "Data0", "Name", "Timeframe", "Compression"),
        *("Strategies", "Trader", "Params", "period"),
        *("Indicators", "SMA", "Lines", "Params", "period"),
        *("EMA", "Lines", "Params", "period"),
        *("Observers", "Trades", "Lines", "Params", "pnlcomm"),
        *("Analyzers", "Value", "Begin", "End"),
        *("sqn", "Params", "Analysis", "sqn", "trades"),
    ]
    assert "- Lines: pnlplus, pnlminus\n" in text
    assert "- Params: None\n" in text
    assert "- Begin: 10000.0\n" in text
