"""`/acting`: who may act for me, and for whom I may act."""

from datetime import datetime
from datetime import UTC
from functools import cached_property
from kaarst.core import _
from kaarst.core import reference
from kaarst.core.account import store as accounts
from kaarst.core.acting import authorisation
from kaarst.core.acting import current
from kaarst.core.acting import giving
from kaarst.core.acting import store
from kaarst.core.acting.keeping import described
from kaarst.core.acting.past import happened
from kaarst.core.opening_hours import BERLIN
from kaarst.core.page import TitledPage
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import REFUSALS
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from typing import ClassVar
from zExceptions import BadRequest
from zExceptions import NotFound


STATES = {
    authorisation.WAITING: _("not accepted yet"),
    authorisation.IN_FORCE: _("in force"),
    authorisation.OVER: _("over"),
    authorisation.REVOKED: _("ended early"),
}


class Acting(TitledPage):
    """Gives, declares, accepts and ends authorisations; `step` says which of the `do_…` below."""

    template = ViewPageTemplateFile("templates/acting.pt")
    accept_page = ViewPageTemplateFile("templates/accept.pt")
    heading = _("Acting for others")
    message = pin = ""
    #: Of which form the errors are.
    form = ""
    given = offered = None
    errors: ClassVar[dict] = {}

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            step = STEPS.get(self.text("step", 20))
            if step is None or not self.account:
                raise BadRequest("step")
            return getattr(self, step)()
        return self.template()

    # What buttons do

    def do_give(self):
        return self._made("give", authorisation.PERSON, self._give)

    def do_declare(self):
        return self._made("declare", self.text("kind", 20), giving.declare)

    def _made(self, form, kind, make):
        founded_on = self.text("founded_on", 64) if form == "give" else ""
        wish = giving.Wish(
            kind,
            self.text("name", giving.LONGEST_NAME),
            giving.day(self.text("last_day", 20)),
            founded_on,
            self.text("own_name", giving.LONGEST_NAME),
            form == "give" and not founded_on and self.text("sees", 5) == "1",
        )
        self.form, self.errors = form, giving.errors(wish)
        if not self.errors:
            try:
                make(self.account, wish)
            except authorisation.NotPossible as error:
                self.message = error.args[0]
        if self.errors or self.message:
            self.request.response.setStatus(400)
            return self.template()
        if self.given is not None:
            self.form = ""
            return self.template()
        return self._done(_("It is noted. You find it below."))

    def _give(self, account, wish):
        self.given, _number, self.pin = giving.give(account, wish)

    def do_look(self):
        """Shows what a code is for, before anybody takes it on."""
        self.form = "accept"
        try:
            self.offered = guarded(
                self.request, self.text("number"), self.text("pin"), store.sealed
            )
        except REFUSALS as error:
            self.message = explain(error, self.request.response)
            return self.template()
        return self.accept_page()

    def do_accept(self):
        self.do_look()
        if self.offered is None:
            return self.template()
        try:
            giving.accept(self.account, self.offered, self.text("own_name"))
        except authorisation.NotPossible as error:
            self.message = error.args[0]
            self.request.response.setStatus(400)
            return self.accept_page()
        return self._done(_("You have accepted. You find it below."))

    def do_end(self):
        try:
            giving.end(self.account, self.text("id", 64))
        except KeyError:
            raise NotFound("authorisation") from None
        return self._done(_("It has ended, at once."))

    def do_hide(self):
        try:
            giving.stop_showing(self.account, self.text("id", 64))
        except KeyError:
            raise NotFound("authorisation") from None
        return self._done(_("What you have sent and booked is not shown to this person any more."))

    def do_hand_over(self):
        try:
            to = giving.hand_over(self.account, self.text("id", 64))
        except KeyError:
            raise NotFound("authorisation") from None
        except authorisation.NotPossible as error:
            self.message = error.args[0]
            self.request.response.setStatus(400)
            return self.template()
        names = {"name": to.holder_name, "business": to.name}
        done = _("acting_handed_over", "${name} leads ${business} from now on.", names)
        return self._done(done)

    def do_begin(self):
        try:
            acting = current.begin(self.text("id", 64), self.request)
        except KeyError:
            raise NotFound("authorisation") from None
        except authorisation.NotPossible as error:
            self.message = error.args[0]
            self.request.response.setStatus(400)
            return self.template()
        return self._done(_("You act for ${name} now.", mapping={"name": acting.name}))

    def do_stop(self):
        current.stop(self.request)
        return self._done(_("You act for yourself again."))

    def _done(self, message):
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(self.url())

    # For the templates

    @cached_property
    def account(self) -> str:
        return accounts.current()

    def url(self) -> str:
        return f"{self.context.absolute_url()}/acting"

    def account_url(self) -> str:
        return f"{self.context.absolute_url()}/my-town"

    def own_name(self) -> str:
        return giving.own_name()

    def typed(self, form: str, name: str) -> str:
        """What stands in a field: what was typed, if it was in this form."""
        return self.text(name) if form == self.form else ""

    def error(self, form: str, name: str):
        return self.errors.get(name) if form == self.form else None

    def day_limits(self) -> tuple[str, str]:
        today = giving.today()
        return today.isoformat(), authorisation.latest(today).isoformat()

    def kinds(self) -> list[dict]:
        """What one may say of oneself: `{id, title, chosen}`."""
        chosen = self.typed("declare", "kind")
        return [
            {"id": kind, "title": authorisation.KINDS[kind], "chosen": kind == chosen}
            for kind in authorisation.DECLARED
        ]

    @cached_property
    def listed(self) -> list[dict]:
        """All that concerns the account, as the page shows it; what is in force stands first."""
        found = [self.shown(one) for one in store.of_account(self.account)]
        return sorted(found, key=lambda one: not one["living"])

    def shown(self, one) -> dict:
        data = described(one, self.account)
        living = data["state"] in (authorisation.WAITING, authorisation.IN_FORCE)
        return {
            **data,
            "title": self._title(one, data["mine"]),
            "state_title": STATES[data["state"]],
            "day": f"{one.last_day:%d.%m.%Y}",
            "living": living,
            "usable": data["mine"] and data["state"] == authorisation.IN_FORCE,
            "code": one.number if one.giver == self.account else "",
            "showing": one.sees and living and one.represented == self.account,
            "proof_title": authorisation.PROOFS.get(one.proof, ""),
            "heir": self._may_lead(one),
        }

    def _may_lead(self, one) -> bool:
        """Whether one's own business can be handed over to who holds this."""
        if not one.founded_on or one.giver != self.account or not store.in_force(one):
            return False
        founder = store.by_id(one.founded_on)
        return founder is not None and founder.holder == self.account

    def _title(self, one, mine: bool) -> str:
        """What an entry is called: whom one acts for, or who acts for whom."""
        if mine:
            return one.name
        who = one.holder_name or self.translate(_("Whoever uses the code"))
        if one.kind != authorisation.BUSINESS:
            return who
        return self.translate(_("${who} for ${name}", mapping={"who": who, "name": one.name}))

    def held(self) -> list[dict]:
        """For whom I may act."""
        return [one for one in self.listed if one["mine"]]

    def others(self) -> list[dict]:
        """Who may act for me, or for my business."""
        return [one for one in self.listed if not one["mine"]]

    def businesses(self) -> list[dict]:
        """Businesses to which I may invite: those of which I have said that they are mine."""
        now, chosen = datetime.now(UTC), self.typed("give", "founded_on")
        return [
            {"id": one.id, "name": one.name, "chosen": one.id == chosen}
            for one in store.of_account(self.account)
            if one.kind == authorisation.BUSINESS
            and one.holder == self.account
            and not one.founded_on
            and one.in_force(now)
        ]

    def happened(self) -> list[dict]:
        """What was done by the authorisations, the newest first: `{when, what, name, number}`."""
        return happened(self.account, self.translate)

    def code_until(self) -> str:
        return f"{self.given.invited_until.astimezone(BERLIN):%d.%m.%Y}"

    def number_typed(self) -> str:
        return reference.normalise(self.text("number"))


#: What the buttons may ask for.
STEPS = {name.removeprefix("do_"): name for name in vars(Acting) if name.startswith("do_")}
