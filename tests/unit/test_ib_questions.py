"""The policy that answers IBKR's questions."""

import logging

import pytest

from backtrader.errors import ParameterError
from backtrader.stores._ib.questions import DEFAULTS, Policy, Question


def question(message_id, text="Are you sure?"):
    ids = [] if message_id is None else [message_id]
    return Question.of({"id": "r1", "message": [text], "messageIds": ids})


@pytest.mark.parametrize("message_id", ["o354", "o403", "o10151", "o10152", "o10331"])
def test_notices_are_confirmed(message_id):
    assert Policy().decide(question(message_id)).confirmed


@pytest.mark.parametrize("message_id", ["o163", "o382", "o383", "o451", "o10153", "o10164", "p12"])
def test_price_size_value_and_cap_are_declined(message_id):
    assert not Policy().decide(question(message_id)).confirmed


def test_what_is_not_known_is_declined():
    assert not Policy().decide(question("o99999")).confirmed
    assert not Policy().decide(question(None, "Something new?")).confirmed


def test_every_rule_has_a_reason():
    assert all(reason for _, reason in DEFAULTS.values())


def test_the_user_decides_by_id_and_by_text_in_any_case():
    policy = Policy({"O163": True, "size   limit": True, "o354": False})
    assert policy.decide(question("o163")).confirmed
    assert policy.decide(question("o383", "it exceeds the Size \nLimit of 500")).confirmed
    assert not policy.decide(question("o354")).confirmed


def test_an_id_goes_before_a_piece_of_text():
    policy = Policy({"o163": False, "percentage": True})
    assert not policy.decide(question("o163", "the Percentage constraint")).confirmed


def test_several_messages_are_confirmed_only_together():
    row = {"id": "r", "message": ["a notice", "a limit"], "messageIds": ["o354", "o383"]}
    assert not Policy().decide(Question.of(row)).confirmed
    assert Policy({"o383": True}).decide(Question.of(row)).confirmed
    assert Policy({"a limit": True}).decide(Question.of(row)).confirmed


def test_a_text_that_covers_one_of_two_messages_does_not_allow_the_other():
    row = {"id": "r", "message": ["a size limit", "a value limit"], "messageIds": ["o383", "o451"]}
    assert not Policy({"size limit": True}).decide(Question.of(row)).confirmed


def test_the_text_is_plain():
    found = Question.of({"id": 5, "message": ["<h4>Confirm</h4>To  avoid\ntrading"]})
    assert (found.reply_id, found.text) == ("5", "Confirm To avoid trading")


def test_each_answer_is_logged(caplog):
    with caplog.at_level(logging.INFO, logger="backtrader.stores._ib.questions"):
        Policy().decide(question("o163", "price exceeds"))
    assert len(caplog.records) == 1


@pytest.mark.parametrize("rules", [{"o163": "yes"}, {"": True}, {163: True}])
def test_what_is_no_rule_is_refused(rules):
    with pytest.raises(ParameterError, match="is no rule"):
        Policy(rules)
