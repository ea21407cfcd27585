"""The sheets of pyfolio and quantstats from what `PyFolio` gives; run by ``tox run -e sheets``."""

import pytest

import backtrader as bt

pyfolio = pytest.importorskip("pyfolio")
quantstats = pytest.importorskip("quantstats")

# what the two and their dependencies warn of is theirs
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def figures():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    yield pyplot
    pyplot.close("all")


@pytest.fixture(scope="module", params=[1, 2], ids=["one_data", "two_datas"])
def items(request, datas):
    class Trades(bt.strategies.MA_CrossOver):
        def next(self):
            super().next()
            if len(self) % 11 == 0:
                self.buy(self.datas[-1], size=3)
            elif len(self) % 11 == 5:
                self.close(self.datas[-1])

    cerebro = bt.Cerebro(stdstats=False)
    for name in ("2005-2006-day-001.txt", "2006-day-002.txt")[: request.param]:
        cerebro.adddata(bt.feeds.BacktraderCSVData(dataname=str(datas / name)))
    cerebro.addstrategy(Trades, fast=5, slow=15)
    cerebro.addanalyzer(bt.analyzers.PyFolio)
    return cerebro.run()[0].analyzers.pyfolio.get_pf_items()


def test_pyfolio_draws_its_full_sheet(items, figures):
    returns, positions, transactions, _ = items
    terms = {"positions": positions, "transactions": transactions, "round_trips": True}
    middle = returns.index[len(returns) // 2]
    pyfolio.create_full_tear_sheet(returns, live_start_date=middle, **terms)
    assert figures.get_fignums()


def test_pyfolio_draws_its_simple_sheet(items, figures):
    returns, positions, transactions, _ = items
    pyfolio.create_simple_tear_sheet(returns, positions=positions, transactions=transactions)
    assert figures.get_fignums()


def test_quantstats_writes_its_page(items, tmp_path):
    page = tmp_path / "sheet.html"
    quantstats.reports.html(items[0], output=str(page))
    assert "Sharpe" in page.read_text(encoding="utf-8")


def test_quantstats_computes_its_metrics(items):
    metrics = quantstats.reports.metrics(items[0], mode="full", display=False)
    assert "Cumulative Return" in "".join(map(str, metrics.index))
