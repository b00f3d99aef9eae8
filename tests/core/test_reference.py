"""Numbers and PINs."""

from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.core import reference
from kaarst.core import sealing

import pytest
import random
import re


PREFIXES = st.from_regex(reference.PREFIX, fullmatch=True)


@pytest.fixture
def key(tmp_path, monkeypatch):
    """Where the key of the house lies."""
    path = tmp_path / "secret.key"
    monkeypatch.setenv(sealing.VARIABLE, str(path))
    return path


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


def test_a_pin_is_eight_digits_in_two_groups():
    assert all(re.fullmatch(r"\d{4} \d{4}", reference.new_pin()) for _ in range(200))


def test_a_sealed_pin_knows_its_pin_and_no_other():
    pin = reference.new_pin()
    sealed = reference.seal_pin(pin)
    assert pin not in sealed
    assert pin.replace(" ", "") not in sealed
    assert sealed != reference.seal_pin(pin)
    for typed in (pin, pin.replace(" ", ""), pin.replace(" ", "-"), f" {pin} "):
        assert reference.check_pin(typed, sealed)
    wrong = f"{(int(pin.replace(' ', '')) + random.randint(1, 9)) % 10**8:08}"
    for typed in (wrong, "", None, 12345678, "ä" * 8, pin * 20, "\ud800"):
        assert not reference.check_pin(typed, sealed)


def test_the_database_alone_opens_no_pin(key, caplog):
    pin, sealed = reference.sealed_pin()
    name, mark, *_ = sealed.split("$")
    assert name == "hmac-sha256"
    line = key.read_text()
    # Another key, as in a city of somebody who has copied the database.
    key.write_text(f"{Fernet.generate_key().decode()}\n")
    assert not reference.check_pin(pin, sealed)
    assert "does not have" in caplog.text
    # A new key goes before the old one: it seals, both are known.
    key.write_text(key.read_text() + line)
    assert reference.check_pin(pin, sealed)
    newer, seal = reference.sealed_pin()
    assert seal.split("$")[1] != mark and reference.check_pin(newer, seal)
    key.unlink()
    assert not reference.check_pin(pin, sealed)
    assert not key.exists()


def test_without_a_key_a_pin_is_sealed_slowly(key):
    key.parent.mkdir(exist_ok=True)
    key.write_text("no key")
    pin, sealed = reference.sealed_pin()
    assert sealed.startswith("scrypt$") and pin.replace(" ", "") not in sealed
    assert reference.check_pin(pin, sealed) and not reference.check_pin("0000 000x", sealed)
    key.unlink()
    assert reference.check_pin(pin, sealed)


def test_what_is_no_seal_is_said():
    with pytest.raises(ValueError, match="Not a sealed PIN"):
        reference.check_pin("4821 7736", "4821 7736")
