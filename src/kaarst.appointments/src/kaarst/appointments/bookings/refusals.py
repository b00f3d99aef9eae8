"""What the engine refuses, as a sentence for citizens and for those who work at a desk."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.engine import records
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible


SENTENCES = {
    "nothing": _("Please choose at least one service."),
    "service": _("One of the services cannot be booked here."),
    "too often": _(
        "refused_too_often", default="“${service}” cannot be chosen so often for one appointment."
    ),
    "too many": _(
        "refused_too_many", default="At most ${limit} services fit into one appointment."
    ),
    "too long": _(
        "refused_too_long",
        default="Together that takes longer than the ${limit} minutes one appointment may have.",
    ),
    "nobody": _("These services cannot be dealt with in one appointment. Please make two."),
    "time": _("At this time no appointment is possible."),
}
TOO_LATE = {
    records.CANCELLED: _("This appointment was cancelled."),
    records.FINISHED: _("This appointment is over."),
    records.NO_SHOW: _("This appointment is over."),
}
#: Times between which nothing can be closed.
CLOSING = _(
    "Please give a beginning, and an end that lies after it and is still to come, "
    "at most a year later."
)


def sentence(desk, error: NotBookable):
    """Why something cannot be booked at all."""
    text = SENTENCES[error.reason]
    known = {one.getId(): one.title for one in details.offerings(desk)}
    mapping = {"service": known.get(error.detail, error.detail), "limit": error.detail}
    return _(text, default=text.default, mapping=mapping)


def too_late(error: NotPossible):
    """Why an appointment cannot be changed any more."""
    return TOO_LATE.get(error.state, _("This appointment has begun. Please speak to us."))
