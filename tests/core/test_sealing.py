"""Secrets are of no use without the key, which lies outside of the database."""

from concurrent.futures import ThreadPoolExecutor
from cryptography.fernet import Fernet
from kaarst.core import sealing

import pytest
import stat


@pytest.fixture
def key(tmp_path, monkeypatch):
    path = tmp_path / "keys" / "kaarst.key"
    monkeypatch.setenv(sealing.VARIABLE, str(path))
    return path


def test_what_is_sealed_says_nothing_and_is_opened_by_the_key(key):
    sealed = sealing.seal("geheim-äöü")
    assert "geheim" not in sealed and sealing.seal("geheim-äöü") != sealed
    assert sealing.opened(sealed) == "geheim-äöü"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["kaarst.key"]


def test_without_its_key_nothing_is_opened_and_none_is_made(key):
    sealed = sealing.seal("geheim")
    former = key.read_text()
    key.unlink()
    with pytest.raises(sealing.NotOpened):
        sealing.opened(sealed)
    assert not key.exists()
    for wrong in ("", "no key\n", Fernet.generate_key().decode()):
        key.write_text(wrong)
        with pytest.raises(sealing.NotOpened) as caught:
            sealing.opened(sealed)
        assert former.strip() not in str(caught.value)
    # What is no key is not written over: it may be the wrong file.
    key.write_text("no key\n")
    with pytest.raises(sealing.NotOpened):
        sealing.seal("another")
    assert key.read_text() == "no key\n"


def test_a_new_key_is_put_before_the_old_one(key):
    sealed = sealing.seal("geheim")
    key.write_text(f"{Fernet.generate_key().decode()}\n{key.read_text()}")
    assert sealing.opened(sealed) == "geheim"
    newer = sealing.seal("geheim")
    key.write_text(key.read_text().splitlines()[0])
    assert sealing.opened(newer) == "geheim"
    with pytest.raises(sealing.NotOpened):
        sealing.opened(sealed)


def test_processes_that_begin_side_by_side_have_one_key(key):
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(sealing.seal, "abcdefgh"))
    assert [sealing.opened(one) for one in found] == list("abcdefgh")
