"""Mistakes in scripts: each is answered at once, by name, and with what would have been right."""

import logging
import traceback

import pytest

import backtrader as bt


class Bars(bt.feed.DataBase):
    """A few bars of rising prices."""

    params = (("bars", 20),)

    def start(self):
        super().start()
        self.count = 0

    def _load(self):
        if self.count == self.p.bars:
            return False
        self.count += 1
        self.lines.datetime[0] = 732000.0 + self.count
        for name in ("open", "high", "low", "close"):
            getattr(self.lines, name)[0] = 100.0 + self.count
        self.lines.volume[0] = self.lines.openinterest[0] = 0.0
        return True


def run(strategy, bars=20, **kwargs):
    cerebro = bt.Cerebro(**kwargs)
    cerebro.adddata(Bars(bars=bars, name="bars"))
    cerebro.addstrategy(strategy)
    return cerebro.run()


def strategy_with(init):
    class Mistaken(bt.Strategy):
        def __init__(self):
            init(self)

    return Mistaken


def test_unknown_parameter_of_an_indicator_names_the_near_miss():
    with pytest.raises(TypeError, match=r"SMA.*'priod', did you mean 'period'"):
        run(strategy_with(lambda self: bt.ind.SMA(self.data, priod=5)))


def test_unknown_parameter_of_a_strategy_without_init_is_refused():
    class Plain(bt.Strategy):
        params = (("size", 1),)

    cerebro = bt.Cerebro()
    cerebro.adddata(Bars())
    cerebro.addstrategy(Plain, sise=2)
    with pytest.raises(TypeError, match=r"Plain: unknown parameter 'sise', did you mean 'size'"):
        cerebro.run()


def test_unknown_parameter_of_a_feed_names_the_near_miss():
    with pytest.raises(TypeError, match=r"Bars: unknown parameter 'todat', did you mean 'todate'"):
        Bars(todat=None)


def test_unknown_parameter_of_cerebro_names_the_near_miss():
    with pytest.raises(TypeError, match=r"'preloda', did you mean 'preload'"):
        bt.Cerebro(preloda=True)


def test_unknown_parameter_of_run_names_the_near_miss():
    cerebro = bt.Cerebro()
    cerebro.adddata(Bars())
    with pytest.raises(TypeError, match=r"'runonc', did you mean 'runonce'"):
        cerebro.run(runonc=False)


def test_unknown_line_of_a_feed_names_the_near_miss():
    with pytest.raises(AttributeError, match=r"Bars.*'closes', did you mean 'close'"):
        run(strategy_with(lambda self: self.data.closes))


def test_unknown_line_of_an_indicator_names_the_near_miss():
    with pytest.raises(AttributeError, match=r"MACD.*'signals', did you mean 'signal'"):
        run(strategy_with(lambda self: bt.ind.MACD(self.data).lines.signals))


def test_truth_of_a_line_in_init_says_what_to_use_instead():
    with pytest.raises(TypeError, match=r"bt\.And"):
        run(strategy_with(lambda self: self.data.close > 5 and self.data.close < 9))


@pytest.mark.parametrize("runonce", [True, False])
def test_an_indicator_longer_than_its_data_is_said_once_at_the_end(caplog, runonce):
    class Long(bt.Strategy):
        def __init__(self):
            self.calls = 0
            bt.ind.SMA(self.data, period=50)

        def next(self):
            self.calls += 1

    with caplog.at_level(logging.WARNING):
        (strategy,) = run(Long, runonce=runonce)
    said = [record.getMessage() for record in caplog.records]
    assert strategy.calls == 0
    assert said == [
        "Long: next was never called: the indicators on bars need 50 bars, there are 20"
    ]


@pytest.mark.parametrize("runonce", [True, False])
@pytest.mark.parametrize("preload", [True, False])
def test_an_error_in_next_reaches_the_user_untouched(runonce, preload):
    class Boom(RuntimeError):
        pass

    class Failing(bt.Strategy):
        def next(self):
            if len(self) == 5:
                raise Boom("mine")

    with pytest.raises(Boom, match="^mine$") as caught:
        run(Failing, runonce=runonce, preload=preload)
    assert caught.value.__cause__ is None
    assert traceback.extract_tb(caught.tb)[-1].name == "next"


def test_nothing_to_run_over_gives_an_empty_result():
    assert bt.Cerebro().run() == []
