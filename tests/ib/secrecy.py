"""Runs at level DEBUG, and a search of all that they print for every secret there is."""

from __future__ import annotations

import base64
import collections
import contextlib
import io
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from .survival import Run

SHORTEST_LINE = 16  # of a key in PEM format that is looked for
_START = 8  # bytes by which a secret is found


class Secrets:
    """All that one simulator and its client must keep to themselves, as it comes up."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.tokens = set()
        tokens, sessions = simulator._tokens, simulator.sessions
        issue, log_in = tokens.issue, sessions.log_in

        def issuing(*args):
            answer = issue(*args)
            self.tokens |= {base64.b64encode(token).decode() for token in tokens._tokens}
            return answer

        def logging_in():
            log_in()
            self.tokens.add(sessions.login.token)

        tokens.issue, sessions.log_in = issuing, logging_in

    def all(self):
        """Every text that must not be seen anywhere."""
        given = self.simulator.oauth_settings
        secret = self.simulator._tokens.credentials.secret
        names = ("access_token", "access_token_secret", "consumer_key", "dh_prime")
        found = {given[name] for name in names} | self.tokens
        found |= {secret.hex(), base64.b64encode(secret).decode(), self.simulator.account_id}
        for name in ("encryption_key_fp", "signature_key_fp"):
            lines = Path(given[name]).read_text().splitlines()
            found |= {line for line in lines if len(line) >= SHORTEST_LINE and "KEY" not in line}
        return found


class _Counted(io.TextIOWrapper):
    """A file that counts what is written to it."""

    def __init__(self, path):
        super().__init__(path.open("wb"), encoding="utf-8", write_through=True)
        self.written = 0

    def write(self, text):
        self.written += len(text)
        return super().write(text)


@contextlib.contextmanager
def everything_into(path):
    """Have all that is logged, by whomever, and all that is printed written to a file."""
    with _Counted(path) as file:
        handler = logging.StreamHandler(file)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root = logging.getLogger()
        names = ("", "backtrader", "ibind", "ibind_fh", "urllib3", "requests", "websocket")
        before = {name: logging.getLogger(name).level for name in names}
        printed, sys.stdout = sys.stdout, file
        root.addHandler(handler)
        for name in names:
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            yield file
        finally:
            sys.stdout = printed
            root.removeHandler(handler)
            for name, level in before.items():
                logging.getLogger(name).setLevel(level)


def found_in(path, secrets):
    """Return the lines of a file in which a secret shows, with the first letters of that."""
    text = path.read_bytes()
    by_start = collections.defaultdict(list)
    for secret in map(str.encode, filter(None, secrets)):
        assert len(secret) >= _START, "too short to be looked for"
        by_start[secret[:_START]].append(secret)
    if not by_start:
        return []
    starts = np.unique(np.frombuffer(b"".join(by_start), np.uint64))
    found = []
    # so many words as there are at each shift: thousands of secrets at the price of one
    for shift in range(_START):
        words = np.frombuffer(text, np.uint64, max(len(text) - shift, 0) // _START, shift)
        nearest = starts[np.searchsorted(starts, words).clip(max=len(starts) - 1)]
        for at in np.flatnonzero(nearest == words) * _START + shift:
            for secret in by_start[text[at : at + _START]]:
                if text.startswith(secret, at):
                    line = text[text.rfind(b"\n", 0, at) + 1 :].split(b"\n", 1)[0]
                    found.append((secret[:4].decode(), line.decode(errors="replace")))
    return found


def leaks_of(seeds, path, at_once=4):
    """Run seeds; return the lines that show a secret, and how many bytes were written."""
    secrets, seeds = set(), list(seeds)
    with everything_into(path) as file:
        while seeds:
            some, seeds = seeds[:at_once], seeds[at_once:]
            runs = [Run(seed, oauth=True, alone=len(some) == 1) for seed in some]
            kept = [Secrets(run.sim) for run in runs]
            with ThreadPoolExecutor(len(runs)) as pool:
                for done in [pool.submit(run.go) for run in runs]:
                    done.result()
            for each in kept:
                secrets |= each.all()
        written = file.written
    return found_in(path, secrets), written
