"""What all pages of this package share."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import mail
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import CALLED
from kaarst.appointments.engine.records import CANCELLED
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import FINISHED
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.core import page
from kaarst.core.opening_hours.wording import date_text
from plone import api


STATES = {
    CONFIRMED: _("Booked"),
    ARRIVED: _("Has arrived"),
    CALLED: _("Called"),
    FINISHED: _("Finished"),
    NO_SHOW: _("Did not come"),
    CANCELLED: _("Cancelled"),
}
WEEKDAYS = (
    (_("Mo"), _("Monday")),
    (_("Tu"), _("Tuesday")),
    (_("We"), _("Wednesday")),
    (_("Th"), _("Thursday")),
    (_("Fr"), _("Friday")),
    (_("Sa"), _("Saturday")),
    (_("Su"), _("Sunday")),
)
RESOURCES = "++resource++kaarst.appointments"


class Page(page.TitledPage):
    """A page with the package's style; writes moments in words."""

    def style_url(self):
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/appointments.css"

    def script_url(self):
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/appointments.js"

    def texts(self, name: str, limit: int = 40) -> list[str]:
        """Texts sent under one name, once or several times."""
        value = self.request.form.get(name, [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list | tuple):
            return []
        return [one for one in found if isinstance(one, str) and one][:limit]

    def when(self, moment: int) -> str:
        """ "Montag, 23. November 2026, 08:30 Uhr"."""
        return mail.moment_text(moment, self.language)

    def clock(self, moment: int) -> str:
        """ "08:30"."""
        return f"{details.local(moment):%H:%M}"

    def day_words(self, day, length: str = "full") -> str:
        """A day in words; `length` as in CLDR."""
        return date_text(day, self.language, length)

    def iso(self, moment: int) -> str:
        return details.iso(moment)

    def state_words(self, state: str) -> str:
        return self.translate(STATES[state])

    def is_anonymous(self) -> bool:
        return api.user.is_anonymous()
