"""The written policy by which the questions that IBKR asks about an order are answered."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import ParameterError

_log = logging.getLogger(__name__)

# Message id -> (answer, reason). Only a notice that changes nothing about the order as it was asked
# for is confirmed; whatever could change it, or says that it may be a mistake, is left to the user.
DEFAULTS: dict[str, tuple[bool, str]] = {
    "o354": (True, "a notice: the strategy has prices, whether IBKR streams them or not"),
    "o403": (True, "a notice: a stop may lie where it triggers at once, as in a backtest"),
    "o10151": (True, "a notice on the risk of market orders, which the strategy asked for"),
    "o10152": (True, "a notice on the risk of stop orders, which the strategy asked for"),
    "o10288": (True, "a notice on the risk of market orders for crypto currencies"),
    "o10331": (True, "a notice on the risk of stop orders, which the strategy asked for"),
    "o163": (False, "the price is far from the market, perhaps by mistake"),
    "o382": (False, "the price is beyond the tick size limit of the user's presets"),
    "o383": (False, "the size is beyond the limit of the user's presets"),
    "o451": (False, "the value is beyond the limit of the user's presets"),
    "o2136": (False, "the allocation mixes accounts"),
    "o2137": (False, "the order meets another of the user's own"),
    "o2165": (False, "fractions are not traded outside regular hours: the order would wait"),
    "o10082": (False, "the bond has been called"),
    "o10138": (False, "the change of the size is beyond the limit of the user's presets"),
    "o10153": (False, "IBKR would cap the price: the order would not be the one asked for"),
    "o10164": (False, "a quantity of cash is only met by estimate"),
    "o10223": (False, "a quantity of cash is only met by estimate"),
    "o10332": (False, "the order would go to another broker"),
    "o10333": (False, "the option would be exercised at the money"),
    "o10334": (False, "the order would go to another account"),
    "o10335": (False, "it belongs to a window of TWS"),
    "o10336": (False, "the market is thin: the price may be bad"),
    "p6": (False, "the order would be spread over several accounts"),
    "p12": (False, "IBKR's algorithm would manage the price in place of the order"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What IBKR asks: the id of the reply and, for each of its messages, id and text.

    The id of a message is "" where IBKR gave none for it.
    """

    reply_id: str
    messages: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Question:
        """Return the question in a row of an answer: one that has a ``message``."""
        given = row.get("message") or [""]
        texts = [_plain(each) for each in ([given] if isinstance(given, str) else given)]
        ids = [str(each) for each in row.get("messageIds") or ()]
        if len(ids) != len(texts):
            # which text belongs to which id cannot be told: each id answers for the whole
            texts = [" ".join(texts)] * max(len(ids), 1)
            ids = ids or [""]
        return cls(str(row.get("id", "")), tuple(zip(ids, texts, strict=True)))

    @property
    def text(self) -> str:
        """All of it, for people."""
        return " ".join(dict.fromkeys(text for _, text in self.messages))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is replied to a question, and why."""

    confirmed: bool
    reason: str


class Policy:
    """Decide on questions: by what the user has said, else by `DEFAULTS`, else no.

    Parameters
    ----------
    answers
        Message id (``"o163"``) or piece of the text, in any case of letters, -> True to confirm,
        False to decline. An id goes before a piece of text. Where several pieces match, one that
        declines stands.
    everything
        The answer to all questions; None where they are decided one by one.
    """

    def __init__(
        self, answers: Mapping[str, bool] | None = None, everything: bool | None = None
    ) -> None:
        self._everything = everything
        self._answers: dict[str, bool] = {}
        for key, answer in (answers or {}).items():
            if not isinstance(key, str) or not key.strip() or not isinstance(answer, bool):
                raise ParameterError(
                    f"questions: {key!r}: {answer!r} is no rule. A rule is a message id or a piece "
                    "of the question's text, and True or False"
                )
            self._answers[" ".join(key.lower().split())] = answer

    def decide(self, question: Question) -> Answer:
        """Return the answer to `question`; it is logged with its reason.

        A question of several messages is confirmed only where each of them is.
        """
        answers = [self._decide(each, text) for each, text in question.messages]
        answer = next((each for each in answers if not each.confirmed), answers[0])
        names = ", ".join(each for each, _ in question.messages if each) or "no id"
        word = "confirmed" if answer.confirmed else "declined"
        _log.info("question (%s) %s: %s: %s", names, word, answer.reason, question.text)
        return answer

    def _decide(self, message_id: str, text: str) -> Answer:
        if self._everything is not None:
            return Answer(self._everything, "one answer for all questions")
        by_id = self._answers.get(message_id.lower())
        if by_id is not None:
            return Answer(by_id, "the user's rule for its id")
        plain = text.lower()
        by_text = [answer for piece, answer in self._answers.items() if piece in plain]
        if by_text:
            return Answer(all(by_text), "the user's rule for its text")
        return Answer(*DEFAULTS.get(message_id, (False, "there is no rule for it")))


def _plain(text: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", str(text)).split())
