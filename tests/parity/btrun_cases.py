"""What is asked of ``btrun``, and what upstream prints then.

``python -m tests.parity.btrun_cases UPSTREAM_PYTHON`` records anew.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDED = Path(__file__).resolve().parent / "recorded_btrun.json.gz"
PARTS = "tests/parity/btrun_parts"
DAYS = "--data datas/2005-2006-day-001.txt --csvformat btcsv"

CASES = {
    "nothing_but_data": DAYS,
    "first_class": f"{DAYS} --strategy {PARTS}",
    "named_class": f"{DAYS} --strategy {PARTS}:Second:x=3",
    "expressions": f"{DAYS} -st {PARTS}:Second:x='a',frame=bt.TimeFrame.Weeks --nostdstats",
    "of_the_package": f"{DAYS} --strategy :SMA_CrossOver --writer --cerebro stdstats=False",
    "two_strategies": (
        f"{DAYS} -st {PARTS} -st :MA_CrossOver:fast=5,slow=20 -an :AnnualReturn --ppranalyzer"
    ),
    "analyzer": f"{DAYS} --strategy {PARTS} --analyzer :SQN --pranalyzer",
    "analyzers_indented": f"{DAYS} -st {PARTS} -an :TradeAnalyzer -an :DrawDown -ppralyzer",
    "own_analyzer": f"{DAYS} -st {PARTS} -an {PARTS}:Count:times=2 -pralyzer --writer",
    "table": f"{DAYS} --strategy {PARTS} --writer csv=True",
    "rounded": f"{DAYS} -st {PARTS} -wr csv=True,rounding=2 -ob {PARTS}:Held -ind :SMA:period=5",
    "observers": (
        f"{DAYS} -st {PARTS} --observer :DrawDown"
        " --observer :TimeReturn:timeframe=bt.TimeFrame.Months --writer csv=True"
    ),
    "dates": f"{DAYS} -st {PARTS}:Second --fromdate 2005-03-01 --todate 2006-02-01T00:00:00",
    "resampled": f"{DAYS} --strategy {PARTS}:Second --resample weeks:1",
    "replayed": f"{DAYS} -st {PARTS}:Second -rp weeks:1 -cer preload=False,runonce=False",
    "replayed_in_batch": f"{DAYS} --strategy {PARTS}:Second --replay months:1",
    "commission": f"{DAYS} --strategy {PARTS}:Second --commission 0.002 --cash 5000",
    "futures": f"{DAYS} -st {PARTS}:Second -comm 2.0 -marg 1000 -mul 5 -cash 50000",
    "slippage": f"{DAYS} -st {PARTS}:Second --slip_perc 0.01 --interest 0.05 --interest_long",
    "slippage_outside": (
        f"{DAYS} -st {PARTS}:Second --slip_fixed 2.5 --slip_open --no-slip_match --slip_out"
    ),
    "signal_both_ways": f"{DAYS} --signal longshort+{PARTS}:Above --writer",
    "signal_long": f"{DAYS} --signal long+{PARTS}:Above --pranalyzer --analyzer :Returns",
    "signal_by_default": f"{DAYS} --signal {PARTS}:Above --writer rounding=4",
    "hook": f"{DAYS} --strategy {PARTS} --hook {PARTS}:hook:cash=777.0",
    "hook_by_default": f"{DAYS} --strategy {PARTS} --hook {PARTS}",
    "two_datas": f"{DAYS} --data datas/2006-day-002.txt --strategy {PARTS}:Second --writer",
    "bounded": f"{DAYS} --strategy {PARTS} --flush --cerebro exactbars=1",
    "timeframe": f"{DAYS} -st {PARTS} -cer maxcpus=1,optreturn=False -tf days -cp 1",
    "yahoo": f"--data datas/orcl-2003-2005.txt -c yahoocsv -st {PARTS}:Second --writer",
    "yahoo_turned": f"-d datas/orcl-2014.txt -c yahoocsv_unreversed -st {PARTS}:Second",
    "yahoo_newest_first": (
        f"-d datas/orcl-2003-2005-newest-first.txt -c yahoocsv_unreversed -st {PARTS}:Second"
    ),
    "minutes": f"-d datas/2006-min-005.txt -c btcsv -tf minutes -cp 5 -st {PARTS} -rs minutes:30",
}


def even(printed: str) -> str:
    """Return what was printed, without the name by chance that a loaded module has."""
    return re.sub(r"<class '[A-Z0-9]{10}\.", "<class '", printed)


def load() -> dict[str, str]:
    """Return what upstream printed, by case."""
    return json.loads(gzip.decompress(RECORDED.read_bytes()))


def main() -> None:
    """Record what upstream prints."""
    command = [str(Path(sys.argv[1]).parent / "btrun")]
    printed = {}
    for name, case in CASES.items():
        run = [*command, *case.split()]
        done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
        printed[name] = even(done.stdout)
    text = json.dumps(printed, separators=(",", ":"))
    RECORDED.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(printed)} cases; the file holds {RECORDED.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
