"""What goes wrong in weeks: it is mended, and the strategy is told of each once."""

import collections
import logging

import pytest

import backtrader as bt
from backtrader.feeds.ibdata import IBData
from backtrader.ibsim import Simulator, Tape
from backtrader.stores.ibstore import IBStore

from .conftest import eventually
from .data_store import Live
from .survival import HISTORY, make_ticks

HUMAN = "the gateway's login has ended: log in again in a browser"
TAKEN = (
    "another session of this user name has taken the brokerage session over; taking it back once"
)
RESTORED = "connection restored"


def human(sim, live):
    sim.lose_session()
    live.until(lambda: HUMAN in live.said, "the call for a human")
    sim.log_in()


def phone(sim, live):
    sim.take_over()


def token(sim, live):
    sim.lose_session()


def network(sim, live):
    sim.stop()
    live.until(lambda: "CONNBROKEN" in live.statuses, "the loss")
    sim.start()


@pytest.mark.parametrize(
    ("happen", "oauth", "told"),
    [
        (human, False, [HUMAN]),
        (token, True, []),
        (phone, False, [TAKEN]),
        (network, True, []),
    ],
)
def test_it_is_mended_and_told_once(happen, oauth, told, caplog):
    caplog.set_level(logging.INFO, "backtrader.stores")
    ticks = make_ticks(1)
    tape = Tape("AAPL", ticks, history_until=ticks[HISTORY][0])
    with Simulator(tape, oauth=oauth, pacing=False) as sim:
        kind = type(IBStore)("_Store", (IBStore,), {})
        settings = {"oauth_config": sim.oauth_settings} if oauth else {}
        kind(
            url=sim.rest_url,
            cacert=str(sim.certificate),
            first_pause=0.05,
            longest_pause=0.2,
            pacing=False,
            request_timeout=1.0,
            timeout=20.0,
            **settings,
        )
        feed = type("_Feed", (IBData,), {"_store": kind})(
            dataname="AAPL-STK-SMART-USD", backfill_start=False, timeframe=bt.TimeFrame.Minutes
        )
        with Live(feed, quicknotify=True) as live:
            live.until(lambda: feed.qlive is not None, "the stream")
            live.until(lambda: sim.step(1) and "LIVE" in live.statuses, "the beginning")
            happen(sim, live)
            live.until(lambda: RESTORED in live.said, "the return")
            live.until(lambda: sim.step(1) and live.statuses[-1] == "LIVE", "live data")
            assert live.statuses.count("CONNBROKEN") == 1
            texts = [each for each in live.said if each != RESTORED]
            lost = [each for each in texts if each.startswith("connection lost: ")]
            assert len(lost) == 1 and live.said.count(RESTORED) == 1
            assert [each for each in texts if each not in lost] == told
            eventually(feed.ib.connected)
    logged = collections.Counter(
        each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING
    )
    assert [text for text, times in logged.items() if times > 1] == []
    assert {*told, *lost, RESTORED} <= set(logged)
