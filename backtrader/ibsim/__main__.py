"""The simulator as a command: ``python -m backtrader.ibsim``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from . import Simulator, Tape
from .samples import sample_tapes

_EPILOG = """\
Without files, three invented stocks trade (AAPL, MSFT, SPY); the prices are those of --seed.
A file has lines of date or time, open, high, low, close, volume (backtrader's own layout); its name
without the ending is the symbol, unless it is given: AAPL=data/minutes.csv. Ctrl-C ends it.
"""
_PATIENCE_S = 0.5
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_REACHABLE = "Whoever reaches this machine over the network can use it.\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulator until Ctrl-C or a request to terminate; return the exit code."""
    options = _parser().parse_args(arguments)
    done = threading.Event()
    try:
        simulator = _made(options)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, frame: done.set())
        simulator.start()
    except (OSError, ValueError) as failure:
        print(f"ibsim: {failure}", file=sys.stderr)
        return 2
    try:
        print(_settings_text(simulator, options.oauth), flush=True)
        _wait(simulator, done, options.until_end)
    finally:
        simulator.stop()
    print("stopped", flush=True)
    return 0


def _wait(simulator: Simulator, done: threading.Event, until_end: bool) -> None:
    told = False
    while not done.wait(_PATIENCE_S):
        if not told and simulator.finished:
            told = True
            print("the tapes are at their end", flush=True)
        if told and until_end:
            return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backtrader.ibsim",
        description="A simulator of Interactive Brokers' Web API, for dry runs without an account.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="[SYMBOL=]FILE", help="bars to replay")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    parser.add_argument("--port", type=int, default=5000, help="0 for a free one (%(default)s)")
    parser.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        help="simulated seconds in each real one, 0 for as fast as possible (%(default)s)",
    )
    parser.add_argument(
        "--max-pause",
        type=float,
        default=5.0,
        metavar="SECONDS",
        help="cut longer real pauses short, as nights are (%(default)s)",
    )
    parser.add_argument(
        "--history",
        metavar="DATE",
        help="what lies before it (YYYY-MM-DD, UTC) is history, not replayed; of files alone",
    )
    parser.add_argument("--oauth", action="store_true", help="ask for OAuth 1.0a, as IBKR itself")
    parser.add_argument("--no-tls", action="store_true", help="speak plain HTTP and WS")
    parser.add_argument("--no-pacing", action="store_true", help="without IBKR's limits")
    parser.add_argument("--cash", type=float, default=100_000.0, help="(%(default)s)")
    parser.add_argument("--account", default="DU1234567", help="(%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of all chance (%(default)s)")
    parser.add_argument("--until-end", action="store_true", help="stop when all is replayed")
    return parser


def _speed(text: str) -> float:
    speed = float(text)
    if speed < 0:
        raise argparse.ArgumentTypeError("0 or more")
    return speed


def _made(options: argparse.Namespace) -> Simulator:
    tapes = [_tape(text, options.history) for text in options.files]
    return Simulator(
        tapes or sample_tapes(options.seed),
        host=options.host,
        port=options.port,
        tls=not options.no_tls,
        oauth=options.oauth,
        speed=options.speed,
        max_pause_s=options.max_pause,
        pacing=not options.no_pacing,
        seed=options.seed,
        cash=options.cash,
        account_id=options.account,
    )


def _tape(text: str, history: str | None) -> Tape:
    symbol, equals, name = text.rpartition("=")
    path = Path(name)
    if not path.is_file():
        raise FileNotFoundError(f"no such file: {path}")
    until = datetime.fromisoformat(history).replace(tzinfo=timezone.utc) if history else None
    return Tape.from_csv(symbol if equals else path.stem.upper(), path, history_until=until)


def _settings_text(simulator: Simulator, oauth: bool) -> str:
    """Return what a user needs to reach it, and the environment that ibind and the store read."""
    store = "use_oauth=True" if oauth else f"host={simulator.host!r}, port={simulator.port}"
    beyond = [] if simulator.host in _LOOPBACK else [_REACHABLE]
    lines = [
        *beyond,
        f"REST         {simulator.rest_url}",
        f"WebSocket    {simulator.ws_url}",
        f"account      {simulator.account_id} (paper)",
        *([f"certificate  {simulator.certificate}"] if simulator.tls else []),
        "",
        f"A store      bt.stores.IBStore({store})",
        "with this environment, which ibind reads too:",
        *(f"  export {name}={value}" for name, value in _environment(simulator, oauth).items()),
        "",
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)


def _environment(simulator: Simulator, oauth: bool) -> dict[str, str]:
    certificate = str(simulator.certificate)
    environment = {"IBIND_ACCOUNT_ID": simulator.account_id}
    if oauth:
        settings = simulator.oauth_settings
        environment |= {f"IBIND_OAUTH1A_{name.upper()}": text for name, text in settings.items()}
        environment["IBIND_USE_OAUTH"] = "True"
        environment["IBIND_OAUTH1A_REST_URL"] = simulator.rest_url
        environment["IBIND_OAUTH1A_WS_URL"] = simulator.ws_url
    else:
        environment["IBIND_REST_URL"] = simulator.rest_url
        environment["IBIND_WS_URL"] = simulator.ws_url
    if simulator.tls:
        environment["IBIND_CACERT"] = certificate
        if oauth:  # ibind takes no certificate of ours then, but requests does
            environment["REQUESTS_CA_BUNDLE"] = certificate
    return environment


if __name__ == "__main__":
    sys.exit(main())
