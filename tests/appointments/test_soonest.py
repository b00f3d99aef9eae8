"""The next free time by video stands on the service's page, and one press takes it."""

from kaarst.appointments.bookings import details
from kaarst.appointments.desks.channel import AppointmentChannel
from kaarst.appointments.desks.plan import children
from kaarst.appointments.desks.soonest import soonest
from plone import api
from tests.appointments.test_rest import desk  # noqa: F401
from tests.appointments.test_rest import free
from tests.appointments.test_rest import site  # noqa: F401
from zope.component import getUtility
from zope.ramcache.interfaces.ram import IRAMCache

import requests
import transaction


def forget():
    """The minute is over."""
    getUtility(IRAMCache).invalidateAll()


def test_the_next_time_by_video_is_told_and_taken(desk, site):  # noqa: F811
    offering = next(one for one in details.offerings(desk) if one.getId() == "reisepass")
    with api.env.adopt_roles(["Manager"]):
        service = api.content.create(site, "Document", id="bundid", title="BundID")
        api.relation.create(source=offering, target=service, relationship="service")
    transaction.commit()
    assert soonest([offering]) is None and soonest([]) is None
    channel = AppointmentChannel(service, site.REQUEST)
    assert channel.available and channel.soonest is None

    desk.meets, desk.video_address = "video", "https://meet.example.org"
    transaction.commit()
    told = AppointmentChannel(service, site.REQUEST).soonest
    fields = dict(told.fields)
    assert fields["start"] == free(desk)["earliest"] and fields["desk"] == desk.getId()
    assert told.place == desk.title and told.words
    page = requests.post(told.action, data=fields)
    assert page.status_code == 200 and 'name="email"' in page.text

    # It is kept for a minute; whoever comes too late is offered others.
    transaction.begin()
    assert dict(AppointmentChannel(service, site.REQUEST).soonest.fields) == fields
    engine_free = free(desk)["earliest"]
    late = requests.post(told.action, data=fields)
    assert late.status_code in (200, 409)
    transaction.begin()
    forget()
    now = dict(AppointmentChannel(service, site.REQUEST).soonest.fields)
    assert now["start"] == free(desk)["earliest"] >= engine_free

    # A desk that can do nothing any more says nothing, and no page fails.
    with api.env.adopt_roles(["Manager"]):
        for counter in children(desk, "Resource"):
            api.content.delete(counter, check_linkintegrity=False)
    transaction.commit()
    forget()
    assert AppointmentChannel(service, site.REQUEST).soonest is None
