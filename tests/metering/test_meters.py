"""Buildings and meters as content: keys, who may, and what becomes of readings."""

from kaarst.metering.page import number_text
from kaarst.metering.store import registers
from kaarst.metering.store.joined import at_the_end
from kaarst.metering.store.joined import Writer
from kaarst.policy.demo import energy
from kaarst.policy.demo import later
from kaarst.policy.founding.builder import Builder
from plone import api
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from tests.metering.site import building
from tests.metering.site import meter
from tests.metering.site import register
from zExceptions import BadRequest
from ZODB.POSException import ConflictError
from zope.component import getMultiAdapter

import pytest
import transaction


def test_keys_are_unique_in_the_site(energy_page, site_store):
    rathaus, school = building(energy_page), building(energy_page, "Schule")
    main = meter(rathaus)
    assert main.getId() == "rathaus-strom"
    assert meter(rathaus).getId() == "rathaus-strom-2"
    behind = meter(main, "Lüftung")
    assert behind.getId() == "rathaus-lueftung"
    register(site_store, "schule-strom")
    # What an earlier meter recorded is not given to a new one.
    assert meter(school).getId() == "schule-strom-2"
    with pytest.raises(BadRequest):
        school.invokeFactory("Meter", "rathaus-strom", medium="gas")


def test_a_meter_keeps_its_key(energy_page, site_store):
    rathaus, school = building(energy_page), building(energy_page, "Schule")
    register(site_store, meter(rathaus).getId())
    savepoint = transaction.savepoint()
    with pytest.raises(BadRequest):
        api.content.rename(rathaus["rathaus-strom"], new_id="anders")
    # As the publisher does with what was refused.
    savepoint.rollback()
    moved = api.content.move(energy_page["rathaus"]["rathaus-strom"], school)
    assert moved.getId() == "rathaus-strom"
    assert not rathaus.cb_isCopyable()
    assert not moved.cb_isCopyable()


def test_meters_are_as_public_as_their_building(portal, energy_page):
    rathaus = building(energy_page)
    behind = meter(meter(rathaus), "Lüftung")
    permissions = ("View", "kaarst.metering: View readings")
    logout()
    assert not any(api.user.has_permission(one, obj=behind) for one in permissions)
    login(portal, TEST_USER_NAME)
    api.content.transition(energy_page, "publish")
    api.content.transition(rathaus, "publish")
    logout()
    assert all(api.user.has_permission(one, obj=behind) for one in permissions)
    assert not api.user.has_permission("kaarst.metering: Manage meters", obj=behind)
    assert not api.user.has_permission("Modify portal content", obj=behind)


def test_pages_show_what_there_is(portal, energy_page, site_store):
    rathaus = building(energy_page)
    main = meter(rathaus, place="Keller <U12>")
    behind = meter(main, "Lüftung")
    register(site_store, main.getId())

    def page(content):
        return getMultiAdapter((content, portal.REQUEST), name="view")()

    assert "Rathaus" in page(energy_page)
    assert "Keller &lt;U12&gt;" in page(rathaus)
    assert "k-depth-1" in page(rathaus)
    assert behind.absolute_url() in page(main)


def test_deleting_says_what_is_lost_and_loses_it_with_the_content(energy_page, site_store):
    rathaus = building(energy_page)
    main = meter(rathaus)
    register(site_store, main.getId())
    request = energy_page.REQUEST
    info = getMultiAdapter((rathaus, request), name="delete_confirmation_info")()
    assert "1 registers and 0 readings" in info

    def left():
        with site_store.reading() as connection:
            return len(registers.registers(connection))

    savepoint = transaction.savepoint()
    api.content.delete(rathaus)
    [writer] = [one for one in transaction.get()._resources if isinstance(one, Writer)]
    writer.tpc_vote(None)
    assert left() == 0
    savepoint.rollback()
    assert writer.steps == []


def test_sql_is_written_once_and_only_with_the_rest(site_store):
    calls = []

    def step(connection):
        calls.append(connection.exec_driver_sql("SELECT 1").scalar())

    at_the_end(site_store, step)
    transaction.abort()
    assert calls == []

    class Refusing:
        """Another database that finds a conflict."""

        transaction_manager = transaction.manager

        def sortKey(self):
            return "zodb"

        def tpc_vote(self, _transaction):
            raise ConflictError

        def __getattr__(self, name):
            if name.startswith(("tpc_", "abort", "commit")):
                return lambda *_: None
            raise AttributeError(name)

    at_the_end(site_store, step)
    transaction.get().join(Refusing())
    with pytest.raises(ConflictError):
        transaction.commit()
    transaction.abort()
    assert calls == []
    at_the_end(site_store, step)
    at_the_end(site_store, step)
    transaction.commit()
    assert calls == [1, 1]


def test_the_demo_city_gets_its_buildings_once(portal, site_store):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    api.content.create(portal, "Energy", id="energie", title="Energie")
    api.content.create(portal, "Trees", id="baeume", title="Bäume")
    assert later.make(portal) == 0
    api.portal.set_registry_record("kaarst.policy.demo_city", True)
    count = later.make(portal)
    kinds = [record.portal_type for record in energy.records()]
    assert count > len(kinds)
    assert kinds.count("Building") >= 20
    assert kinds.count("Meter") >= 60
    assert portal["energie"]["rathaus"]["rathaus-strom"]["rathaus-strom-1"].title == "Rechenzentrum"
    api.content.delete(portal["energie"]["vhs"])
    assert later.make(portal) == 0
    assert Builder(portal).find("energie/vhs") is None


@pytest.mark.parametrize(
    ("micro", "places", "german"),
    [
        (12_345_678_000, None, "12.345,678"),
        (12_345_678_000, 1, "12.345,7"),
        (-500_000, None, "\N{MINUS SIGN}0,5"),
        (999_999, 2, "1,00"),
        (0, 0, "0"),
    ],
)
def test_numbers_are_written_as_people_read_them(micro, places, german):
    assert number_text(micro, "de", places) == german
