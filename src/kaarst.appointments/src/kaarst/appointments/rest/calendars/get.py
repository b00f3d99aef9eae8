"""What is connected, and what can be."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars import settings
from kaarst.appointments.calendars.graph.clouds import CLOUDS
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Feed
from kaarst.core.rest import JsonGet


class CalendarsGet(JsonGet):
    """The desk and its resources, each with its feed and its connection; no secrets."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        own = office.uid(self.context)
        items = [item(self.context, own, self.context.title)]
        items += [
            item(self.context, key, title)
            for key, title in settings.resources(self.context).items()
        ]
        return {
            "@id": f"{self.context.absolute_url()}/@calendars",
            "clouds": [{"id": key, "title": one.title} for key, one in CLOUDS.items()],
            "items": items,
        }


def item(desk, key: str, title: str) -> dict:
    """The desk itself, or one of its resources, by its id."""
    records = store.existing().engine.records
    feed, link = records(Feed).get(key), records(Connection).get(key)
    return {
        "id": key,
        "title": title,
        "connectable": key != office.uid(desk),
        "feed_since": details.iso(feed.made) if feed is not None else None,
        "connection": settings.connection_json(link, office.engine(desk).now)
        if link is not None
        else None,
    }
