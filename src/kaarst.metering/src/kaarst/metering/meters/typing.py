"""`reading` of a meter: what somebody reads off its face, on a phone in the cellar; and the same over REST."""

from datetime import datetime
from decimal import Decimal
from decimal import InvalidOperation
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.metering import _
from kaarst.metering.dashboards import words
from kaarst.metering.errors import MeteringError
from kaarst.metering.forms import Field
from kaarst.metering.meters.registering import RegisterPage
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.rollup.calendar import to_milliseconds
from kaarst.metering.store import registers
from kaarst.metering.store import typed
from kaarst.metering.store.batch import AHEAD
from kaarst.metering.store.batch import STORED
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.history import newest
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile

import time


def question(doubt: typed.Doubt, unit: str, language: str):
    """A doubt as a sentence."""
    at, value = doubt.beside
    mapping = {
        "value": words.amount(value, unit, language),
        "when": f"{to_datetime(at):%d.%m.%Y, %H:%M}",
    }
    if doubt.kind == typed.FALLS:
        return _("doubt_falls", default="That does not fit with ${value} of ${when}: a meter does not run backwards. Is it right nevertheless?", mapping=mapping)  # fmt: skip
    return _("doubt_jumps", default="That is much more than usual since ${value} of ${when}. Is it right nevertheless?", mapping=mapping)  # fmt: skip


class ReadingView(RegisterPage):
    """Date, value, and a question where the value is strange."""

    template = ViewPageTemplateFile("templates/reading.pt")
    heading = _("Enter a reading")
    doubt = ""

    def do_enter(self):
        at = self.entered.moment("at", required=True)
        value = self.entered.decimal("value", required=True)
        if at is not None and at > self.now + AHEAD:
            self.entered.mistake("at", _("This lies in the future."))
        with default_store().reading() as connection:
            register = self.chosen(connection)
            if self.entered.mistakes:
                return None
            stored = typed.in_units(register)(value)
            found = typed.doubt(connection, register, at, stored)
        if found is not None and self.text("sure", 5) != "1":
            self.doubt = self.translate(question(found, register.unit, self.language))
            self.entered.mistake("value", self.doubt)
            return None
        with default_store().writing() as connection:
            chain = registers.chain(connection, self.key, register.obis)
            kind = typed.enter(connection, chain, at, value, self.actor(), self.now)
        if kind == STORED:
            self.say(_("The reading is stored."))
        else:
            self.say(_("This reading was known already."))
        return self.url("reading")

    # For the template

    def open_registers(self) -> list[dict]:
        """`{id, name, unit, value, when, selected}` of what can be read."""
        found = [one for one in self.all_registers() if one.valid_to is None]
        chosen = self.text("register", 20)
        made = []
        with default_store().reading() as connection:
            for one in found:
                last = newest(connection, one)
                made.append(
                    {
                        "id": one.id,
                        "name": self.name_of(one),
                        "unit": one.unit,
                        "value": self.amount(last.value, one.unit) if last else "",
                        "when": self.when(last.ts) if last else "",
                        "selected": "selected" if str(one.id) == chosen else None,
                    }
                )
        return made

    def fields(self):
        local = f"{self.local(self.now):%Y-%m-%dT%H:%M}"
        return self.drawn(
            [
                Field("value", _("What the meter shows"), hint=_("help_reading", default="With the figures after the comma, for example 4711,5."), required=True, numeric=True),
                Field("at", _("When"), "datetime-local", value=local, required=True),
            ]
        )  # fmt: skip


class ReadingPost(JsonPost):
    """`{obis, at, value, sure?}` → 201 `stored` or 200 `known`; 409 with a question where it is strange."""

    max_body = 10_000

    def handle(self, data):
        now, key = int(time.time() * 1000), self.context.getId()
        mistakes = {}
        at, value = _moment(data.get("at"), now), _decimal(data.get("value"))
        if at is None:
            mistakes["at"] = _("Please give a moment with offset that is not in the future.")
        if value is None:
            mistakes["value"] = _("Please write a number, for example 1234,5.")
        with default_store().reading() as connection:
            chains = registers.registers(connection, meter=key)
            codes = sorted({one.obis for one in chains})
            obis = data.get("obis", codes[0] if len(codes) == 1 else None)
            if obis not in codes:
                message = _("Please choose one of: ${codes}.", mapping={"codes": ", ".join(codes)})
                mistakes["obis"] = message
            if mistakes:
                raise invalid(mistakes)
            chain = [one for one in chains if one.obis == obis]
            stored = typed.in_units(chain[-1])(value)
            found = typed.doubt(connection, chain[-1], at, stored)
        if found is not None and data.get("sure") is not True:
            raise ApiError(409, "Doubtful", question(found, chain[-1].unit, "de"))
        who = api.user.get_current().getId() or ""
        try:
            with default_store().writing() as connection:
                chain = registers.chain(connection, key, obis)
                kind = typed.enter(connection, chain, at, value, who, now)
        except MeteringError as error:
            raise invalid({"value": error.message}) from None
        state = "stored" if kind == STORED else "known"
        return (201 if kind == STORED else 200), {"state": state, "obis": obis}


def _moment(value, now: int) -> int | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is None or not 1990 <= found.year < 2100:
        return None
    moment = to_milliseconds(found)
    return moment if moment <= now + AHEAD else None


def _decimal(value) -> Decimal | None:
    if type(value) not in (int, float, str) or len(str(value)) > 30 or not str(value).isascii():
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < 10**12 else None
