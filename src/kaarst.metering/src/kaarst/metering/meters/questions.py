"""What people have to answer: counters that fell or rose faster than they can, and contradictions."""

from kaarst.core.whole_number import whole_number
from kaarst.metering import _
from kaarst.metering.forms import FormPage
from kaarst.metering.meters.keys import meter_of
from kaarst.metering.obis import quantity
from kaarst.metering.rollup import curve
from kaarst.metering.store import questions
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


FELL = (
    (curve.RESET, _("It was reset: it began again at zero")),
    (curve.ROLLOVER, _("It rolled over: all digits were nines")),
    (curve.WRONG, _("A wrong reading: do not count it")),
)
ROSE = (
    (curve.REAL, _("It was really used")),
    (curve.WRONG, _("A wrong reading: do not count it")),
)
SHOWN = 200


class QuestionsView(FormPage):
    """All open questions of the town, each with its answers."""

    template = ViewPageTemplateFile("templates/questions.pt")
    heading = _("Questions about readings")

    def do_answer(self):
        given = self.entered.choice("answer", (*curve.ANSWERS,))
        number, moment = (whole_number(self.text(one, 20)) for one in ("register", "moment"))
        if self.entered.mistakes or None in (number, moment):
            return None
        with default_store().writing() as connection:
            found = registers.registers(connection, id=number)
            try:
                questions.answer(connection, found[0], moment, given, self.actor(), self.now)
            except (KeyError, IndexError):
                self.say(_("This question is no longer open."), "warning")
            else:
                self.say(_("Thank you. Consumption and cost are counted accordingly."))
        return self.url("questions")

    # For the template

    def open(self):
        """`{meter, url, name, before, after, fell, answers, register, moment}`, newest first."""
        with default_store().reading() as connection:
            found = questions.open_questions(connection, SHOWN)
        for one in found:
            answers = FELL if one.fell else ROSE
            jump, register = one.jump, one.register
            yield {
                **self._named(register),
                "before": self.amount(jump.before_value, register.unit),
                "before_when": self.when(jump.before_ts),
                "after": self.amount(jump.after_value, register.unit),
                "after_when": self.when(jump.after_ts),
                "fell": one.fell,
                "answers": [
                    {"value": value, "title": self.translate(title)}
                    for value, title in answers
                    if value != curve.ROLLOVER or register.modulus is not None
                ],
                "register": register.id,
                "moment": jump.after_ts,
            }

    def contradictions(self):
        """`{meter, url, name, value, when}`: second values for a moment, which were not kept."""
        with default_store().reading() as connection:
            found = questions.contradictions(connection, SHOWN)
        for register, moment, value in found:
            yield {
                **self._named(register),
                "value": self.amount(value, register.unit),
                "when": self.when(moment),
            }

    def _named(self, register) -> dict:
        meter, known = meter_of(register.meter), quantity(register.obis)
        return {
            "meter": register.meter if meter is None else f"{meter.aq_parent.title}: {meter.title}",
            "url": None if meter is None else meter.absolute_url(),
            "name": self.translate(known.title) if known else register.obis,
        }
