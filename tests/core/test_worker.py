"""The worker's rounds, its heartbeat and its lease."""

from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IKaarstCoreLayer
from kaarst.core.stores import store
from kaarst.core.worker import heartbeat
from kaarst.core.worker.heartbeat import age
from kaarst.core.worker.heartbeat import beat
from kaarst.core.worker.heartbeat import Lease
from kaarst.core.worker.rounds import Rounds
from kaarst.core.worker.sites import entered
from kaarst.core.worker.sites import PUBLIC_URL
from kaarst.core.worker.sites import site_paths
from kaarst.core.worker.stopping import stopping
from persistent.mapping import PersistentMapping
from plone import api
from sqlalchemy import update
from ZODB.POSException import ConflictError
from zope.component import getGlobalSiteManager
from zope.component import getUtilitiesFor
from zope.component.hooks import getSite
from zope.component.hooks import setSite
from zope.globalrequest import getRequest
from zope.interface import implementer
from zope.interface.verify import verifyObject

import pytest
import time
import time_machine
import transaction


NOTES = "tests.notes"


@implementer(IJob)
class Job:
    """A job that does what a test says, with a note about it at the site."""

    interval = 60

    def __init__(self):
        self.runs = 0
        self.act = lambda site: None

    def run(self, site):
        self.runs += 1
        store(site, NOTES, PersistentMapping)["runs"] = self.runs
        self.act(site)


@pytest.fixture
def counters(tmp_path, monkeypatch):
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")


@pytest.fixture
def job(functional):
    """The only job there is."""
    registry = getGlobalSiteManager()
    others = [(name, found) for name, found in getUtilitiesFor(IJob)]
    for name, found in others:
        registry.unregisterUtility(found, IJob, name)
    made = Job()
    registry.registerUtility(made, IJob, "tests.job")
    yield made
    registry.unregisterUtility(made, IJob, "tests.job")
    for name, found in others:
        registry.registerUtility(found, IJob, name)


@pytest.fixture
def rounds(functional, functional_portal, counters, job):
    """Rounds over the site of the test, on connections of their own."""
    db = functional_portal._p_jar.db()
    yield Rounds(lambda: db.open().root()["Application"])
    setSite(functional_portal)


def noted(site):
    transaction.begin()
    setSite(site)
    return store(site, NOTES, PersistentMapping).get("runs")


def test_a_job_runs_at_the_site_and_is_committed(rounds, job, functional_portal):
    seen = {}

    def look(site):
        seen.update(
            site=getSite() == site,
            path=site.getPhysicalPath(),
            layer=IKaarstCoreLayer.providedBy(getRequest()),
            may=api.user.has_permission("Manage portal", obj=site),
            request=site.REQUEST is getRequest(),
        )

    job.act = look
    assert rounds.go() == 0
    assert seen == {
        "site": True,
        "path": functional_portal.getPhysicalPath(),
        "layer": True,
        "may": True,
        "request": True,
    }
    assert noted(functional_portal) == 1
    assert age("worker") < 5


def test_what_a_job_makes_is_indexed_with_the_defaults_of_its_fields(
    rounds, job, functional_portal
):
    job.act = lambda site: api.content.create(site, "Document", id="made", title="Made")
    assert rounds.go() == 0
    transaction.begin()
    setSite(functional_portal)
    catalog = api.portal.get_tool("portal_catalog")
    (brain,) = catalog.unrestrictedSearchResults(getId="made", exclude_from_nav=False)
    assert brain.exclude_from_nav is False


def test_a_job_that_fails_is_rolled_back_and_gets_its_next_turn(rounds, job, functional_portal):
    job.act = lambda site: 1 / 0
    assert rounds.go() == 1
    assert rounds.go() == 0
    assert job.runs == 1
    assert noted(functional_portal) is None
    with time_machine.travel(time.time() + 61):
        rounds.due.clear()
        job.act = lambda site: None
        assert rounds.go() == 0
    assert noted(functional_portal) == 2


def test_others_than_those_named_are_left_alone(rounds, job):
    rounds.only = frozenset({"tests.another"})
    assert rounds.go() == 0
    assert job.runs == 0
    rounds.only = frozenset({"tests.job"})
    assert rounds.go() == 0
    assert job.runs == 1


