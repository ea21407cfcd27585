"""Keeps secrets and account ids out of texts."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

__all__ = ["Mask", "MaskingFilter", "install", "masked_account", "uninstall"]

# U1234567, DU1234567, DF..., DFP...; also where an underscore stands before it
ACCOUNT = re.compile(r"(?<![A-Za-z0-9])(U|D[UF]P?)(\d{5,10})(?![0-9])")
HIDDEN = "***"
SHORTEST_SECRET = 4


def masked_account(account_id: str) -> str:
    """Return an account id of which the prefix and the last three digits are left: ``DU***567``."""
    found = ACCOUNT.fullmatch(account_id)
    if found is None:
        return HIDDEN + account_id[-2:]
    return f"{found.group(1)}{HIDDEN}{found.group(2)[-3:]}"


class Mask:
    """Replaces what must not be seen.

    Parameters
    ----------
    secrets
        Texts to hide wherever they occur; empty and very short ones are ignored.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: tuple[str, ...] = ()
        self.add(*secrets)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def add(self, *secrets: str) -> None:
        """Hide these too, from now on."""
        fresh = {secret for secret in secrets if secret and len(secret) >= SHORTEST_SECRET}
        # the longest first, so that one that holds another leaves nothing of itself
        self._secrets = tuple(sorted(fresh.union(self._secrets), key=len, reverse=True))

    def text(self, text: str) -> str:
        """Return `text` without secrets and with masked account ids."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        return ACCOUNT.sub(lambda found: masked_account(found.group(0)), text)


class MaskingFilter(logging.Filter):
    """Masks the records of a logger before any handler sees them.

    Parameters
    ----------
    mask
        What to hide.
    demote
        Whether errors and warnings become information: for libraries that log as errors what
        the connection expects, mends, and tells in its own words.
    """

    def __init__(self, mask: Mask, demote: bool = False) -> None:
        super().__init__()
        self._mask = mask
        self._demote = demote

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite what the record says; let it pass."""
        if self._demote and record.levelno > logging.INFO:
            if not logging.getLogger(record.name).isEnabledFor(logging.INFO):
                return False
            record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg = self._mask.text(_message(record))
        record.args = None
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            record.msg = f"{record.msg}\n{self._mask.text(text)}"
            record.exc_info = None
            record.exc_text = None
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # the caller's arguments do not fit its format
        return str(record.msg)


def install(
    mask: Mask, ours: Iterable[str], theirs: Iterable[str]
) -> list[tuple[logging.Logger, MaskingFilter]]:
    """Have the loggers of these names masked; return what `uninstall` takes to undo it.

    Parameters
    ----------
    ours, theirs
        Names of loggers; `theirs` are those of libraries, whose records are demoted.
    """
    done = []
    for names, masking in ((ours, MaskingFilter(mask)), (theirs, MaskingFilter(mask, True))):
        for name in names:
            logger = logging.getLogger(name)
            logger.addFilter(masking)
            done.append((logger, masking))
    return done


def uninstall(done: list[tuple[logging.Logger, MaskingFilter]]) -> None:
    """Undo `install`."""
    for logger, masking in done:
        logger.removeFilter(masking)
