"""Connecting calendars as somebody types it, on a page or over REST."""

from collections.abc import Mapping
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars import linking
from kaarst.appointments.calendars.graph.clouds import CLOUDS
from kaarst.appointments.calendars.graph.clouds import USUAL
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import SEALED
from kaarst.appointments.calendars.records import CALDAV
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import GRAPH
from kaarst.appointments.calendars.words import FIELDS
from kaarst.appointments.calendars.words import sentence
from kaarst.appointments.desks import sharing
from kaarst.appointments.engine.records import Booking
from kaarst.core import sealing
from kaarst.core.town.checks import valid_email
from plone.uuid.interfaces import IUUID
from zope.schema import ValidationError

import re


KINDS = (CALDAV, GRAPH)
LIMITS = {"address": 1000, "user": 200, "password": 1000, "cloud": 20, "tenant": 200}
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DOMAIN = re.compile(r"([0-9a-zA-Z-]{1,63}\.)+[a-zA-Z]{2,63}")
FILL_IN = _("Please fill in this field.")


class Refused(Exception):
    """What was typed cannot be used; `errors`: sentences by field."""

    def __init__(self, errors: dict):
        super().__init__(", ".join(errors))
        self.errors = errors


def resources(desk) -> dict[str, str]:
    """What calendars can be connected to: id → title. What is shared has its calendar at its desk."""
    return sharing.own(desk)


def find(desk, key: str) -> Connection | None:
    """The connection of a resource of this desk."""
    link = store.existing().engine.records(Connection).get(key)
    return link if link is not None and link.desk == IUUID(desk) else None


def connect(desk, key: str, data: Mapping, actor: str, now: int) -> list[Booking]:
    """Check, read and keep a connection of the resource `key`; raises Refused.

    `data`: `kind`, `address`, `user`, `password`, `cloud`, `tenant`, all of them texts, and
    `writes`. An empty password is the one that is known already, where nothing else leads
    elsewhere. Returns the appointments that collide with what stands in the calendar.
    """
    kind = data.get("kind") or CALDAV
    typed = {name: _text(data, name) for name in LIMITS}
    errors = {name: FILL_IN for name, value in typed.items() if value is None}
    if kind not in KINDS:
        errors["kind"] = _("Please choose the kind of calendar.")
    errors = errors or (_graph_errors(typed) if kind == GRAPH else _caldav_errors(typed))
    if errors:
        raise Refused(errors)
    plain = typed.pop("password")
    if kind == GRAPH:
        typed["cloud"] = typed["cloud"] or USUAL
    else:
        typed |= {"cloud": "", "tenant": ""}
    link = Connection(
        id=key,
        desk=IUUID(desk),
        password="",
        made=now,
        actor=actor,
        writes=bool(data.get("writes", True)),
        kind=kind,
        **typed,
    )
    link = _with_password(desk, link, plain)
    try:
        return linking.connect(desk, link, now)
    except CalendarError as error:
        field = FIELDS.get(error.reason, "address")
        raise Refused({field: sentence(kind, error.reason)}) from error


def read_now(desk, link: Connection, now: int) -> Connection:
    """Look at a calendar at once, whatever the worker does; as `linking.synchronize`."""
    # Old appointments are taken out by the worker.
    return linking.synchronize(desk, link, now, 0)


def connection_json(link: Connection, now: int) -> dict:
    """What may be shown of a connection: everything but secrets; sentences are translatable."""
    return {
        "kind": link.kind,
        "address": link.address,
        "user": link.user,
        "cloud": link.cloud,
        "tenant": link.tenant,
        "writes": link.writes,
        "read": details.iso(link.read) if link.read else None,
        "readable": not link.since,
        "unreadable_since": details.iso(link.since) if link.since else None,
        "counts_as_busy": link.counts_as_busy(now),
        "reason": sentence(link.kind, link.reason) or None,
        "refused": sentence(link.kind, link.refused) or None,
        "events": len(link.busy),
        "appointments": link.standing(now),
        "told_of_changes": bool(link.subscription) and link.expires > now,
    }


def _text(data: Mapping, name: str) -> str | None:
    """A typed text, None for what is none. Only a password may begin or end with a space."""
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > LIMITS[name]:
        return None
    return value if name == "password" else value.strip()


def _caldav_errors(typed: Mapping[str, str]) -> dict:
    if not linking.possible(typed["address"]):
        wrong = _("Please give the whole address of the calendar; it begins with https://.")
        return {"address": wrong}
    if typed["password"] and not typed["user"]:
        return {"user": _("Please give both, the user and the password.")}
    return {}


def _graph_errors(typed: Mapping[str, str]) -> dict:
    errors = {}
    if typed["cloud"] and typed["cloud"] not in CLOUDS:
        errors["cloud"] = _("Please choose one of the clouds.")
    if not (GUID.fullmatch(typed["tenant"]) or DOMAIN.fullmatch(typed["tenant"])):
        errors["tenant"] = _(
            "Please copy the directory (tenant) ID. It looks like this: "
            "0b2c3d4e-1111-2222-3333-444455556666"
        )
    if not GUID.fullmatch(typed["user"]):
        errors["user"] = _(
            "Please copy the application (client) ID. It looks like this: "
            "0b2c3d4e-1111-2222-3333-444455556666"
        )
    try:
        complete = bool(typed["address"]) and valid_email(typed["address"])
    except ValidationError:
        complete = False
    if not complete:
        errors["address"] = _("This e-mail address is not complete. For example: name@example.org")
    return errors


def _with_password(desk, link: Connection, plain: str) -> Connection:
    """With the password typed, or the one that is known for the same way in."""
    sealed = ""
    if plain:
        try:
            sealed = sealing.seal(plain)
        except sealing.NotOpened as error:
            raise Refused({"password": sentence(link.kind, SEALED)}) from error
    elif link.user:
        sealed = next((one.password for one in _akin(desk, link) if one.password), "")
        if not sealed:
            both = _("Please give both, the user and the password.")
            missing = _("Please give the value of the client secret.")
            raise Refused({"password": missing if link.kind == GRAPH else both})
    return Connection(**{**vars(link), "password": sealed})


def _akin(desk, link: Connection) -> list[Connection]:
    """Connections of this desk that lead to the same server with the same password."""
    found = [find(desk, key) for key in resources(desk)]
    known = [one for one in found if one is not None]
    if link.kind == GRAPH:
        way = (GRAPH, link.cloud, link.tenant, link.user)
        return [one for one in known if (one.kind, one.cloud, one.tenant, one.user) == way]
    return [one for one in known if one.id == link.id and one.is_same(link)]
