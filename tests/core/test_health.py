"""The city's health, as load balancers and operators see it."""

from kaarst.core.health.checks import DiskSpace
from kaarst.core.health.checks import Worker
from kaarst.core.health.report import report
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.worker.heartbeat import beat
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from zope.component import getGlobalSiteManager
from zope.interface import implementer

import collections
import pytest
import requests
import time
import time_machine


OWNER = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
JSON = {"Accept": "application/json"}


@implementer(IHealthCheck)
class Part:
    """A part whose health a test decides."""

    found = Health("ok", "inside knowledge")

    def check(self, site):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.fixture
def part():
    made = Part()
    registry = getGlobalSiteManager()
    registry.registerUtility(made, IHealthCheck, "tests.part")
    yield made
    registry.unregisterUtility(made, IHealthCheck, "tests.part")


@pytest.fixture
def counters(tmp_path, monkeypatch):
    """A city of its own in SQL: no worker has run."""
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")


def states(answer):
    return {check["name"]: check["state"] for check in answer.json()["checks"]}


def test_a_site_tells_states_and_nothing_more(functional_portal, counters, part):
    beat("worker")
    answer = requests.get(f"{functional_portal.absolute_url()}/@health", headers=JSON, timeout=30)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    found = states(answer)
    assert found["tests.part"] == found["worker"] == found["object-database"] == "ok"
    assert set(found) >= {"disk", "mail", "sql-database"}
    assert "inside knowledge" not in answer.text
    assert all(set(check) == {"name", "state"} for check in answer.json()["checks"])


@pytest.mark.parametrize("auth", [(TEST_USER_NAME, TEST_USER_PASSWORD), ("admin", "wrong")])
def test_only_those_who_may_read_messages(functional_portal, counters, part, auth):
    url = f"{functional_portal.absolute_url()}/@health"
    assert "inside knowledge" not in requests.get(url, headers=JSON, auth=auth, timeout=30).text
    found = requests.get(url, headers=JSON, auth=OWNER, timeout=30).json()["checks"]
    told = next(check for check in found if check["name"] == "tests.part")
    assert told["message"] == "inside knowledge"
    assert told["milliseconds"] < 1000


@pytest.mark.parametrize(
    ("found", "status", "state"),
    [
        (Health("ok"), 200, "ok"),
        (Health("warning", "soon"), 200, "warning"),
        (Health("error", "now"), 503, "error"),
        (Health("splendid"), 503, "error"),
        (None, 503, "error"),
        (RuntimeError("broken check"), 503, "error"),
    ],
)
def test_only_an_error_takes_the_city_out(portal, part, found, status, state):
    part.found = found
    code, told = report(portal, True, ["tests.part"])
    assert (code, told["state"], told["checks"][0]["state"]) == (status, state, state)


def test_a_monitor_need_not_ask_for_json(functional_portal, counters):
    beat("worker")
    root = functional_portal.absolute_url().rsplit("/", 1)[0]
    site = requests.get(f"{functional_portal.absolute_url()}/@health", timeout=30)
    assert site.headers["Content-Type"].startswith("application/json")
    assert "worker" in states(site)
    instance = requests.get(f"{root}/@@health", timeout=30)
    assert instance.status_code == 200
    assert set(states(instance)) == {"disk", "object-database", "sql-database", "worker"}


def test_without_a_worker_the_instance_is_ill(functional_portal, counters):
    root = functional_portal.absolute_url().rsplit("/", 1)[0]
    answer = requests.get(f"{root}/@@health", timeout=30)
    assert (answer.status_code, states(answer)["worker"]) == (503, "error")


def test_without_sql_the_instance_is_ill(functional_portal, tmp_path, monkeypatch):
    (tmp_path / "kaarst.sqlite").mkdir()
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")
    answer = requests.get(f"{functional_portal.absolute_url()}/@health", headers=JSON, timeout=30)
    assert answer.status_code == 503
    assert states(answer)["sql-database"] == "error"
    assert str(tmp_path) not in answer.text


def test_a_late_worker_is_told_from_a_dead_one(portal, counters):
    with time_machine.travel(time.time(), tick=False) as clock:
        beat("worker")
        found = []
        for seconds in (60, 1, 240):
            clock.shift(seconds)
            found.append(Worker().check(portal).state)
    assert found == ["ok", "warning", "error"]


@pytest.mark.parametrize(("free", "state"), [(10**10, "ok"), (10**9, "warning"), (10**8, "error")])
def test_a_full_disk_is_told_before_it_is_full(portal, monkeypatch, free, state):
    usage = collections.namedtuple("usage", "free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(free))
    assert DiskSpace().check(portal).state == state


def test_asking_writes_nothing(functional_portal, counters):
    db = functional_portal._p_jar.db()
    before = db.lastTransaction()
    requests.get(f"{functional_portal.absolute_url()}/@health", headers=JSON, timeout=30)
    assert db.lastTransaction() == before
