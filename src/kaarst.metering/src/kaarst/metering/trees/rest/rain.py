"""`GET` and `POST {trees}/@rain`: how much it rained each day, and days that a program knows."""

from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.metering import _
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.store.engine import default_store
from kaarst.metering.trees.rain import MOST as MOST_RAIN
from kaarst.metering.trees.rest.moments import day as read_day
from kaarst.metering.trees.survey import rain_sources
from kaarst.metering.trees.waterings import add_rain


#: Days in one request: a year.
MOST = 366
#: What anybody could want to enter later.
EARLIEST = date(1900, 1, 1)


def listed(page) -> dict:
    """The last 30 days with their source, the oldest first."""
    with default_store().reading() as connection:
        found = rain_sources(page, connection, datetime.now(UTC))
    return {
        "@id": f"{page.absolute_url()}/@rain",
        "items": [
            {
                "day": day.isoformat(),
                "millimetres": None if amount is None else float(amount),
                "source": source or None,
            }
            for day, amount, source in found
        ],
    }


class RainGet(JsonGet):
    """The last 30 days."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return listed(self.context)


class RainPost(JsonPost):
    """`{items: [{day, millimetres}]}`: all are taken or none; known days are replaced.

    Days that the town's own gauge knows keep what it says.
    """

    max_body = 50_000

    def handle(self, data):
        items = data.get("items")
        if not isinstance(items, list) or not 0 < len(items) <= MOST:
            raise invalid({"items": _("Please send 1 to 366 days.")})
        wrong, days = {}, {}
        for number, item in enumerate(items):
            item = item if isinstance(item, dict) else {}
            day, amount = read_day(item.get("day")), item.get("millimetres")
            if day is None or not EARLIEST <= day <= _tomorrow():
                wrong[f"items.{number}.day"] = _("Please give a day until today, as 2026-07-15.")
            if type(amount) not in (int, float) or not 0 <= amount <= MOST_RAIN:
                wrong[f"items.{number}.millimetres"] = _("Please give the millimetres, 0 to 400.")
            if not wrong:
                days[day.toordinal()] = round(amount * 10)
        if wrong:
            raise invalid(wrong)
        add_rain(self.context, days)
        return 201, listed(self.context)


def _tomorrow() -> date:
    """Somebody else's today may have begun already."""
    return datetime.now(ZONE).date() + timedelta(1)
