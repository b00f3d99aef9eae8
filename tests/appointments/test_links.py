"""The link in a mail: it opens one number, and lies nowhere."""

from cryptography.fernet import Fernet
from kaarst.appointments.bookings import links
from kaarst.core import pins
from kaarst.core import sealing

import pytest


NUMBER, OTHER = "KAA-7Q4M-2XPD-K", "KAA-30S4-B1C9-K"


@pytest.fixture
def key_file(tmp_path, monkeypatch):
    path = tmp_path / "secret.key"
    monkeypatch.setenv(sealing.VARIABLE, str(path))
    return path


def key_in(link):
    address, _mark, rest = link.partition("#")
    number, _dot, key = rest.partition(".")
    assert (address, number) == ("https://kaarst.example/termine/my-appointment", NUMBER)
    return key


def test_a_key_opens_its_own_number_only(key_file):
    key = key_in(links.link("https://kaarst.example/termine/my-appointment", NUMBER))
    assert links.is_key(key) and len(key) == 22
    assert links.opens(NUMBER, key)
    assert not links.opens(OTHER, key)
    assert not links.opens(NUMBER, key[:-1] + ("A" if key[-1] != "A" else "B"))
    # A new key of the house before the old one: mails that were sent still open something.
    key_file.write_bytes(Fernet.generate_key() + b"\n" + key_file.read_bytes())
    assert links.opens(NUMBER, key)
    assert key_in(links.link("https://kaarst.example/termine/my-appointment", NUMBER)) != key
    key_file.write_bytes(Fernet.generate_key() + b"\n")
    assert not links.opens(NUMBER, key)


def test_no_pin_looks_like_a_key():
    assert not any(links.is_key(text) for text in ("", "4821 7736", "48217736", pins.new_pin()))


def test_without_the_key_of_the_house_the_page_asks_for_number_and_pin(key_file):
    key_file.write_text("no key")
    assert links.link("https://kaarst.example/my-appointment", NUMBER) == (
        "https://kaarst.example/my-appointment"
    )
    assert not links.opens(NUMBER, "A" * 22)
