"""The two desks of bench/appointments.py: how each is founded and asked over HTTP."""

import http.client
import json
import secrets
import threading
import urllib.parse


CREATE_OURS = """
import json
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.interfaces import IDesk
from kaarst.policy.create import create
from plone import api
from zope.component.hooks import setSite
from zope.schema import getFieldsInOrder
create(app, "kaarst", "Kaarst", False, print)
site = app["kaarst"]
setSite(site)
week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
with api.env.adopt_roles(["Manager"]):
    site.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    page = site["termine"] if "termine" in site else api.content.create(
        site, "Appointments", id="termine", title="Termine")
    hours = {{f"hours_{{day}}": "07:00–13:00" for day in week}}
    desk = api.content.create(page, "Desk", id="desk", title="Desk", hours_of_place=False,
                              lead=0, horizon=360, **hours)
    # As the form does, which stores a field that was left alone, too.
    for name, field in getFieldsInOrder(IDesk):
        if name not in desk.__dict__:
            setattr(desk, name, field.default)
    offering = api.content.create(desk, "Offering", id="passport", title="Passport", minutes=30)
    for number in range({counters}):
        api.content.create(desk, "Resource", title=f"Counter {{number}}", kind="counter")
    for content in (page, desk):
        if api.content.get_state(content) != "published":
            api.content.transition(content, "publish")
    for start in json.loads({starts!r}):
        office.book(desk, [offering.getId()], start,
                    {{"name": "Erika Mustermann", "email": "erika@example.org", "phone": ""}})
transaction.commit()
"""
CREATE_PEER = """
import json
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
from datetime import date, datetime, timezone
from plone import api
from plone.distribution.api import site as sites
from zope.component.hooks import setSite
newSecurityManager(None, system)
answers = {{"site_id": "peer", "title": "Peer", "default_language": "de",
           "portal_timezone": "Europe/Berlin", "setup_content": False}}
site = sites.create(app, "classic", answers)
setSite(site)
site.portal_setup.runAllImportStepsFromProfile("profile-plone.app.caching:default")
site.portal_setup.runAllImportStepsFromProfile("profile-redturtle.prenotazioni:default")
from redturtle.prenotazioni.adapters.booker import IBooker
# The peer wants an owner of what it makes.
site.acl_users.userFolderAddUser("owner", "bench-Owner!", ["Manager"], [])
newSecurityManager(None, site.acl_users.getUser("owner"))
week = [{{"day": day, "morning_start": "0700", "morning_end": "1300",
         "afternoon_start": None, "afternoon_end": None}}
        for day in ("Lunedì", "Martedì", "Mercoledì", "Giovedì", "Venerdì", "Sabato", "Domenica")]
folder = api.content.create(site, "PrenotazioniFolder", id="desk", title="Desk", description="",
                            daData=date.today(), week_table=week, holidays=[],
                            gates=[f"Gate {{number}}" for number in range({counters})])
kind = api.content.create(folder, "PrenotazioneType", title="Passport", duration=30, gates=["all"])
api.content.transition(folder, "publish")
api.content.transition(kind, "publish")
missed = 0
for start in json.loads({starts!r}):
    data = {{"booking_date": datetime.fromtimestamp(start, timezone.utc), "booking_type": "Passport",
            "title": "Erika Mustermann", "email": "erika@example.org"}}
    missed += IBooker(folder).book(data=data) is None
print("missed", missed)
transaction.commit()
"""


class Side:
    """One system behind HTTP; each thread of a measurement keeps its connections."""

    def __init__(self, instance, path):
        self.instance, self.path = instance, path
        self.local = threading.local()

    def ask(self, method, service, data=None, web=0, **headers):
        """Returns (status, answer). `data`: the query of a GET, the body of a POST."""
        port = self.instance.ports[web % len(self.instance.ports)]
        known = self.local.__dict__.setdefault("connections", {})
        if port not in known:
            known[port] = http.client.HTTPConnection("localhost", port, timeout=300)
        path = f"/{self.path}/{service}"
        headers |= {"Accept": "application/json", "Content-Type": "application/json"}
        body = None
        if method == "GET" and data:
            path += f"?{urllib.parse.urlencode(data)}"
        elif data is not None:
            body = json.dumps(data)
        known[port].request(method, path, body, headers)
        answer = known[port].getresponse()
        content = answer.read()
        is_json = (answer.headers["Content-Type"] or "").startswith("application/json")
        return answer.status, json.loads(content) if is_json else content

    def found(self, endpoint, **query):
        status, answer = self.ask("GET", endpoint, query)
        if status != 200:
            raise RuntimeError(f"{type(self).__name__} answered {status}: {answer}")
        return answer


PERSON = {"name": "Erika Mustermann", "email": "erika@example.org"}


class Kaarst(Side):
    """Ours: every possible start; the mail is queued in the transaction of the booking."""

    def search(self, first, last):
        found = self.found("@slots", service="passport", **{"from": first, "to": last})
        return [start for day in found["days"] for start in day["slots"]]

    def book(self, start, web=0):
        """In one request, as the peer does it."""
        data = {"services": ["passport"], "start": start, **PERSON}
        return self.ask("POST", "@bookings", data, web, **key())[0]

    def hold_and_book(self, start, web=0):
        """As our pages do it: the time is kept while the name is typed."""
        data = {"services": ["passport"], "start": start}
        status, held = self.ask("POST", "@holds", data, web, **key())
        if status != 201:
            return status
        data = {"hold": held["hold"], **PERSON}
        return self.ask("POST", "@bookings", data, web, **key())[0]


class Prenotazioni(Side):
    """The peer: one start every half hour; it sends no mail as it is set up."""

    def search(self, first, last):
        found = self.found("@available-slots", start=first, end=last, booking_type="Passport")
        return found["items"]

    def book(self, start, web=0):
        fields = {"title": PERSON["name"], "email": PERSON["email"]}
        data = {
            "booking_date": start,
            "booking_type": "Passport",
            "fields": [{"name": name, "value": value} for name, value in fields.items()],
        }
        return self.ask("POST", "@booking", data, web)[0]


def key():
    return {"Idempotency-Key": secrets.token_urlsafe(24)}
