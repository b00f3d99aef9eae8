"""A wish by number and PIN: as it is, yes or no to an offer, its end."""

from kaarst.appointments import _
from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import office
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import booking_json
from kaarst.appointments.rest.common import wish_json
from kaarst.appointments.wishing import wishes
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import number_and_pin
from kaarst.core.rest import JsonPost
from kaarst.core.rest.language import language
from zExceptions import NotFound


def lost() -> tuple[int, dict]:
    """What was offered is gone. No ApiError, which takes everything back: who waits, waits again."""
    message = _("This time cannot be given any more. You go on waiting.")
    return 409, {"type": "Taken", "message": message, "alternatives": []}


class ByNumberAndPin(JsonPost):
    """Finds the wish; subclasses say what is done with it."""

    max_body = 10_000

    def handle(self, data):
        number, pin = number_and_pin(data)
        wish = guarded(self.request, number, pin, wishes.sealed)
        desk = office.desk_of(wish)
        if desk is None:
            raise NotFound(number)
        with answered(desk):
            return self.done(desk, wish)

    def done(self, desk, wish):
        """Returns status and body."""
        return 200, wish_json(desk, wish)


class WishPost(ByNumberAndPin):
    """The wish as it is."""

    changes = False

    def done(self, desk, wish):
        return 200, {
            **wish_json(desk, wish),
            "ahead": wishes.place(wish) if wishes.is_active(wish) else None,
        }


class WishAcceptPost(ByNumberAndPin):
    """Takes what is offered; answers with the appointment."""

    def done(self, desk, wish):
        try:
            booking = wishes.accept(wish)
        except Taken:
            return lost()
        return 200, {
            **booking_json(desk, booking),
            "changeable": office.may_change(booking),
            "ics": calendar.file_of(desk, booking, language(self.request)).decode(),
        }


class WishRefusePost(ByNumberAndPin):
    """Not this time; goes on waiting."""

    def done(self, desk, wish):
        return 200, wish_json(desk, wishes.refuse(wish))


class WishWithdrawPost(ByNumberAndPin):
    """Waits no longer."""

    def done(self, desk, wish):
        return 200, wish_json(desk, wishes.withdraw(wish))
