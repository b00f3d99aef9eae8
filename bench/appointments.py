"""A desk with 500 appointments: ours beside redturtle.prenotazioni 2.9, over HTTP, in one run.

`make bench ARGS=appointments`. Four counters, every day from 07:00 to 13:00, appointments of half an
hour, the same 500 of them on the same fourteen days. One process each, FileStorage, `localhost`.
"""

from bench.instances import environment
from bench.instances import Instance
from bench.pages import STOCK
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from kaarst.core.opening_hours import BERLIN
from pathlib import Path

import json
import os
import random
import requests
import secrets
import statistics
import tempfile
import threading
import time


PEER = "redturtle.prenotazioni==2.9.0"
COUNTERS, BOOKED, DAYS, FIRST_DAY = 4, 500, 14, 3
SEARCHES, SINGLE, CLIENTS, TOGETHER = 30, 30, 16, 96
THREADS = 4
#: Half hours from 07:00 until before 13:00, in minutes after midnight.
STARTS = range(7 * 60, 13 * 60, 30)
CREATE_OURS = """
import json
from kaarst.appointments.bookings import office
from kaarst.policy.create import create
from plone import api
from zope.component.hooks import setSite
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
                              lead=0, horizon=120, **hours)
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


@dataclass
class Figures:
    """What was measured of one side; seconds, and bookings a second."""

    listed: int = 0
    search: float = 0.0
    booking: float = 0.0
    floor: float = 0.0
    rate: float = 0.0
    statuses: Counter = field(default_factory=Counter)


class Side:
    """One system behind HTTP; each thread of a measurement keeps a connection of its own."""

    def __init__(self, instance, path):
        self.instance, self.path = instance, path
        self.local = threading.local()

    @property
    def session(self):
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
            self.local.session.headers["Accept"] = "application/json"
        return self.local.session

    def get(self, endpoint, **query):
        url = self.instance.url(f"{self.path}/{endpoint}")
        answer = self.session.get(url, params=query, timeout=300)
        answer.raise_for_status()
        return answer.json()

    def post(self, service, data, **headers):
        url = self.instance.url(f"{self.path}/{service}")
        return self.session.post(url, json=data, headers=headers, timeout=300)


class Kaarst(Side):
    """Ours: every possible start; to book is to hold and to confirm, with the mail queued."""

    def search(self, first, last):
        found = self.get("@slots", service="passport", **{"from": first, "to": last})
        return [start for day in found["days"] for start in day["slots"]]

    def book(self, start):
        held = self.post("@holds", {"services": ["passport"], "start": start}, **key())
        if held.status_code != 201:
            return held.status_code
        person = {"name": "Erika Mustermann", "email": "erika@example.org"}
        data = {"hold": held.json()["hold"], **person}
        return self.post("@bookings", data, **key()).status_code


class Prenotazioni(Side):
    """The peer: one start every half hour; it sends no mail as it is set up."""

    def search(self, first, last):
        found = self.get("@available-slots", start=first, end=last, booking_type="Passport")
        return found["items"]

    def book(self, start):
        fields = {"title": "Erika Mustermann", "email": "erika@example.org"}
        data = {
            "booking_date": start,
            "booking_type": "Passport",
            "fields": [{"name": name, "value": value} for name, value in fields.items()],
        }
        return self.post("@booking", data).status_code


def key():
    return {"Idempotency-Key": secrets.token_urlsafe(24)}


def midnight(days):
    today = datetime.now(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=days)).replace(tzinfo=None)


def moment(day, minutes):
    """Half past seven of a day of ours, in Germany."""
    return (midnight(day) + timedelta(minutes=minutes)).replace(tzinfo=BERLIN)


def taken():
    """The starts of the 500 appointments, seconds since 1970; the same for both."""
    days = range(FIRST_DAY, FIRST_DAY + DAYS)
    places = [(day, start) for day in days for start in STARTS for _counter in range(COUNTERS)]
    chosen = sorted(random.Random(1).sample(places, BOOKED))
    return [int(moment(day, start).timestamp()) for day, start in chosen]


def median_of(ask, times):
    seconds = []
    for number in range(times):
        before = time.perf_counter()
        ask(number)
        seconds.append(time.perf_counter() - before)
    return statistics.median(seconds)


def one_after_another(side, figures, free):
    """Searches and bookings one at a time."""
    first, last = midnight(FIRST_DAY).date(), midnight(FIRST_DAY + DAYS - 1).date()
    span = first.isoformat(), last.isoformat()
    figures.listed = len(side.search(*span))
    side.search(*span)
    figures.search = median_of(lambda _number: side.search(*span), SEARCHES)
    floor = side.instance.url(f"{side.path}/@@absolute_url")
    side.session.get(floor).raise_for_status()
    figures.floor = median_of(lambda _number: side.session.get(floor), SEARCHES)

    def book(number):
        status = side.book(free[number].isoformat())
        if status not in (200, 201):
            raise RuntimeError(f"{type(side).__name__} answered {status}")

    figures.booking = median_of(book, SINGLE)


def all_at_once(side, figures, free):
    """Sixteen clients book different times."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        before = time.perf_counter()
        statuses = Counter(pool.map(lambda start: side.book(start.isoformat()), free))
        seconds = time.perf_counter() - before
    figures.statuses = statuses
    figures.rate = (statuses[200] + statuses[201]) / seconds


