"""Which scripts of ``samples`` are run, and with what: one line each.

A line is the script and its arguments. One that begins with ``own:`` prints something else under
upstream, or nothing; the reason is in the comment above it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

EXPECTED = Path(__file__).resolve().parent / "expected"

_LINES = """
analyzer-annualreturn/analyzer-annualreturn.py
analyzer-annualreturn/analyzer-annualreturn.py --tframe months --onlylong --fromdate 2006-01-01
analyzer-annualreturn/analyzer-annualreturn.py --legacyannual
bidask-to-ohlc/bidask-to-ohlc.py
bidask-to-ohlc/bidask-to-ohlc.py --price ask --timeframe seconds --compression 600
bracket/bracket.py
bracket/bracket.py --strat usebracket=True
btfd/btfd.py
btfd/btfd.py --strat "approach='closeclose', hold=5, prtrade=True" --todate 2012-12-31
calendar-days/calendar-days.py
calendar-days/calendar-days.py --calendar --fillprice mid
calmar/calmar-test.py
calmar/calmar-test.py --months 3 --calmar "period=12"
cheat-on-open/cheat-on-open.py
cheat-on-open/cheat-on-open.py --cerebro cheat_on_open=True
cheat-on-open/cheat-on-open.py --cerebro "cheat_on_open=True, runonce=False, preload=False"
cheat-on-open/cheat-on-open.py --cerebro "cheat_on_open=True, broker_coo=False"
commission-schemes/commission-schemes.py
commission-schemes/commission-schemes.py --commtype perc --stocklike --comm 0.1 --percrel --margin 0
credit-interest/credit-interest.py
credit-interest/credit-interest.py --long --interest_long
data-bid-ask/bidask.py
data-bid-ask/bidask.py --sma --period 10
data-filler/data-filler.py
data-filler/data-filler.py --filter --filler --send 17:20
data-filler/relativevolume.py
data-multitimeframe/data-multitimeframe.py --indicators
data-multitimeframe/data-multitimeframe.py
data-multitimeframe/data-multitimeframe.py --noresample --runnext --nopreload
data-pandas/data-pandas.py
data-pandas/data-pandas.py --noheaders --noprint
data-pandas/data-pandas-optix.py
data-pandas/data-pandas-optix.py --nooptix
data-replay/data-replay.py
data-replay/data-replay.py --oldrp --timeframe monthly --period 3
data-resample/data-resample.py
data-resample/data-resample.py --timeframe monthly --oldrs
daysteps/daysteps.py
future-spot/future-spot.py
future-spot/future-spot.py --no-comp --premium 0.05
gold-vs-sp500/gold-vs-sp500.py
gold-vs-sp500/gold-vs-sp500.py --strat period=60 --cerebro runonce=False
kselrsi/ksignal.py
kselrsi/ksignal.py --strat "short=3, long=20"
# upstream fills only the first of two plotters in a batch
own: lineplotter/lineplotter.py
lineplotter/lineplotter.py --strat every=500
lrsi/lrsi-test.py
lrsi/lrsi-test.py --strat gamma=0.2
macd-settings/macd-settings.py
macd-settings/macd-settings.py --dataset orcl --atrdist 2 --macd1 8
memory-savings/memory-savings.py
memory-savings/memory-savings.py --save 1 --datalines
memory-savings/memory-savings.py --save -2
mixing-timeframes/mixing-timeframes.py
mixing-timeframes/mixing-timeframes.py --multi
multi-copy/multi-copy.py
multi-copy/multi-copy.py --copydata
multi-example/mult-values.py
multi-example/mult-values.py --strat "period=50, share=0.4"
multidata-strategy/multidata-strategy.py --period 60
multidata-strategy/multidata-strategy.py
multidata-strategy/multidata-strategy.py --oldsync --runnext --nopreload --period 90
multidata-strategy/multidata-strategy-unaligned.py
multidata-strategy/multidata-strategy-unaligned.py --oldsync
multitrades/multitrades.py
multitrades/multitrades.py --mtrade
observer-benchmark/observer-benchmark.py
observer-benchmark/observer-benchmark.py --benchdata1 --timeframe months --period 90 --printout
observer-benchmark/observer-benchmark.py --timereturn
observers/observers-default.py
observers/observers-default-drawdown.py
observers/observers-orderobserver.py
observers/observers-orderobserver.py --below 1.5
oco/oco.py
oco/oco.py --strat do_oco=False
oco/oco.py --strat "oco1oco2=True, p1=8"
optimization/optimization.py --maxcpus 1
optimization/optimization.py --maxcpus 1 --no-optreturn --no-optdatas --ma_high 12
order-close/close-daily.py
order-close/close-daily.py --market --every 40
order-close/close-minute.py
order-close/close-minute.py --tend 17:00 --eosbar
order-execution/order-execution.py
order-execution/order-execution.py --exectype Limit --valid 4
order-execution/order-execution.py --exectype Stop --valid 2 --perc1 1.0
order-execution/order-execution.py --exectype StopLimit --valid 4
order-history/order-history.py
order-history/order-history.py --order-history
order_target/order_target.py
order_target/order_target.py --target-value
order_target/order_target.py --target-percent
partial-plot/partial-plot.py
# upstream asks for a screen
own: partial-plot/partial-plot.py --plot "savefig='part.png'"
pinkfish-challenge/pinkfish-challenge.py
pinkfish-challenge/pinkfish-challenge.py --no-replay
pivot-point/ppsample.py
pivot-point/ppsample.py --usepp1
plot-same-axis/plot-same-axis.py
plot-same-axis/plot-same-axis.py --stocrsi --nomacdplot
psar/psar.py
psar/psar-intraday.py
pyfoliotest/pyfoliotest.py
pyfoliotest/pyfoliotest.py --printout --period 120
pyfolio2/pyfoliotest.py
relative-volume/relative-volume.py
relative-volume/relative-volume.py --period 60 --above 1.9
renko/renko.py
renko/renko.py --renko "hilo=True, autosize=20"
renko/renko.py --no-renko
resample-tickdata/resample-tickdata.py
resample-tickdata/resample-tickdata.py --no-bar2edge --no-rightedge --compression 45
resample-tickdata/resample-tickdata.py --timeframe ticks --compression 50 --no-adjbartime
rollover/rollover.py
rollover/rollover.py --rollover --checkdate --checkcondition
rollover/rollover.py --rollover --checkdate --no-cerebro
sharpe-timereturn/sharpe-timereturn.py
sharpe-timereturn/sharpe-timereturn.py --annualize --tframe weeks
sharpe-timereturn/sharpe-timereturn.py --legacyannual
signals-strategy/signals-strategy.py
signals-strategy/signals-strategy.py --signal longonly --exitsignal longexit
sigsmacross/sigsmacross.py
sigsmacross/sigsmacross2.py
sigsmacross/sigsmacross2.py --strat "target=0.1, p1=5"
sizertest/sizertest.py
sizertest/sizertest.py --longonly
slippage/slippage.py
slippage/slippage.py --slip-perc 0.01 --slip_open
slippage/slippage.py --slip-fixed 0.1 --slip_open --slip_out
slippage/slippage.py --slip_fixed 0.3 --slip_open --no-slip_match
sratio/sratio.py
sratio/sratio.py --stddev-sample
stop-trading/stop-loss-approaches.py
stop-trading/stop-loss-approaches.py manualcheat
stop-trading/stop-loss-approaches.py auto --strat "trail=0.02, buy_limit=True"
stoptrail/trail.py
stoptrail/trail.py --strat "stoptype='StopTrailLimit', trailamount=50.0"
strategy-selection/strategy-selection.py
strategy-selection/strategy-selection.py --optreturn
# not in the environment in which upstream runs
own: talib/talibtest.py
own: talib/talibtest.py --ind bollinger --use-next
own: talib/tablibsartest.py
timers/scheduled.py
timers/scheduled.py --strat "cheat=True, weekdays=[5], when='end'"
timers/scheduled-min.py
timers/scheduled-min.py --strat "when='10:30', offset=0"
tradingcalendar/tcal.py
tradingcalendar/tcal.py --owncal
tradingcalendar/tcal-intra.py
tradingcalendar/tcal-intra.py --owncal
volumefilling/volumefilling.py
volumefilling/volumefilling.py --filler FixedSize --filler-args size=300
volumefilling/volumefilling.py --filler FixedBarPerc --filler-args perc=20.0
volumefilling/volumefilling.py --filler BarPointPerc --filler-args minmov=0.1
vwr/vwr.py
vwr/vwr.py --tframe months --tau 1.5
weekdays-filler/weekdaysfiller.py
weekdays-filler/weekdaysfiller.py --filler
weekdays-filler/weekdaysfiller.py --filler --fillclose
weekdays-filler/weekdaysaligner.py
weekdays-filler/weekdaysaligner.py --filler
writer-test/writer-test.py
writer-test/writer-test.py --writercsv --csvcross --todate 2006-01-31
yahoo-test/yahoo-test.py
yahoo-test/yahoo-test.py --no-adjclose
# upstream has no such store without packages that are not on this machine
own: oandatest/oandatest.py
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a script."""

    script: str
    arguments: tuple[str, ...]
    as_upstream: bool  # whether upstream prints the same

    @property
    def command(self) -> str:
        """The line as it is in the table."""
        return " ".join((self.script, *self.arguments))

    @property
    def expected(self) -> Path:
        """The file with what is printed."""
        folder, name = self.script.removesuffix(".py").split("/")
        options = re.sub(r"[^\w.]+", "-", " ".join(self.arguments)).strip("-")
        return EXPECTED / folder / f"{name}{'.' if options else ''}{options}.txt"


def _case(line: str) -> Case:
    own = line.startswith("own: ")
    script, *arguments = shlex.split(line.removeprefix("own: "))
    return Case(script, tuple(arguments), not own)


CASES = [_case(line) for line in _LINES.strip().splitlines() if not line.startswith("#")]
