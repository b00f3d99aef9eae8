"""Why a calendar cannot be read or written, for people."""

from kaarst.appointments import _
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.records import GRAPH


REASONS = {
    interfaces.REFUSED: _("The calendar's server refuses this user or password."),
    interfaces.MISSING: _("There is nothing at this address."),
    interfaces.NO_CALENDAR: _(
        "There is no calendar at this address. Please copy the address of the calendar itself."
    ),
    interfaces.MOVED: _(
        "This address leads to another one. Please enter the one it leads to, if you trust it."
    ),
    interfaces.UNREACHABLE: _("The calendar's server does not answer."),
    interfaces.LATER: _("The calendar's server is busy. Please try again later."),
    interfaces.NOT_EXPANDED: _(
        "A repeated event in it follows a rule that cannot be read. Please enter its dates one by one."
    ),
    interfaces.EVENT: _(
        "An event in it cannot be read. Please save it anew in your calendar program, or delete it."
    ),
    interfaces.ANSWER: _("The answer of the calendar's server could not be understood."),
    interfaces.SEALED: _(
        "The stored password cannot be opened: the city's key is missing or another one. "
        "Please tell those who run the city, or connect the calendar anew."
    ),
    interfaces.TENANT: _("Microsoft knows no organisation with this directory (tenant) ID."),
    interfaces.APPLICATION: _("Microsoft knows no such application in this organisation."),
    interfaces.SECRET: _(
        "Microsoft refuses this client secret. Please copy its value, not its ID."
    ),
    interfaces.EXPIRED: _(
        "The client secret has expired. Please have a new one made in the Entra admin center."
    ),
    interfaces.NOT_ALLOWED: _(
        "The application has no right to this mailbox. Your IT can give it; it may take some hours to apply."
    ),
    interfaces.NO_MAILBOX: _("There is no mailbox with this address in Exchange Online."),
    interfaces.READ_ONLY: _("This calendar can be read, but nothing can be entered in it."),
}
#: The field beside which a reason stands in the form; the address for all others.
FIELDS = {
    interfaces.REFUSED: "password",
    interfaces.SEALED: "password",
    interfaces.TENANT: "tenant",
    interfaces.APPLICATION: "user",
    interfaces.SECRET: "password",
    interfaces.EXPIRED: "password",
    interfaces.READ_ONLY: "writes",
}
#: What is said otherwise of Microsoft's servers.
MICROSOFT = {
    interfaces.REFUSED: _("Microsoft refuses this application or its client secret."),
    interfaces.UNREACHABLE: _("Microsoft's servers do not answer."),
    interfaces.LATER: _("Microsoft's servers are busy. Please try again later."),
    interfaces.ANSWER: _("The answer of Microsoft's servers could not be understood."),
    interfaces.MOVED: _("The answer of Microsoft's servers could not be understood."),
}


def sentence(kind: str, reason: str):
    """Why, translatable; "" where there is no reason."""
    if kind == GRAPH and reason in MICROSOFT:
        return MICROSOFT[reason]
    return REASONS[reason] if reason else ""
