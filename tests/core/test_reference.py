"""Numbers."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.core import reference

import pytest
import re


PREFIXES = st.from_regex(reference.PREFIX, fullmatch=True)


def test_a_number_is_readable_and_carries_its_check_digit():
    numbers = {reference.new_number("KAA") for _ in range(500)}
    assert len(numbers) == 500
    for number in numbers:
        assert re.fullmatch(
            r"KAA-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]", number
        )


@pytest.mark.parametrize("prefix", ["", "K", "kaa", "KÄA", "KA1", "KAARST", "K-A"])
def test_a_prefix_is_of_letters(prefix):
    with pytest.raises(ValueError, match="two to five letters"):
        reference.new_number(prefix)


@settings(max_examples=200)
@given(PREFIXES, st.randoms(use_true_random=False))
def test_what_people_type_is_understood(prefix, dice):
    number = reference.new_number(prefix)
    assert reference.normalise(number) == number
    typed = number.replace("-", dice.choice(["", " ", " - ", "–", ".", "-"]))
    typed = "".join(dice.choice([c, c.lower()]) for c in typed)
    head, tail = typed[: len(prefix)], typed[len(prefix) :]
    tail = tail.replace("0", dice.choice("0oO")).replace("1", dice.choice("1iIlL"))
    assert reference.normalise(f" {head}{tail}\n") == number


@settings(max_examples=200)
@given(PREFIXES, st.data())
def test_one_wrong_character_is_noticed(prefix, data):
    number = reference.new_number(prefix)
    bare = number.replace("-", "")
    place = data.draw(st.integers(len(prefix), len(bare) - 1))
    other = data.draw(st.sampled_from(reference.ALPHABET.replace(bare[place], "")))
    with pytest.raises(reference.InvalidNumber):
        reference.normalise(bare[:place] + other + bare[place + 1 :])


def test_the_prefix_may_be_read_off_wrongly():
    number = reference.new_number("OLI")
    assert reference.normalise("011" + number[3:]) == number


@given(st.text(max_size=80))
def test_anything_else_is_refused_and_nothing_breaks(text):
    try:
        number = reference.normalise(text)
    except reference.InvalidNumber:
        return
    assert reference.normalise(number) == number


@pytest.mark.parametrize("text", [None, 7, b"KAA", "", "KAA", "-" * 65, "KAA-7Q4M-2XPD"])
def test_incomplete_numbers_are_refused(text):
    with pytest.raises(reference.InvalidNumber):
        reference.normalise(text)
