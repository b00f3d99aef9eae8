"""A private flat with one meter, as tests of citizens' own meters have it."""

from datetime import date
from datetime import timedelta
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import claims
from kaarst.metering.store import edges
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store import tariffs
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.store.schema import reading
from kaarst.metering.tariff.model import Version
from kaarst.metering.units import MICRO
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from sqlalchemy import select

import html
import re
import requests
import time
import transaction


PASSWORD = "geheim-genug-2026"
CITIZENS = ("erika", "otto")
KEY = "wohnung-strom"
#: What is used an hour: so much in the flat, so much by whoever lived there before.
OWN, EARLIER = 250, 9_000
DAYS = 60


class Town:
    """A private house with one meter, two citizens, and somebody who runs the meters."""

    def __init__(self, portal, store):
        self.portal, self.store = portal, store
        setRoles(portal, TEST_USER_ID, ["Manager"])
        self.page = api.content.create(portal, "Energy", id="energie", title="Energie")
        house = api.content.create(self.page, "Building", title="Wohnung", street="Ring 4711")
        self.meter = api.content.create(house, "Meter", title="Strom", medium="electricity")
        self.meter.tariff = "haushalt"
        api.content.transition(self.page, "publish")
        for citizen in CITIZENS:
            api.user.create(
                email=f"{citizen}@example.org", username=citizen, password=PASSWORD,
                roles=("Citizen",),
            )  # fmt: skip
        setRoles(portal, TEST_USER_ID, ["Meter Manager"])
        self.now = int(time.time() * 1000)
        self.today = day_date(day_of(self.now))
        self.moved = self.today - timedelta(DAYS // 2)
        self.fill()
        transaction.commit()

    def fill(self):
        moved = day_start(day_number(self.moved))
        with self.store.writing() as connection:
            tariffs.save_version(
                connection, "haushalt", Version(date(2020, 1, 1), Decimal("0.40")), "energie", 0
            )
            made = registers.create(connection, KEY, "1-0:1.8.0", "x:flat", "energy", serial="4712")
            value, found, hours = 7 * MICRO, [], {}
            for moment in range(self.now // HOUR * HOUR - DAYS * 24 * HOUR, self.now, HOUR):
                value += (EARLIER if moment <= moved else OWN) * 1000
                found.append((made.id, moment, value, moment, IMPORTED))
                edges.merge_reading(hours, (made.id, moment // HOUR), moment, value)
            rows.insert_readings(connection, found)
            edges.merge(connection, hours)

    def session(self, login=None) -> requests.Session:
        session = requests.Session()
        session.headers["Accept-Language"] = "de"
        if login == "staff":
            session.auth = (TEST_USER_NAME, TEST_USER_PASSWORD)
        elif login:
            session.auth = (login, PASSWORD)
        return session

    def url(self, path) -> str:
        return f"{self.portal.absolute_url()}/{path}"

    def post(self, session, path, **form):
        """Sends a form of a page, with the token that stands in it."""
        page = session.get(self.url(path))
        token = re.search(r'name="_authenticator"\s+value="(\w+)"', page.text)
        assert token, f"{page.status_code} {text(page)[-1500:]}"
        return session.post(self.url(path), data={"_authenticator": token.group(1), **form})

    def letter(self, staff, since, **form) -> tuple[str, str]:
        path = f"energie/wohnung/{KEY}/letters"
        page = self.post(staff, path, step="make", since=since.isoformat(), **form)
        assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
        number = re.search(r'id="letter-number">([^<]+)<', page.text).group(1)
        return number, re.search(r'id="letter-pin">([^<]+)<', page.text).group(1)

    def json(self, session, path, **query):
        return session.get(self.url(path), params=query, headers={"Accept": "application/json"})

    def send(self, session, path, **body):
        return session.post(self.url(path), json=body, headers={"Accept": "application/json"})

    def stored(self) -> tuple[int, int]:
        """How many readings there are of the time before and of one's own."""
        moved = day_start(day_number(self.moved))
        with self.store.reading() as connection:
            moments = connection.execute(select(reading.c.ts)).scalars().all()
        own = sum(moment >= moved for moment in moments)
        return len(moments) - own, own

    def held(self, person):
        with self.store.reading() as connection:
            return claims.held(connection, person)

    def doors(self, session) -> dict:
        """What every door to the meter answers."""
        found = {
            name: session.get(self.url(name), params={"meter": KEY}, headers=headers).status_code
            for name, headers in (
                ("my-meter", {}),
                ("my-meter.csv", {}),
                ("@my-meter-readings", {"Accept": "application/json"}),
                ("@my-meter-live", {"Accept": "application/json"}),
            )
        }
        items = self.json(session, "@my-meters").json().get("items", [])
        return {**found, "@my-meters": len(items)}


OPEN = {
    "my-meter": 200, "my-meter.csv": 200, "@my-meter-readings": 200, "@my-meter-live": 200,
    "@my-meters": 1,
}  # fmt: skip
SHUT = {name: 0 if name == "@my-meters" else 404 for name in OPEN}


def text(page) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))