def test_a_conflict_is_tried_again(rounds, job, functional_portal):
    def conflict_twice(site):
        if job.runs < 3:
            raise ConflictError

    job.act = conflict_twice
    assert rounds.go() == 0
    assert noted(functional_portal) == 3


def test_a_conflict_for_ever_is_a_failure(rounds, job):
    def conflict(site):
        raise ConflictError

    job.act = conflict
    assert rounds.go() == 1
    assert job.runs == 5


def test_a_job_waits_for_its_interval(rounds, job):
    rounds.go()
    rounds.go()
    assert job.runs == 1
    rounds.due = dict.fromkeys(rounds.due, 0.0)
    rounds.go()
    assert job.runs == 2


def test_no_job_begins_after_a_stop_or_without_the_lease(rounds, job):
    stopping.set()
    try:
        rounds.go()
    finally:
        stopping.clear()
    rounds.may_work = lambda: False
    rounds.go()
    assert job.runs == 0


def test_a_site_without_the_package_is_left_alone(rounds, job, functional_portal):
    from plone.browserlayer.utils import unregister_layer

    unregister_layer("kaarst.core")
    transaction.commit()
    assert rounds.go() == 0
    assert job.runs == 0


def test_links_begin_with_the_public_address(functional, functional_portal):
    app = functional["app"]
    path = functional_portal.getPhysicalPath()
    for public, expected in (
        ("", "http://localhost/plone"),
        ("https://www.kaarst.example", "https://www.kaarst.example"),
        ("https://www.kaarst.example:8443/stadt/", "https://www.kaarst.example:8443/stadt"),
        ("javascript:alert(1)", "http://localhost/plone"),
    ):
        setSite(functional_portal)
        api.portal.set_registry_record(PUBLIC_URL, public)
        with entered(app, path) as site:
            assert site.absolute_url() == expected
            assert api.portal.get_tool("portal_catalog").absolute_url().startswith(expected)
    setSite(functional_portal)


def test_every_site_is_found(functional, functional_portal):
    app = functional["app"]
    app.manage_addFolder("towns")
    assert site_paths(app) == [functional_portal.getPhysicalPath()]


def test_the_jobs_of_the_city_keep_their_contract(integration):
    jobs = dict(getUtilitiesFor(IJob))
    assert {"kaarst.core.mail", "kaarst.core.answers", "kaarst.core.counters"} <= set(jobs)
    for job in jobs.values():
        assert verifyObject(IJob, job)
        assert job.interval > 0


def test_the_housekeeping_jobs_run(portal, counters):
    for name in ("kaarst.core.answers", "kaarst.core.counters"):
        assert dict(getUtilitiesFor(IJob))[name].run(portal) is None


def test_who_never_beat_has_no_age(counters):
    assert age("worker") is None
    beat("worker")
    assert age("worker") < 5
    assert age("bridge") is None


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(heartbeat, "RENEW_SECONDS", 0.05)


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_one_holds_the_lease_and_hands_it_on(counters, quick):
    first, second = Lease("worker"), Lease("worker")
    first.start()
    second.start()
    try:
        time.sleep(0.3)
        assert (first.held, second.held) == (True, False)
        first.end()
        assert not first.held
        until(lambda: second.held)
    finally:
        second.end()


def test_a_lease_of_the_dead_ends(counters, quick):
    dead, heir = Lease("worker"), Lease("worker")
    dead._ask()
    heir.start()
    try:
        assert (dead.held, heir.held) == (True, False)
        with heartbeat._engine().begin() as connection:
            connection.execute(update(heartbeat.leases).values(ends=time.time() - 1))
        until(lambda: heir.held)
        dead._ask()
        assert not dead.held
    finally:
        heir.end()


def test_without_the_database_the_lease_runs_out(counters, quick, monkeypatch, tmp_path):
    lease = Lease("worker")
    monkeypatch.setattr(heartbeat, "LEASE_SECONDS", 0.5)
    lease.start()
    try:
        assert lease.held
        (tmp_path / "gone-counters.sqlite").mkdir()
        monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/gone.sqlite")
        until(lambda: not lease.held)
        beat("worker")
    finally:
        lease.end()