def measured(side):
    figures = Figures()
    beyond = range(FIRST_DAY + DAYS + 1, FIRST_DAY + DAYS + 40)
    # Neither on Saturdays nor on Sundays: nobody measures how holidays are kept.
    days = [day for day in beyond if midnight(day).weekday() < 5][:12]
    free = [moment(day, start) for day in days for start in STARTS]
    with side.instance.running(side.path):
        one_after_another(side, figures, free[:SINGLE])
    side.instance.threads = THREADS
    with side.instance.running(side.path):
        all_at_once(side, figures, free[SINGLE : SINGLE + TOGETHER])
    return figures


def measure():
    # All clients of a measurement have one address.
    os.environ["KAARST_RATE_FACTOR"] = "1000"
    values = {"counters": COUNTERS, "starts": json.dumps(taken())}
    with tempfile.TemporaryDirectory() as folder:
        ours = Instance(f"{folder}/ours", filters=("egg:kaarst.core#security-headers",))
        ours.script(CREATE_OURS.format(**values))
        peer = Instance(f"{folder}/peer", environment(Path(folder) / "venv", *STOCK, PEER))
        peer.script(CREATE_PEER.format(**values))
        a = measured(Kaarst(ours, "kaarst/termine/desk"))
        b = measured(Prenotazioni(peer, "peer/desk"))
    return written(a, b)


def failed(figures):
    return sum(count for status, count in figures.statuses.items() if status not in (200, 201))


def written(a, b):
    return f"""\
## Appointments

A desk of ours beside redturtle.prenotazioni {PEER.partition("==")[2]} on a stock Plone 6.2: {COUNTERS} counters, {BOOKED} appointments \
on {DAYS} days; over HTTP, one process, FileStorage, `localhost`; one thread for the first
figures (median), {THREADS} threads and {CLIENTS} clients for the last two. Ours lists every possible start, the peer one \
every half hour. To book, ours takes two requests (hold, confirm), checks, and queues the mail in the same transaction; the peer takes one and sends no mail. \
Floor: a view that returns a constant, in the same process.

| | Kaarst | redturtle.prenotazioni | ratio | goal |
| --- | ---: | ---: | ---: | ---: |
| free times of {DAYS} days (ms) | {a.search * 1000:.1f} | {b.search * 1000:.0f} | {b.search / a.search:.0f} | ≥ 100 |
| starts listed | {a.listed} | {b.listed} | | |
| an appointment (ms) | {a.booking * 1000:.1f} | {b.booking * 1000:.1f} | {b.booking / a.booking:.1f} | ≥ 2 |
| floor (ms) | {a.floor * 1000:.1f} | {b.floor * 1000:.1f} | | |
| {CLIENTS} clients, different times: appointments a second | {a.rate:.0f} | {b.rate:.1f} | {a.rate / b.rate:.1f} | ≥ 10 |
| of {TOGETHER}, refused or failed | {failed(a)} | {failed(b)} | | 0 |
"""
