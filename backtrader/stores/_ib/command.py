"""The command ``bt-ib``: ``bt-ib doctor`` and ``bt-ib keys``."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...errors import BacktraderError, SettingsError
from .findings import Finding, Level
from .settings import opened_to_others

__all__ = ["main"]

_WIDTH = 21  # of the column that says what was looked at
_EPILOG = """\
Secrets are not given as arguments, where others on the machine would see them, but in the
environment (IBKR_OAUTH_*, IBIND_OAUTH1A_*) or in a file of NAME=value lines: --env-file.
"""
_AFTER_KEYS = """
Next:
1. In IBKR's self-service portal (Client Portal, Settings, OAuth) give the three public files:
     {public_signature}
     {public_encryption}
     {parameters}
   and have an access token and its secret made.
2. Write consumer key, access token and secret into
     {environment}
3. A new consumer key works from the next night or weekend on. Then:
     bt-ib doctor --oauth --env-file {environment}
The two private_*.pem and {name} are secrets: never hand them to anybody.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0 where nothing fails, 1 where something does."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except BacktraderError as failure:
        print(f"bt-ib: {failure}", file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bt-ib",
        description="Help with setting up Interactive Brokers.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_doctor(commands.add_parser("doctor", help="examine a set-up and explain what is wrong"))
    keys = commands.add_parser("keys", help="make the keys and the prime that OAuth needs")
    keys.add_argument("folder", nargs="?", default="ibkr-keys", help="(%(default)s)")
    keys.set_defaults(run=_keys)
    return parser


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    where = doctor.add_argument_group("where to connect (default: the gateway on this machine)")
    where.add_argument("--host", help="of the gateway")
    where.add_argument("--port", type=int, help="of the gateway")
    where.add_argument("--url", help="address of the Web API, in place of host and port")
    where.add_argument("--cacert", metavar="FILE", help='certificate to trust; "no": trust any')
    where.add_argument("--oauth", action="store_true", help="log in with OAuth 1.0a")
    where.add_argument("--account", metavar="ID", help="the account to trade")
    where.add_argument("--env-file", type=Path, help="file of NAME=value lines")
    what = doctor.add_argument_group("what to do")
    what.add_argument("--symbol", default="AAPL-STK-SMART-USD", help="(%(default)s)")
    what.add_argument("--compete", action="store_true", help="take over from another session")
    what.add_argument("--offline", action="store_true", help="look at settings and files alone")
    what.add_argument("--timeout", type=float, default=10.0, help="seconds (%(default)s)")
    what.add_argument("--debug", action="store_true", help="show the log, without secrets")
    doctor.set_defaults(run=_doctor)


def _keys(options: argparse.Namespace) -> int:
    keygen = importlib.import_module(".keygen", __package__)
    files = keygen.make_keys(Path(options.folder), told=print)
    shown = {name: getattr(files, name) for name in files.__slots__}
    print(_AFTER_KEYS.format(name=files.environment.name, **shown))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    environ = dict(os.environ)
    findings = []
    if options.env_file is not None:
        environ.update(_read_environment(options.env_file))
        mode = opened_to_others(str(options.env_file))
        if mode is not None:
            findings.append(
                Finding(
                    Level.WARNING,
                    "settings",
                    f"others than you may read or change {options.env_file} (mode {mode:03o})",
                    f"chmod 600 {options.env_file}",
                )
            )
    if options.debug:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
    # ibind and the rest are imported here alone: making keys does not need them
    room = importlib.import_module(".doctor", __package__)
    doctor = room.Doctor(_params(options), environ, options.symbol, options.offline)
    failed = 0
    for found in (*findings, *doctor.examine()):
        _show(found)
        failed += found.level is Level.FAILED
    print("\nsomething has to be done first: see above" if failed else "\nall is well")
    return 1 if failed else 0


def _params(options: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters of the store that the arguments stand for."""
    cacert: Any = options.cacert
    if str(cacert).lower() in ("no", "false"):
        cacert = False
    return {
        "host": options.host or "127.0.0.1",
        "port": options.port if options.port is not None else 5000,
        "url": options.url,
        "cacert": cacert,
        "use_oauth": True if options.oauth else None,
        "account_id": options.account,
        "compete": options.compete,
        "timeout": options.timeout,
        "reconnect": 1,
    }


def _read_environment(path: Path) -> dict[str, str]:
    """Return the settings of a file; lines may begin with ``export``, values may be quoted."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as failure:
        raise SettingsError(f"--env-file: {path} cannot be read: {failure}") from None
    found = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.removeprefix("export ").partition("=")
        if not equals:
            raise SettingsError(f"--env-file: line {number} of {path} is not NAME=value")
        found[name.strip()] = value.strip().strip("\"'")
    return found


def _show(found: Finding) -> None:
    print(f"[{found.level.value:^4}] {found.subject:<{_WIDTH}} {found.text}", flush=True)
    if found.remedy:
        print(f"{'':7}{'':<{_WIDTH}} -> {found.remedy}", flush=True)
