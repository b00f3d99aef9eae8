"""One ticket by its number, for phones and front ends that ask every few seconds."""

from kaarst.appointments import _
from kaarst.appointments.hall import following
from kaarst.appointments.rest.queue.get import Followed
from kaarst.core.rest import invalid
from zExceptions import NotFound


class TicketGet(Followed):
    """`number` → `state`, `counter`, `before`, `minutes`; 304 while nothing has changed."""

    def handle(self):
        typed = self.request.form.get("number", "")
        number = following.normal(typed) if isinstance(typed, str) else ""
        if not number:
            raise invalid(
                {"number": _("A waiting number is a letter and three digits, for example A017.")}
            )
        found = following.followed(self.context, number)
        if found is None:
            raise NotFound(number)
        return found
