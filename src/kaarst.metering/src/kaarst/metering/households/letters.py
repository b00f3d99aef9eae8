"""Letters with number and PIN for whoever holds a meter, made and ended by those who run the meters."""

from datetime import date
from kaarst.core import pins
from kaarst.core import reference
from kaarst.core.audit import seen
from kaarst.core.opening_hours.wording import date_text
from kaarst.core.town import town
from kaarst.metering import _
from kaarst.metering.forms import Field
from kaarst.metering.households import claiming
from kaarst.metering.households.guarding import is_public
from kaarst.metering.households.pages import HolderPage
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.store import claims
from kaarst.metering.store import registers
from kaarst.metering.store import storing
from kaarst.metering.store.engine import default_store
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


NEW, SAME = "new", "same"
WHOSE = (
    (NEW, _("A new holder: earlier letters and consents end")),
    (SAME, _("Somebody of the same household: nothing else changes")),
)
WHY = (
    (storing.CONSENT, _("only while the holder agrees")),
    (
        storing.SUPPLY,
        _("because the town supplies and bills (GDPR Art. 6(1)(b), MsbG sec. 50(1) no. 1)"),
    ),
)
_EARLIEST = date(2000, 1, 1)


class LettersView(HolderPage):
    """Makes a letter, shows it once with its PIN, lists all letters, and ends them."""

    template = ViewPageTemplateFile("templates/letters.pt")
    heading = _("Letters to the holder")
    letter = None

    @property
    def key(self) -> str:
        return self.context.getId()

    def possible(self) -> bool:
        """Whether the meter may belong to somebody: what everybody sees may not."""
        return not is_public(self.context)

    def do_make(self):
        since = self._day("since")
        whose = self.entered.choice("whose", (NEW, SAME), required=False) or NEW
        if self.entered.mistakes or not self.possible():
            return None
        pin = pins.new_pin()
        sealed, start = pins.seal_pin(pin), day_start(day_number(since))
        with default_store().writing() as connection:
            earlier = [
                one for one in claims.of_meter(connection, self.key) if one.is_open(self.now)
            ]
            if whose == NEW and earlier:
                claims.end(connection, self.key, start, self.actor(), self.now)
            elif earlier:
                # Nobody of a household gets to see more than the others.
                start = max(start, *(one.since for one in earlier))
            number = reference.new_number(claiming.PREFIX)
            made = claims.make(connection, self.key, number, sealed, start, self.actor(), self.now)
        self.letter = self._letter(made, pin)
        # Drawn now and only now: nobody can look the PIN up later.
        self.done = "made"
        return None

    def do_end(self):
        day = self._day("until")
        if self.entered.mistakes:
            return None
        until = day_start(day_number(day) + 1)
        with default_store().writing() as connection:
            claims.end(connection, self.key, until, self.actor(), self.now)
        self.say(_("Noted. Letters and consents for this meter have ended."))
        return self.url("letters")

    def do_store(self):
        """Records why readings are stored."""
        basis = self.entered.choice("basis", storing.BASES)
        months = None
        if basis == storing.SUPPLY:
            months = self.entered.whole("months", storing.LEAST_MONTHS, storing.MOST_MONTHS, True)
        if self.entered.mistakes:
            return None
        with default_store().writing() as connection:
            storing.decide(connection, self.key, basis, months, self.actor(), self.now)
        self.say(_("Saved."))
        return self.url("letters")

    def _day(self, name: str) -> date | None:
        text = self.entered.text(name, 10, required=True)
        try:
            found = date.fromisoformat(text) if text else None
        except ValueError:
            found = None
            self.entered.mistake(name, _("Please choose a day."))
        if found is not None and not _EARLIEST <= found <= self.today:
            self.entered.mistake(name, _("Please choose a day that is not in the future."))
        return found

    @property
    def today(self) -> date:
        return day_date(day_of(self.now))

    # For the template

    def make_fields(self):
        fields = [
            Field(
                "since", _("Holder since (moving in)"), "date",
                _("help_since", default="Only readings from this day on will be shown."),
                required=True,
            )
        ]  # fmt: skip
        if any(one["open"] for one in self.rows()):
            fields.append(Field("whose", _("Who gets the letter"), "select", choices=WHOSE))
        return self.drawn(fields)

    def end_fields(self):
        return self.drawn(
            [Field("until", _("Last day"), "date", value=self.today.isoformat(), required=True)],
            step="end",
        )

    def store_fields(self):
        found = claiming.stored(self.key)
        fields = [
            Field(
                "basis", _("Readings are stored"), "select", choices=WHY, value=found.basis,
                required=True,
            ),
            Field(
                "months", _("Months for which billing needs them"),
                hint=_("help_months", default="Only where the town supplies. What the holder agrees to see is kept longer."),
                value=str(found.months or storing.USUAL_MONTHS), numeric=True,
            ),
        ]  # fmt: skip
        return self.drawn(fields, step="store")

    def withheld(self) -> str:
        """Since when nothing is stored, "" while readings are."""
        found = claiming.stored(self.key)
        return self.when(found.withheld_since) if found.withheld else ""

    def rows(self) -> list[dict]:
        """All letters, the newest first, without PINs: `{number, since, until, made, state, open}`."""
        with default_store().reading() as connection:
            found = claims.of_meter(connection, self.key)
        seen((one.number for one in found), self.__name__)
        return [
            {
                "number": one.number,
                "since": self._date(one.since),
                "until": "" if one.until is None else self._date(one.until - 1),
                "made": f"{self.when(one.made_at)}, {one.made_by}",
                "state": self.translate(self._state(one)),
                "open": one.is_open(self.now),
            }
            for one in found
        ]

    def _state(self, claim: claims.Claim):
        if claim.ended_at is not None:
            return _("ended")
        if claim.redeemed_at is not None:
            return _("used on ${day}", mapping={"day": self._date(claim.redeemed_at)})
        if not claim.is_open(self.now):
            return _("never used, no longer valid")
        return _("valid until ${day}", mapping={"day": self._date(claim.redeem_by)})

    def _letter(self, claim: claims.Claim, pin: str) -> dict:
        name = claiming.name_of(self.key)
        with default_store().reading() as connection:
            serials = [
                one.serial
                for one in registers.registers(connection, meter=self.key)
                if one.valid_to is None and one.serial
            ]
        found = town()
        return {
            "number": claim.number,
            "pin": pin,
            "sender": " · ".join(
                part for part in (found.full_name, found.street, found.postal_code_and_city) if part
            ),
            "town": found.full_name,
            "day": date_text(self.today, self.language),
            "meter": ", ".join(filter(None, (name["title"], name["place"], self.context.place))),
            "serial": ", ".join(sorted(set(serials))),
            "since": self._date(claim.since),
            "redeem_by": self._date(claim.redeem_by),
            "address": f"{api.portal.get().absolute_url()}/my-meters",
            "phone": found.phone or "",
        }

    def _date(self, moment: int) -> str:
        return date_text(day_date(day_of(moment)), self.language, "medium")
