"""`/my-meters`: one's own meters, how one comes to them, and how one gives them up."""

from kaarst.core.account import store as account
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import REFUSALS
from kaarst.metering import _
from kaarst.metering.forms import Field
from kaarst.metering.forms import FormPage
from kaarst.metering.households import claiming
from kaarst.metering.households import wording
from kaarst.metering.page import RESOURCES
from kaarst.metering.store import claims
from kaarst.metering.store import storing
from kaarst.metering.store.consents import COMPARISON
from kaarst.metering.store.consents import OWN_USE
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zExceptions import NotFound


PEOPLE = range(1, 6)


class HolderPage(FormPage):
    """Pages of who holds a meter."""

    def own_style_url(self) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/households.css"

    def meter_url(self, key: str) -> str:
        return f"{self.context.absolute_url()}/my-meter?{urlencode({'meter': key})}"


class MyMeters(HolderPage):
    """The list; number and PIN; reading and agreeing; withdrawing."""

    list_template = ViewPageTemplateFile("templates/my_meters.pt")
    agree_template = ViewPageTemplateFile("templates/agree.pt")
    withdraw_template = ViewPageTemplateFile("templates/withdraw.pt")
    heading = _("My meters")
    claim = withdrawing = None

    def template(self):
        if self.claim is not None:
            return self.agree_template()
        return self.withdraw_template() if self.withdrawing else self.list_template()

    def _act(self):
        # The account opens what a number leads to with a POST that holds nothing else.
        if not self.text("step", 30) and self.text("number"):
            self.request.form["step"] = "open"
        return super()._act()

    # Steps

    def do_claim(self):
        number, pin = self.text("number"), self.text("pin")
        if not pin:
            self.entered.mistake("pin", _("Please fill in this field."))
        if not number:
            self.entered.mistake("number", _("Please fill in this field."))
        if self.entered.mistakes:
            return None
        try:
            return self._shown(claiming.prove(self.request, number, pin))
        except REFUSALS as error:
            # The status is set already: 400, 404 or 429.
            self.message = self.translate(explain(error, self.request.response))
            self.done = "refused"
            return None

    def do_open(self):
        found = self._own(self.text("number"))
        if found is None:
            raise NotFound
        return self._shown(found)

    def do_agree(self):
        found = self._own(self.text("number"))
        if found is None:
            raise NotFound
        self.claim = found
        if self.text("wording", 20) != wording.CURRENT:
            self.message = self.translate(
                _("The text has changed meanwhile. Please read it again.")
            )
            return None
        if self.text("agree", 5) != "1":
            self.entered.mistake("agree", _("Please tick this if you agree. Without it we show nothing."))  # fmt: skip
            return None
        claiming.agree(found.number)
        self.say(_("Thank you. You see your readings here now, and can withdraw it at any time."))
        return self.meter_url(found.meter)

    def do_withdraw(self):
        key = self.text("meter", 64)
        claiming.held(key)
        if "sure" not in self.request.form:
            self.withdrawing, self.done = key, "ask"
            return None
        claiming.withdraw(key)
        self.say(_("withdrawn_said", default="Your consent is withdrawn. Nobody sees the readings by it any more, and those that were stored only because of it are deleted."))  # fmt: skip
        return self.url("my-meters")

    def do_compare(self):
        key, people = self.text("meter", 64), self.text("people", 2)
        claiming.held(key)
        if people not in map(str, PEOPLE) or self.text("agree", 5) != "1":
            self.say(_("Nothing was changed: please choose how many you are, and tick that you agree."), "warning")  # fmt: skip
        else:
            claiming.compare(key, int(people), self.text("hot_water", 5) == "1")
            self.say(_("Thank you. Your meter is compared from now on."))
        return f"{self.meter_url(key)}#compare"

    def do_compare_end(self):
        key = self.text("meter", 64)
        claiming.withdraw(key, COMPARISON)
        self.say(_("Your meter is not compared any more."))
        return f"{self.meter_url(key)}#compare"

    def _own(self, number: str) -> claims.Claim | None:
        """The claim with a number that stands in the account."""
        own = {one.number: one for one in claiming.waiting()}
        for one in claiming.all_held():
            if one.number == number and account.holds(number):
                own[number] = claiming.sealed(number)[0]
        return own.get(number)

    def _shown(self, found: claims.Claim) -> str | None:
        if any(one.claim == found.id for one in claiming.all_held()):
            return self.meter_url(found.meter)
        self.claim, self.done = found, "read"
        return None

    # For the templates

    def meters(self) -> list[dict]:
        """`{key, title, place, url}` of what the account may see."""
        return [
            {"key": one.meter, "url": self.meter_url(one.meter), **claiming.name_of(one.meter)}
            for one in claiming.all_held()
        ]

    def waiting(self) -> list[dict]:
        """`{number, title, place}` of letters on which no consent rests."""
        return [{"number": one.number, **claiming.name_of(one.meter)} for one in claiming.waiting()]

    def fields(self):
        """Number and PIN; the PIN never comes back into the page."""
        number = Field(
            "number", _("Number"), hint=_("It looks like ZAE-7Q4M-2XPD-K."), required=True
        )
        pin = Field("pin", _("PIN"), required=True, numeric=True)
        drawn = self.drawn([number, pin])
        drawn[1]["value"] = ""
        return drawn

    def named(self) -> dict:
        return claiming.name_of(self.claim.meter if self.claim else self.withdrawing)

    def paragraphs(self) -> tuple:
        return wording.paragraphs(OWN_USE)

    def version(self) -> str:
        return wording.CURRENT

    def needed(self) -> dict | None:
        """`{months}` where the town needs the readings for billing, whoever agrees; else None."""
        key = self.claim.meter if self.claim else self.withdrawing
        found = claiming.stored(key)
        return {"months": found.months} if found.basis == storing.SUPPLY else None

    def csv_url(self) -> str:
        """The file of this year, to be taken along before it is deleted."""
        query = {"meter": self.withdrawing, "period": "year"}
        return f"{self.context.absolute_url()}/my-meter.csv?{urlencode(query)}"

    def mistake(self, name: str) -> str:
        found = self.entered.mistakes.get(name)
        return self.translate(found) if found else ""
