"""`GET {desk}/@figures?from=&to=`: the figures for other front ends."""

from dataclasses import asdict
from kaarst.appointments import _
from kaarst.appointments.desks.interfaces import today
from kaarst.appointments.figures.made import made
from kaarst.appointments.figures.made import span
from kaarst.appointments.figures.made import used
from kaarst.appointments.figures.made import WrongSpan
from kaarst.appointments.rest.common import wrong
from kaarst.core.rest import JsonGet


class FiguresGet(JsonGet):
    """Counts and medians, by service, channel, weekday (0 is Monday) and hour."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        form = self.request.form
        try:
            first, last = span(form.get("from"), form.get("to"), today())
        except WrongSpan as error:
            message = _("Please give two days, the first before the last.")
            raise wrong(error.field, message) from None
        found = asdict(made(self.context, first, last))
        for name in ("by_weekday", "taken"):
            found[name] = {str(key): count for key, count in found[name].items()}
        return {
            "@id": f"{self.context.absolute_url()}/@figures",
            "from": first.isoformat(),
            "to": last.isoformat(),
            **found,
            "use": {
                str(hour): asdict(use) for hour, use in used(self.context, first, last).items()
            },
        }
