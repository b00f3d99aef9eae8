"""Connecting calendars and making feeds."""

from kaarst.appointments.bookings import office
from kaarst.appointments.calendars import feeds
from kaarst.appointments.calendars import linking
from kaarst.appointments.calendars import settings
from kaarst.appointments.calendars.records import Connection
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from plone import api
from zExceptions import NotFound


class CalendarPost(JsonPost):
    """What the endpoints share: `id` names the desk or a resource, as `@calendars` lists them."""

    max_body = 20_000

    def key(self, data: dict, *, also_desk: bool = False) -> str:
        """The id that was sent; raises NotFound."""
        key = data.get("id")
        known = set(settings.resources(self.context))
        if also_desk:
            known.add(office.uid(self.context))
        if not isinstance(key, str) or key not in known:
            raise NotFound("id")
        return key

    def connection(self, data: dict) -> Connection:
        """The connection of what was named; raises NotFound."""
        found = settings.find(self.context, self.key(data))
        if found is None:
            raise NotFound("connection")
        return found

    def actor(self) -> str:
        return api.user.get_current().getId() or ""

    def now(self) -> int:
        return office.engine(self.context).now


class CalendarConnectPost(CalendarPost):
    """`{id, kind, address, user, password, cloud, tenant, writes}` → the connection."""

    def handle(self, data):
        key, now = self.key(data), self.now()
        if not isinstance(data.get("writes", True), bool):
            raise invalid({"writes": settings.FILL_IN})
        try:
            hit = settings.connect(self.context, key, data, self.actor(), now)
        except settings.Refused as refused:
            raise invalid(refused.errors) from None
        link = settings.find(self.context, key)
        return 201, {**settings.connection_json(link, now), "collisions": len(hit)}


class CalendarReadPost(CalendarPost):
    """`{id}` → the connection, after a look at the calendar."""

    def handle(self, data):
        now = self.now()
        link = settings.read_now(self.context, self.connection(data), now)
        return 200, settings.connection_json(link, now)


class CalendarDisconnectPost(CalendarPost):
    """`{id}` → whether all our entries were taken out."""

    def handle(self, data):
        link = self.connection(data)
        return 200, {"taken_out": linking.disconnect(self.context, link, self.now())}


class CalendarFeedPost(CalendarPost):
    """`{id}` → the `address` of a new feed, which is never told again; the former one ends."""

    def handle(self, data):
        key = self.key(data, also_desk=True)
        return 201, {"address": feeds.renew(self.context, key, self.actor())}


class CalendarFeedEndPost(CalendarPost):
    """`{id}`: the feed's address is dead."""

    def handle(self, data):
        if not feeds.revoke(self.key(data, also_desk=True)):
            raise NotFound("feed")
        return 200, {"ended": True}
