"""`GET {meter or building}/@readings`: what was used, for other front ends."""

from decimal import Decimal
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.metering import _
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.analysis.series import Item
from kaarst.metering.dashboards import ask
from kaarst.metering.dashboards import sources
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.store import history
from kaarst.metering.store.engine import default_store

import hashlib
import json
import time


#: Most readings in one answer: a week at ten seconds has sixty thousand.
MOST_READINGS = 70_000
REASONS = {
    "moment": _(
        "Please give a day, or a moment with offset, for example 2026-11-24T08:30:00+01:00."
    ),
    "order": _("The end has to be later than the beginning."),
    "span": _(
        "too_much",
        default="At most ${slots} slots, or ${days} days of single readings, in one answer.",
        mapping={"slots": ask.MOST_SLOTS, "days": ask.MOST_RAW_DAYS},
    ),
    "choice": _("Please choose one of: raw, quarter, hour, day, month, year."),
}


class Conditional(JsonGet):
    """Answers 304 to whoever has the answer already."""

    def reply(self):
        found = super().reply()
        response = self.request.response
        if response.getStatus() != 200:
            return found
        content = json.dumps(found, sort_keys=True, default=str).encode()
        tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
        response.setHeader("ETag", tag)
        response.setHeader("Vary", "Accept, Accept-Language, Authorization, Cookie")
        response.setHeader("Cache-Control", "private, max-age=0, must-revalidate")
        known = self.request.getHeader("If-None-Match") or ""
        if tag in (part.strip().removeprefix("W/") for part in known.split(",")):
            return self.reply_no_content(status=304)
        return found


class ReadingsGet(Conditional):
    """Consumption and cost of a meter, or of a building's meters of one medium."""

    def handle(self):
        now = round(time.time() * 1000)
        form = self.request.form
        try:
            span = ask.span(form, now)
        except ask.Wrong as wrong:
            raise invalid({wrong.field: REASONS[wrong.reason]}) from None
        found = self.sources()
        media = [m for m in report.MEDIA if any(one.medium == m for one in found)]
        if not media:
            raise ApiError(404, "NotFound", _("There are no readings here."))
        medium = self._medium(media)
        own = [one for one in found if one.medium == medium]
        keys = {one.key for one in own}
        mains = [one for one in own if one.parent not in keys]
        items = self._items(mains, span, now)
        total = series.total(items)
        return {
            **self.named(),
            "medium": medium,
            "media": media,
            "meters": [one.key for one in mains],
            "unit": series.UNITS[medium],
            "currency": "EUR",
            "resolution": span.resolution,
            "from": iso(span.start),
            "to": iso(span.end),
            "items": [as_json(item) for item in items],
            "total": as_json(total),
        }

    def sources(self) -> list[report.Source]:
        """The meters that the asker may see."""
        return sources.sources(self.context)

    def named(self) -> dict:
        return {
            "@id": f"{self.context.absolute_url()}/@readings",
            "title": self.context.title,
        }

    def _medium(self, media: list[str]) -> str:
        chosen = self.request.form.get("medium")
        if chosen is None and len(media) == 1:
            return media[0]
        if chosen in media:
            return chosen
        message = _(
            "choose_medium",
            default="Several things are counted here that cannot be added. Please choose one of: ${media}.",
            mapping={"media": ", ".join(media)},
        )
        raise invalid({"medium": message})

    def _items(self, mains, span: ask.Span, now: int) -> list[Item]:
        with default_store().reading() as connection:
            chains = report.seen(connection, mains)
            own = [series.drawn(chains.get(one.key, ()), one.medium) for one in mains]
            if span.resolution == "raw":
                registers = [r for some in own for chain in some for r in chain]
                cuts = series.raw_cuts(connection, registers, span.start, span.end)
                if len(cuts) > MOST_READINGS:
                    raise invalid({"from": REASONS["span"]})
            else:
                cuts = span.cuts()
            # Of a single meter a gap is one slot; sums of several keep the cuts they share.
            merge = len(mains) == 1 and history.merges_gaps(span.resolution)
            parts = [
                series.items(connection, some, cuts, now, one.tariff, merge)
                for one, some in zip(mains, own, strict=True)
            ]
        return parts[0] if len(parts) == 1 else series.added(parts)


def as_json(item: Item) -> dict:
    """One slot; amounts in the unit, cost in euros, null where unknown."""
    return {
        "start": iso(item.start),
        "end": iso(item.end),
        "consumption": amount(item.consumption),
        "cost": None if item.cost is None or not item.cost.complete else euros(item.cost.total),
        "complete": item.complete,
    }


def iso(moment: int) -> str:
    return to_datetime(moment).isoformat()


def amount(micro: int | None) -> float | None:
    """Millionths as a number of the unit; below nine billion units nothing is lost."""
    return None if micro is None else micro / 1_000_000


def euros(value: Decimal) -> float:
    """Euros with six places, so that sums of slots agree with the whole to a cent."""
    return float(round(value, 6))
