"""Answers that are kept for a day and sealed."""

from kaarst.core.idempotency import Answers
from kaarst.core.idempotency import InvalidKey
from kaarst.core.idempotency import KeyReused

import pickle
import pytest
import time_machine


KEY = "0b7f3c1e-5a52-4a55-9d7e-0a0a0a0a0a0a"


def test_an_answer_is_kept_for_a_day():
    with time_machine.travel("2026-10-25T00:30:00+02:00", tick=False) as clock:
        answers = Answers()
        answers.keep(KEY, "\0/kaarst/@bookings", {"a": [1, "ä"]}, 201, {"pin": "4821 7736"})
        clock.shift(24 * 3600 - 1)
        assert answers.recall(KEY, "\0/kaarst/@bookings", {"a": [1, "ä"]}) == (
            201,
            {"pin": "4821 7736"},
        )
        assert answers.purge() == 0
        clock.shift(1)
        assert answers.recall(KEY, "\0/kaarst/@bookings", {"a": [1, "ä"]}) is None
        assert answers.purge() == 1
        assert len(answers.kept) == 0


def test_only_the_key_opens_what_is_stored():
    answers = Answers()
    answers.keep(KEY, "", {"name": "Mustermann"}, 201, {"pin": "4821 7736"})
    stored = pickle.dumps(list(answers.kept.items()))
    for secret in (b"4821", b"Mustermann", KEY.encode()):
        assert secret not in stored


def test_a_key_is_for_one_body_in_one_place():
    answers = Answers()
    answers.keep(KEY, "one", {"a": 1}, 201, {})
    with pytest.raises(KeyReused):
        answers.recall(KEY, "one", {"a": 2})
    assert answers.recall(KEY, "two", {"a": 2}) is None


@pytest.mark.parametrize("key", ["", "x" * 15, "x" * 129, "ä" * 20, "a b" * 10, "x" * 20 + "\n"])
def test_a_key_is_long_enough_and_visible(key):
    with pytest.raises(InvalidKey):
        Answers().recall(key, "", {})
