"""PINs, and that nobody reads them off what is stored."""

from cryptography.fernet import Fernet
from kaarst.core import pins
from kaarst.core import sealing

import pytest
import random
import re


@pytest.fixture
def key(tmp_path, monkeypatch):
    """Where the key of the house lies."""
    path = tmp_path / "secret.key"
    monkeypatch.setenv(sealing.VARIABLE, str(path))
    return path


def test_a_pin_is_eight_digits_in_two_groups():
    assert all(re.fullmatch(r"\d{4} \d{4}", pins.new_pin()) for _ in range(200))


def test_a_sealed_pin_knows_its_pin_and_no_other():
    pin = pins.new_pin()
    sealed = pins.seal_pin(pin)
    assert pin not in sealed
    assert pin.replace(" ", "") not in sealed
    assert sealed != pins.seal_pin(pin)
    for typed in (pin, pin.replace(" ", ""), pin.replace(" ", "-"), f" {pin} "):
        assert pins.check_pin(typed, sealed)
    wrong = f"{(int(pin.replace(' ', '')) + random.randint(1, 9)) % 10**8:08}"
    for typed in (wrong, "", None, 12345678, "ä" * 8, pin * 20, "\ud800"):
        assert not pins.check_pin(typed, sealed)


def test_the_database_alone_opens_no_pin(key, caplog):
    pin, sealed = pins.sealed_pin()
    name, mark, *_ = sealed.split("$")
    assert name == "hmac-sha256"
    line = key.read_text()
    # Another key, as in a city of somebody who has copied the database.
    key.write_text(f"{Fernet.generate_key().decode()}\n")
    assert not pins.check_pin(pin, sealed)
    assert "does not have" in caplog.text
    # A new key goes before the old one: it seals, both are known.
    key.write_text(key.read_text() + line)
    assert pins.check_pin(pin, sealed)
    newer, seal = pins.sealed_pin()
    assert seal.split("$")[1] != mark and pins.check_pin(newer, seal)
    key.unlink()
    assert not pins.check_pin(pin, sealed)
    assert not key.exists()


def test_without_a_key_a_pin_is_sealed_slowly(key):
    key.parent.mkdir(exist_ok=True)
    key.write_text("no key")
    pin, sealed = pins.sealed_pin()
    assert sealed.startswith("scrypt$") and pin.replace(" ", "") not in sealed
    assert pins.check_pin(pin, sealed) and not pins.check_pin("0000 000x", sealed)
    key.unlink()
    assert pins.check_pin(pin, sealed)


def test_what_is_no_seal_is_said():
    with pytest.raises(ValueError, match="Not a sealed PIN"):
        pins.check_pin("4821 7736", "4821 7736")
