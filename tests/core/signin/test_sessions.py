"""Sessions and boxes: who has the secret gets in, for a while, and nobody reads who it was."""

from concurrent.futures import ThreadPoolExecutor
from kaarst.core import database
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import boxes
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Knowledge

import pytest
import time
import time_machine


ERIKA = Knowledge(
    name="Erika Mustermann",
    email="erika@example.org",
    attributes={"surname": Attribute("Mustermann", Level.HIGH)},
    access_token="zugang",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path, monkeypatch):
    """Each database in turn."""
    if request.param == "sqlite":
        monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")
    else:
        monkeypatch.setenv("KAARST_DATABASE", request.getfixturevalue("postgresql_url"))
    yield
    for tables in (store.tables, boxes.tables):
        tables.drop_all(database.engine())
    database.prepared.cache_clear()
    database.engine().dispose()


where_marks = pytest.mark.parametrize(
    "where", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def begin(user="bundid-1", site="kaarst", idle=1800, longest=7200, **more):
    return store.begin(
        site, user, store.BUNDID, Level.HIGH, ERIKA, idle=idle, longest=longest, **more
    )


@where_marks
def test_a_token_opens_its_session_and_no_other(where):
    token = begin(device="Firefox, Windows")
    found = store.find(token, "kaarst")
    assert found.knowledge == ERIKA
    assert (found.user, found.level, found.device) == ("bundid-1", Level.HIGH, "Firefox, Windows")
    # Neither at another town, nor a part of it, nor the handle.
    assert store.find(token, "neuss") is None
    for wrong in ("", token[:-1], token + "x", found.handle, found.id, "x" * 5000):
        assert store.find(wrong, "kaarst") is None


def test_the_database_tells_nothing_of_the_person(tmp_path, monkeypatch):
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")
    token = begin()
    boxes.keep("kaarst", "geheim", {"email": "erika@example.org"}, 60)
    database.engine().dispose()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"bundid-1" in written
    for secret in (b"Mustermann", b"erika", b"zugang", token.encode(), b"geheim"):
        assert secret not in written


@where_marks
def test_a_session_ends_by_idleness_and_in_any_case(where):
    with time_machine.travel("2026-03-28T23:30:00Z", tick=False) as clock:
        token = begin()
        for _step in range(4):
            clock.shift(1700)
            assert store.find(token, "kaarst") is not None
        # 6,800 seconds old, and used all the time.
        clock.shift(500)
        assert store.find(token, "kaarst") is None
        other = begin()
        clock.shift(1801)
        assert store.find(other, "kaarst") is None
        assert store.of_user("kaarst", "bundid-1") == []
        assert store.purge() == 2
        assert store.purge() == 0


@where_marks
def test_out_everywhere_and_out_of_one(where):
    tokens = [begin(provider_session=f"s{number}", provider_subject="sub") for number in range(4)]
    stranger = begin(user="bundid-2", provider_subject="other")
    there = begin(site="neuss", provider_subject="sub")
    assert len(store.of_user("kaarst", "bundid-1")) == 4
    handle = store.find(tokens[0], "kaarst").handle
    # Another one's handle is of no use.
    assert store.end_one("kaarst", "bundid-2", handle) == 0
    assert store.end_one("kaarst", "bundid-1", handle) == 1
    assert store.end_from_provider("kaarst", store.BUNDID, session="s1") == 1
    assert store.end_from_provider("kaarst", store.STAFF, subject="sub") == 0
    # A provider that names nobody ends nobody's.
    assert store.end_from_provider("kaarst", store.BUNDID) == 0
    assert store.end_from_provider("kaarst", store.BUNDID, subject="sub") == 2
    assert [store.find(token, "kaarst") for token in tokens] == [None] * 4
    assert store.find(stranger, "kaarst") is not None
    assert store.find(there, "neuss") is not None
    assert store.end_all("kaarst", "bundid-2") == 1


@where_marks
def test_a_box_opens_once_even_if_many_want_it(where):
    boxes.keep("kaarst", "geheim", {"a": 1}, 60)
    assert boxes.take("neuss", "geheim") is None
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _one: boxes.take("kaarst", "geheim"), range(16)))
    assert [one for one in found if one] == [{"a": 1}]
    boxes.keep("kaarst", "spät", {"a": 1}, 60)
    with time_machine.travel(time.time() + 61):
        assert boxes.take("kaarst", "spät") is None
        assert boxes.purge() >= 0
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _one: boxes.first_time("token", 60), range(16)))
    assert found.count(True) == 1
