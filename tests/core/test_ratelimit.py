"""Counting across threads, processes and databases."""

from kaarst.core import database
from kaarst.core import ratelimit
from sqlalchemy import select

import json
import os
import pytest
import subprocess
import sys
import time_machine
import types


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def counters(request, tmp_path, monkeypatch):
    """Empty counters in each of the databases."""
    if request.param == "sqlite":
        monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")
    else:
        monkeypatch.setenv("KAARST_DATABASE", request.getfixturevalue("postgresql_url"))
    engine = ratelimit._engine()
    with engine.begin() as connection:
        for table in ratelimit.tables.sorted_tables:
            connection.execute(table.delete())
    ratelimit._salt.cache_clear()
    yield engine
    engine.dispose()
    database._engine.cache_clear()


def request_from(address):
    return types.SimpleNamespace(environ={"REMOTE_ADDR": address})


def test_the_limit_is_the_last_that_passes(counters):
    for _ in range(3):
        ratelimit.hit("a", 3, 60)
    ratelimit.hit("b", 3, 60)
    with pytest.raises(ratelimit.TooManyRequests) as refused:
        ratelimit.hit("a", 3, 60)
    assert 1 <= refused.value.retry_after <= 60
    assert refused.value.headers["Retry-After"] == str(refused.value.retry_after)


def test_a_window_ends(counters):
    with time_machine.travel("2026-03-29T00:59:30+00:00", tick=False) as clock:
        ratelimit.hit("a", 1, 60)
        clock.shift(59)
        with pytest.raises(ratelimit.TooManyRequests) as refused:
            ratelimit.hit("a", 1, 60)
        assert refused.value.retry_after == 1
        clock.shift(1)
        ratelimit.hit("a", 1, 60)


def test_a_refund_gives_one_back(counters):
    for _ in range(50):
        ratelimit.hit("a", 1, 60)
        ratelimit.refund("a")
    ratelimit.refund("a")
    ratelimit.hit("a", 1, 60)
    with pytest.raises(ratelimit.TooManyRequests):
        ratelimit.hit("a", 1, 60)


def test_the_operator_can_widen_every_limit(counters, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "2.5")
    for _ in range(5):
        ratelimit.hit("a", 2, 60)
    with pytest.raises(ratelimit.TooManyRequests):
        ratelimit.hit("a", 2, 60)
    monkeypatch.setenv("KAARST_RATE_FACTOR", "much")
    with pytest.raises(ratelimit.TooManyRequests):
        ratelimit.hit("a", 2, 60)


COUNT = """
import json, sys
from kaarst.core import ratelimit
passed = 0
for _ in range(40):
    try:
        ratelimit.hit("shared", 100, 600)
        passed += 1
    except ratelimit.TooManyRequests:
        pass
json.dump([passed, ratelimit.secret("somebody")], sys.stdout)
"""


def test_processes_count_together(counters):
    """Four processes want 160 and get 100; all of them call one sender by one name."""
    processes = [
        subprocess.Popen([sys.executable, "-c", COUNT], stdout=subprocess.PIPE, env=os.environ)
        for _ in range(4)
    ]
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(passed for passed, _ in answers) == 100
    assert {name for _, name in answers} == {ratelimit.secret("somebody")}
    with counters.begin() as connection:
        rows = connection.execute(select(ratelimit.counters)).all()
    assert [(row.key, row.hits) for row in rows] == [("shared", 160)]


def test_a_sender_is_stored_under_a_name_of_the_day(counters):
    with time_machine.travel("2026-11-22T12:00:00+00:00", tick=False) as clock:
        name = ratelimit.client(request_from("192.0.2.1"))
        assert "192.0.2.1" not in name
        assert name == ratelimit.client(request_from("::ffff:192.0.2.1"))
        assert name != ratelimit.client(request_from("192.0.2.2"))
        clock.shift(24 * 3600)
        assert name != ratelimit.client(request_from("192.0.2.1"))


def test_a_network_of_ipv6_is_one_sender(counters):
    name = ratelimit.client(request_from("2001:db8:1:2::3"))
    assert name == ratelimit.client(request_from("2001:db8:1:2:ffff::4"))
    assert name != ratelimit.client(request_from("2001:db8:1:3::3"))


def test_a_sender_without_address_is_somebody_too(counters):
    assert ratelimit.client(None) == ratelimit.client(request_from(""))
    assert ratelimit.client(request_from("unix:")) != ratelimit.client(None)


def test_what_has_ended_is_deleted(counters):
    with time_machine.travel("2026-11-20T12:00:00+00:00", tick=False) as clock:
        ratelimit.hit("past", 1, 60)
        first = ratelimit.secret("somebody")
        clock.shift(2 * 24 * 3600)
        ratelimit.hit("present", 1, 60)
        ratelimit.secret("somebody")
        assert ratelimit.purge() == 2
        with counters.begin() as connection:
            assert connection.execute(select(ratelimit.counters.c.key)).scalars().all() == [
                "present"
            ]
            assert connection.execute(select(ratelimit.salts.c.day)).scalars().all() == [
                "2026-11-22"
            ]
        clock.shift(-2 * 24 * 3600)
        ratelimit._salt.cache_clear()
        assert ratelimit.secret("somebody") != first


def test_without_a_database_each_use_decides(monkeypatch, tmp_path):
    (tmp_path / "occupied").mkdir()
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/occupied/kaarst.sqlite")
    (tmp_path / "occupied" / "kaarst-counters.sqlite").mkdir()
    ratelimit._salt.cache_clear()
    ratelimit.hit("open", 0, 60)
    with pytest.raises(ratelimit.TooManyRequests):
        ratelimit.hit("closed", 10, 60, fail_open=False)
    ratelimit.refund("closed")
    assert ratelimit.secret("somebody") == ratelimit.secret("somebody")
