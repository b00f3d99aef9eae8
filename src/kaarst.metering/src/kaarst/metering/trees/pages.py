"""The public pages: all trees with a map beside them, and a tree."""

from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import UTC
from decimal import Decimal
from functools import cached_property
from kaarst.core.opening_hours.wording import date_text
from kaarst.core.whole_number import whole_number
from kaarst.metering import _
from kaarst.metering.dashboards import picture
from kaarst.metering.dashboards.picture import Column
from kaarst.metering.page import Page
from kaarst.metering.page import RESOURCES
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.store.engine import default_store
from kaarst.metering.trees import measured
from kaarst.metering.trees import plans
from kaarst.metering.trees import probes as signs
from kaarst.metering.trees import state
from kaarst.metering.trees import told
from kaarst.metering.trees.soil import SOILS
from kaarst.metering.trees.state import number
from kaarst.metering.trees.survey import Standing
from kaarst.metering.trees.survey import survey
from kaarst.metering.trees.waterings import forget
from kaarst.metering.trees.waterings import water
from kaarst.metering.trees.waterings import waterings
from plone import api
from plone.protect import CheckAuthenticator
from plone.uuid.interfaces import IUUID
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from Products.statusmessages.interfaces import IStatusMessage


STATES = {
    state.THIRSTY: _("Thirsty"),
    state.SOON: _("Thirsty soon"),
    state.GOOD: _("Doing well"),
    state.UNKNOWN: _("Not known"),
}
KINDS = {signs.TENSION: _("Suction"), signs.MOISTURE: _("Water content")}
CANS = {
    1: _("a can or a bucket (10 l)"),
    2: _("two of them (20 l)"),
    5: _("five of them (50 l)"),
    10: _("ten of them or more (100 l)"),
}
CURVE_DAYS = 30


class TreePage(Page):
    """What pages about trees share."""

    def style_url(self):
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/trees.css"

    def resource(self, name: str) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/{name}"

    def say(self, reason: state.Reason) -> str:
        return self.translate(reason.message(self.language))

    def day_words(self, moment: datetime) -> str:
        """ "22.11.2026, 14:05"."""
        local = moment.astimezone(ZONE)
        return f"{date_text(local.date(), self.language, 'medium')}, {local:%H:%M}"

    def may_manage(self) -> bool:
        return api.user.has_permission("kaarst.metering: Manage trees", obj=self.context)

    def may_water(self) -> bool:
        return api.user.has_permission("kaarst.metering: Water trees", obj=self.context)

    def told(self, message, kind: str = "info") -> None:
        """A message on the next page."""
        IStatusMessage(self.request).add(self.translate(message), type=kind)

    def back(self, url: str):
        return self.request.response.redirect(url)

    def hint(self, tree, one: state.Watering) -> dict:
        """What those who water see of a hint; `key` names it in forms."""
        return {
            "title": tree.title,
            "url": tree.absolute_url(),
            "when": self.day_words(one.at),
            "litres": one.litres,
            "key": f"{IUUID(tree)} {round(one.at.timestamp() * 1000)}",
        }

    def row(self, standing: Standing) -> dict:
        """What lists show of a tree."""
        tree, judgement = standing.tree, standing.judgement
        return {
            "title": tree.title,
            "url": tree.absolute_url(),
            "species": tree.species or "",
            "street": tree.street or "",
            "district": tree.district or "",
            "state": judgement.state,
            "state_words": self.translate(STATES[judgement.state]),
            "reason": self.say(judgement.reason),
            "notes": [self.say(note) for note in judgement.notes],
            "latitude": tree.latitude,
            "longitude": tree.longitude,
            "litres": judgement.litres,
        }


class TreesView(TreePage):
    """All trees: how many are in which state, a map, and the list."""

    template = ViewPageTemplateFile("templates/trees.pt")

    def __call__(self):
        return self.template()

    @cached_property
    def standings(self) -> list[Standing]:
        return survey(self.context)

    @cached_property
    def chosen(self) -> dict[str, str]:
        """What the reader filters by; unknown values filter nothing."""
        wanted = {name: self.text(name, 100) for name in ("state", "species", "district")}
        known = {name: {value for value, _words in self.choices(name)} for name in wanted}
        return {name: value if value in known[name] else "" for name, value in wanted.items()}

    def choices(self, name: str) -> list[tuple[str, str]]:
        """`(value, words)` of a filter."""
        if name == "state":
            return [(key, self.translate(words)) for key, words in STATES.items()]
        attribute = {"species": "german", "district": "district"}[name]
        found = {getattr(one.tree, attribute) for one in self.standings} - {None, ""}
        return [(one, one) for one in sorted(found)]

    def counts(self) -> list[dict]:
        """How many trees are in each state, whatever is filtered by."""
        for key, words in STATES.items():
            yield {
                "state": key,
                "words": self.translate(words),
                "count": sum(1 for one in self.standings if one.judgement.state == key),
                "url": f"{self.context.absolute_url()}?state={key}",
            }

    def rows(self) -> list[dict]:
        wanted = self.chosen
        return [
            self.row(one)
            for one in self.standings
            if wanted["state"] in ("", one.judgement.state)
            and wanted["species"] in ("", one.tree.german)
            and wanted["district"] in ("", one.tree.district)
        ]


