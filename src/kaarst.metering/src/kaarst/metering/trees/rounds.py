"""The pages of those who water: planning a round, driving it with a phone, the rain that fell."""

from datetime import date
from datetime import datetime
from datetime import UTC
from functools import cached_property
from kaarst.core.opening_hours.wording import date_text
from kaarst.core.whole_number import whole_number
from kaarst.metering import _
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.store.engine import default_store
from kaarst.metering.trees import plans
from kaarst.metering.trees import rain
from kaarst.metering.trees import routing
from kaarst.metering.trees import told
from kaarst.metering.trees.pages import TreePage
from kaarst.metering.trees.routing import NotPossible
from kaarst.metering.trees.state import number
from kaarst.metering.trees.survey import rain_sources
from kaarst.metering.trees.survey import survey
from kaarst.metering.trees.survey import trees_of
from kaarst.metering.trees.waterings import add_rain
from pathlib import Path
from plone import api
from plone.protect import CheckAuthenticator
from plone.uuid.interfaces import IUUID
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


WORKER = Path(__file__).parents[1] / "static" / "round-worker.js"
STATES = {
    plans.PLANNED: _("Planned"),
    plans.UNDER_WAY: _("Under way"),
    plans.DONE: _("Done"),
}
SOURCES = {"gauge": _("Rain gauge"), "file": _("File"), "": _("not known")}
REFUSALS = {
    "no-trees": _("Please choose at least one tree."),
    "too-many": _("A round has at most 80 trees. Please make two."),
    "tank": _("Each tree needs at least 1 litre and no more than the tank holds."),
    "depot": _(
        "Please say first where rounds begin: Edit, Watering rounds, latitude and longitude."
    ),
}


def round_title(day: date, language: str):
    """What a round is called, still to be translated."""
    words = f"{day:%d.%m.%Y}" if language == "de" else day.isoformat()
    return _("Watering round of ${day}", mapping={"day": words})


class RoundsView(TreePage):
    """All rounds, and the form that plans the next one."""

    template = ViewPageTemplateFile("templates/rounds.pt")
    heading = _("Watering rounds")
    error = ""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._plan()
        return self.template()

    def rounds(self) -> list[dict]:
        """The rounds, the newest day first."""
        found = [one for one in self.context.objectValues() if one.portal_type == "WateringRound"]
        for one in sorted(found, key=lambda one: (one.day, one.getId()), reverse=True)[:50]:
            trees = [step for step in plans.stops(one) if step["kind"] == routing.TREE]
            yield {
                "title": one.title,
                "url": one.absolute_url(),
                "state": self.translate(STATES[api.content.get_state(one)]),
                "ticked": len(plans.ticked(one)),
                "trees": len(trees),
            }

    def hints(self) -> list[dict]:
        """What citizens have told and nobody has looked at, the newest first."""
        found = [(one, tree) for tree in trees_of(self.context) for one in told.hints(tree)]
        found.sort(key=lambda pair: pair[0].at, reverse=True)
        return [self.hint(tree, one) for one, tree in found]

    @cached_property
    def standings(self):
        return [one for one in survey(self.context) if plans.found(one.tree)]

    def candidates(self) -> list[dict]:
        """All trees with a place on the map; those that need water come first and are chosen."""
        typed = self.request.form if self.error else None
        chosen = self._chosen()
        for standing in self.standings:
            uid = IUUID(standing.tree)
            litres = standing.judgement.litres
            heard = told.hints(standing.tree)
            yield {
                **self.row(standing),
                "told": self.hint(standing.tree, heard[-1]) if heard else None,
                "uid": uid,
                "chosen": uid in chosen if typed is not None else bool(litres),
                "litres": self.text(f"litres-{uid}", 6) if typed is not None else litres or 100,
            }

    def _chosen(self) -> set[str]:
        value = self.request.form.get("trees", [])
        return set(value if isinstance(value, list) else [value])

    def day(self) -> str:
        return self.text("day", 10) or datetime.now(ZONE).date().isoformat()

    def tank(self) -> str:
        return self.text("tank", 6) or str(self.context.tank)

    def _plan(self):
        if not self.may_manage():
            return self._refused(_("You may water, but not plan rounds."))
        try:
            day, tank = date.fromisoformat(self.day()), int(self.tank())
        except ValueError:
            return self._refused(_("Please give a day and the litres in the tank."))
        chosen, litres = self._chosen(), {}
        for standing in self.standings:
            uid = IUUID(standing.tree)
            if uid in chosen:
                litres[standing.tree] = whole_number(self.text(f"litres-{uid}", 6)) or 0
        title = self.translate(round_title(day, self.language))
        try:
            made = plans.make(self.context, title, litres, tank, day)
        except NotPossible as error:
            return self._refused(REFUSALS[error.reason])
        return self.back(made.absolute_url())

    def _refused(self, message):
        self.error = message
        self.request.response.setStatus(400)
        return self.template()


