"""A town with two desks, as an editor makes them."""

from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import raster
from plone import api
from z3c.relationfield import RelationValue
from z3c.relationfield.event import updateRelations
from zope.component import getUtility
from zope.intid.interfaces import IIntIds

import time


WEEK = dict.fromkeys(
    ("hours_monday", "hours_tuesday", "hours_wednesday", "hours_thursday", "hours_friday"),
    "08:30–12:00",
)
SERVICES = (
    {"title": "Personalausweis", "minutes": 15, "added": 10, "people": 4, "bring": ["Passbild"]},
    {
        "title": "Reisepass",
        "minutes": 15,
        "added": 10,
        "people": 4,
        "bring": ["Passbild", "Alter Pass"],
    },
    {"title": "Eheschließung", "minutes": 60, "skills": ["Standesamt"]},
)


def make(portal, *, counters: int = 2, hours: dict = WEEK, **settings):
    """Makes /termine with one desk; returns the desk. Needs a Manager."""
    with api.env.adopt_roles(["Manager"]):
        page = portal.get("termine") or api.content.create(
            portal, "Appointments", id="termine", title="Termine"
        )
        place = portal.get("buergerbuero") or api.content.create(
            portal,
            "Place",
            id="buergerbuero",
            title="Bürgerbüro Kaarst",
            street="Am Neumarkt 2",
            postal_code="41564",
            city="Kaarst",
            phone="02131 987-0",
        )
        desk = api.content.create(
            page,
            "Desk",
            title=settings.pop("title", "Bürgerbüro Kaarst"),
            arrival="Erdgeschoss",
            hours_of_place=False,
            **{**hours, "lead": 0, **settings},
        )
        relate(desk, "place", place)
        for values in SERVICES:
            api.content.create(desk, "Offering", **values)
        for number in range(1, counters + 1):
            skills = ["Meldewesen", "Standesamt"] if number == 1 else ["Meldewesen"]
            api.content.create(
                desk, "Resource", title=f"Schalter {number}", kind="counter", skills=skills
            )
        for content in (place, page, desk):
            if api.content.get_state(content) != "published":
                api.content.transition(content, "publish")
    return desk


def relate(content, name: str, target) -> None:
    """Sets a relation as the form does."""
    setattr(content, name, RelationValue(getUtility(IIntIds).getId(target)))
    updateRelations(content, None)


def next_weekday(weekday: int = 0, weeks: int = 1) -> date:
    """A day at least a week ahead that is no holiday in the year of the tests' clock."""
    today = raster.day_of(int(time.time()))
    return today + timedelta(days=(weekday - today.weekday()) % 7 + 7 * weeks)


def at(day: date, clock: str) -> int:
    """The instant of a wall-clock time."""
    hours, minutes = clock.split(":")
    return raster.wall_clock(day, int(hours) * 60 + int(minutes))


def furnish(site) -> None:
    """A desk with one counter for the tests with real processes; see tests.faults.city."""
    make(site, counters=1, horizon=120)
    make(site, counters=4, title="Rathaus", horizon=120)