class TreeView(TreePage):
    """A tree: its state with the reason, what was measured, what it got."""

    template = ViewPageTemplateFile("templates/tree.pt")
    #: What was wrong with a hint, and the proof that is asked for with the next one.
    message = ""
    challenge = None

    def __call__(self):
        return self.template()

    @cached_property
    def standing(self) -> Standing:
        [found] = survey(self.context.aq_parent, trees=[self.context])
        return found

    def facts(self) -> list[tuple[str, str]]:
        """`(what, value)` of what is known."""
        tree = self.context
        soil = SOILS.get(tree.soil)
        found = (
            (_("Kind"), f"{tree.german} ({tree.species})" if tree.species else tree.german),
            (_("Planted"), str(tree.planted)),
            (_("Place"), ", ".join(filter(None, (tree.street, tree.district)))),
            (_("How to find it"), tree.where),
            (_("Soil"), f"{soil.code} – {soil.name}" if soil else self.translate(_("not known"))),
        )
        return [(self.translate(what), value) for what, value in found if value]

    def balance(self) -> list[tuple[str, str]]:
        """`(what, litres)` of the last 30 days."""
        balance = self.standing.balance
        rain = f"{balance.rained} l" if balance.rain is not None else self.translate(_("not known"))
        return [
            (self.translate(what), value)
            for what, value in (
                (_("Needs in 30 days"), f"{balance.need} l"),
                (_("Got by rain"), rain),
                (_("Got from us"), f"{balance.watered} l"),
                (_("Is missing"), f"{balance.missing} l" if balance.known else "–"),
            )
        ]

    def probes(self) -> list[dict]:
        """Each probe with its newest value, and its last 30 days as a picture and a table."""
        now = datetime.now(UTC)
        today = day_number(now.astimezone(ZONE).date())
        site = state.Site(self.context.planted, self.context.soil or "")
        with default_store().reading() as connection:
            for place, probe in enumerate(self.standing.probes):
                days = measured.curve(connection, probe.key, today - CURVE_DAYS + 1, today)
                limit = state.limit(site, probe, now)
                yield {
                    "title": f"{self.translate(KINDS[probe.kind])}, {probe.depth} cm",
                    "unit": probe.unit,
                    "value": None
                    if probe.value is None
                    else f"{number(probe.value, self.language)} {probe.unit}",
                    "at": None if probe.at is None else self.day_words(probe.at),
                    "sound": probe.fault is None,
                    "limit": None
                    if limit is None
                    else f"{number(limit, self.language)} {probe.unit}",
                    "picture": self._picture(place, probe, _by_day(days), limit, today),
                    "days": [self._day(day, low, high) for day, low, high in reversed(days)],
                }

    def _picture(self, place: int, probe, days: dict, limit, today: int) -> str:
        """What is worst of each day (the highest suction, the lowest content) beside the limit."""
        worst = 1 if probe.kind == signs.TENSION else 0
        columns = [
            Column(
                f"{day_date(day).day}.",
                float(days[day][worst]) if day in days else None,
                other=None if limit is None else float(limit),
            )
            for day in range(today - CURVE_DAYS + 1, today + 1)
        ]
        top = picture.ceiling(columns)
        scale = tuple(f"{number(Decimal(str(part)), self.language)}" for part in (top, top / 2))
        title = f"{self.translate(KINDS[probe.kind])}, {probe.depth} cm ({probe.unit})"
        text = self.translate(_("The table below has the same figures."))
        return picture.columns(columns, title, text, f"probe-{place}", scale)

    def _day(self, day: int, low, high) -> dict:
        return {
            "day": date_text(day_date(day), self.language, "medium"),
            "low": number(low, self.language),
            "high": number(high, self.language),
        }

    def waterings(self) -> list[dict]:
        """The last waterings, the newest first."""
        found = waterings(self.context, datetime.now(UTC) - timedelta(days=366))
        return [
            {
                "when": self.day_words(one.at),
                "litres": one.litres,
                "key": round(one.at.timestamp() * 1000),
            }
            for one in reversed(found[-20:])
        ]

    def hints(self) -> list[dict]:
        """What citizens have told of it, for those who water."""
        return [self.hint(self.context, one) for one in told.hints(self.context)]

    def takes_hints(self) -> bool:
        """Whether the reader may tell that they have watered it; who waters notes it instead."""
        return bool(self.context.aq_parent.takes_hints) and not self.may_water()

    def has_told(self) -> bool:
        """Whether the reader has just done so."""
        return self.text("told") == "1" and not self.message

    def cans(self) -> list[dict]:
        """How much can be told: `{value, words, chosen}`."""
        chosen = self.text("cans", 2) or str(told.CANS[0])
        return [
            {"value": one, "words": self.translate(CANS[one]), "chosen": str(one) == chosen}
            for one in told.CANS
        ]

    def today(self) -> str:
        return datetime.now(ZONE).date().isoformat()

    def dose(self) -> int:
        return self.standing.judgement.litres or 100


def _by_day(days) -> dict[int, tuple]:
    """(day, low, high) by day."""
    return {day: (low, high) for day, low, high in days}


class WaterTree(TreePage):
    """Takes the form of the tree's page with which a watering is noted or taken back."""

    def __call__(self):
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            self.private()
            if self.text("forget"):
                self._forget()
            else:
                self._note()
        return self.back(self.context.absolute_url())

    def _note(self):
        litres, day = self.text("litres", 10), self.text("day", 10)
        try:
            amount, on = int(litres), date.fromisoformat(day)
        except ValueError:
            amount, on = 0, None
        today = datetime.now(ZONE).date()
        if on is None or not 0 < amount <= plans.MOST_LITRES:
            return self.told(_("Please give a day and the litres, at least 1."), "error")
        if not today - plans.LATE <= on <= today:
            return self.told(_("Please give a day of the last two weeks."), "error")
        noon = datetime.combine(on, time(12), ZONE)
        water(self.context, datetime.now(UTC) if on == today else noon.astimezone(UTC), amount)
        return self.told(_("The watering has been noted."))

    def _forget(self):
        moment = whole_number(self.text("forget", 20), 14)
        if moment is not None and forget(self.context, datetime.fromtimestamp(moment / 1000, UTC)):
            self.told(_("The watering has been taken back."))