class RoundView(TreePage):
    """A round: its stops in order, to tick off; printed, the work order."""

    template = ViewPageTemplateFile("templates/round.pt")

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._move() if self.text("transition") else self._tick()
        return self.template()

    def worker_url(self) -> str:
        """The script that keeps the page for when there is no network."""
        return f"{self.context.aq_parent.absolute_url()}/round-worker.js"

    def state(self) -> str:
        return self.translate(STATES[api.content.get_state(self.context)])

    @cached_property
    def noted(self):
        return plans.ticked(self.context)

    def stops(self) -> list[dict]:
        """The steps as the page shows them; `number` counts the trees."""
        place, number = self.context.aq_parent, 0
        trees = {IUUID(one): one for one in place.objectValues() if one.portal_type == "Tree"}
        for step in plans.stops(self.context):
            tree = trees.get(step["tree"])
            number += step["kind"] == routing.TREE
            at, litres = self.noted.get(step["tree"], (None, step["litres"]))
            yield {
                **step,
                "number": number,
                "where": tree.where if tree is not None else "",
                "place": ", ".join(filter(None, (tree.street, tree.district))) if tree else "",
                "url": tree.absolute_url() if tree is not None else "",
                "gone": step["kind"] == routing.TREE and tree is None,
                "way": self.way(step["metres"]),
                "ticked": at is not None,
                "when": f"{at.astimezone(ZONE):%H:%M}" if at is not None else "",
                "planned": step["litres"],
                "litres": litres,
            }

    def way(self, metres: int) -> str:
        """ "350 m" or "2,4 km"."""
        if metres < 1000:
            return f"{round(metres, -1)} m"
        text = f"{metres / 1000:.1f} km"
        return text.replace(".", ",") if self.language == "de" else text

    def totals(self) -> dict:
        steps = plans.stops(self.context)
        trees = [step for step in steps if step["kind"] == routing.TREE]
        return {
            "trees": len(trees),
            "ticked": len(self.noted),
            "litres": sum(step["litres"] for step in trees),
            "refills": sum(step["kind"] == routing.REFILL for step in steps),
            "way": self.way(sum(step["metres"] for step in steps)),
        }

    def transitions(self) -> list[dict]:
        """What can be done with the round as a whole."""
        found = api.portal.get_tool("portal_workflow").getTransitionsFor(self.context)
        return [{"title": one["title"], "id": one["id"]} for one in found]

    def _move(self):
        wanted = self.text("transition", 20)
        if wanted in {one["id"] for one in self.transitions()}:
            api.content.transition(self.context, wanted)
        return self.back(self.context.absolute_url())

    def _tick(self):
        litres = self.text("litres", 6)
        try:
            amount = int(litres)
            plans.tick(self.context, self.text("tree", 64), amount, datetime.now(UTC))
            if amount:
                plans.set_out(self.context)
        except ValueError:
            self.told(_("This could not be noted. Please look at the round again."), "error")
        return self.back(f"{self.context.absolute_url()}#stop-{self.text('number', 4)}")


class RoundWorker(TreePage):
    """The service worker of the rounds; its scope is the page of the trees."""

    def __call__(self):
        response = self.request.response
        response.setHeader("Content-Type", "text/javascript; charset=utf-8")
        response.setHeader("Cache-Control", "no-cache")
        return WORKER.read_text(encoding="utf-8")


class RainView(TreePage):
    """How much it rained, and a file with more of it."""

    template = ViewPageTemplateFile("templates/rain.pt")
    heading = _("Rain")
    error = ""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._upload()
        return self.template()

    def days(self) -> list[dict]:
        """`{day, amount, source}` of the last 30 days, the newest first."""
        now = datetime.now(UTC)
        with default_store().reading() as connection:
            found = rain_sources(self.context, connection, now)
        return [
            {
                "day": date_text(day, self.language, "medium"),
                "amount": "–" if amount is None else number(amount, self.language),
                "source": self.translate(SOURCES[source]),
            }
            for day, amount, source in reversed(found)
        ]

    def _upload(self):
        upload = self.request.form.get("file")
        content = upload.read(rain.SIZE_LIMIT + 1) if hasattr(upload, "read") else b""
        try:
            found = rain.read(content)
        except rain.NotRain as error:
            self.error = error.message
            self.request.response.setStatus(400)
            return self.template()
        add_rain(self.context, {day.toordinal(): tenths for day, tenths in found.days.items()})
        self.told(
            _(
                "${days} days were taken over, ${refused} lines could not be read.",
                mapping={"days": len(found.days), "refused": len(found.refused)},
            )
        )
        return self.back(f"{self.context.absolute_url()}/rain")
