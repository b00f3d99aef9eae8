"""Closes for a while, and opens again."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.engine import closing
from kaarst.appointments.rest.closures.get import closure_json
from kaarst.appointments.rest.common import instant_of
from kaarst.appointments.rest.common import wrong
from kaarst.appointments.rest.working import DeskPost
from kaarst.appointments.wishing.serving import serving
from kaarst.core.rest import texts


LONGEST_REASON = 200


class ClosuresPost(DeskPost):
    """`{start, end, counters, reason}` → the closure with the appointments that have to be moved."""

    def done(self, data):
        start, end = instant_of(data.get("start")), instant_of(data.get("end"), "end")
        if end <= self.engine.now:
            raise wrong("end", refusals.CLOSING)
        counters, reason = self._counters(data), self._reason(data)
        with serving(self.context, self.engine.now) as wishes:
            try:
                closure, _hit = closing.close(
                    wishes.desk, start, end, counters, reason=reason, actor=self.actor()
                )
            except ValueError:
                raise wrong("end", refusals.CLOSING) from None
        engine = office.engine(self.context)
        return 201, closure_json(self.context, engine, closure)

    def _counters(self, data) -> list[str]:
        """The ids of what is closed; none for all of the desk."""
        found = data.get("counters") or []
        if not isinstance(found, list) or not all(
            isinstance(one, str) and self.engine.plan.resource(one) for one in found
        ):
            raise wrong("counters", _("Please choose what this desk has."))
        return found

    def _reason(self, data) -> str:
        reason = data.get("reason") or ""
        if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
            message = _("At most ${count} characters.", mapping={"count": LONGEST_REASON})
            raise wrong("reason", message)
        return " ".join(reason.split())


class ClosureEndPost(DeskPost):
    """`{id}`: open again; what became free is offered to those who wait."""

    def done(self, data):
        (key,) = texts(data, "id")
        with serving(self.context, self.engine.now) as wishes:
            closing.reopen(wishes.desk, key)
        return 200, {"ended": True}
