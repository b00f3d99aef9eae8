"""How a desk receives people on the day: arrival, tickets, the order in which they are called."""

from kaarst.appointments import _
from kaarst.appointments.desks import letters
from plone.supermodel import model
from zope import schema


class IReceiving(model.Schema):
    """Part of the schema of a desk."""

    model.fieldset(
        "receiving",
        label=_("On the day"),
        description=_(
            "help_receiving",
            default="One queue of appointments and of visitors without one. The display for the "
            "waiting room and the terminal are linked on the page “Set up”.",
        ),
        fields=[
            "check_in_from",
            "walk_in",
            *letters.NAMES,
            "queue_late",
            "queue_longest",
            "terminal_prints",
        ],
    )
    check_in_from = schema.Int(
        title=_("So many minutes before an appointment one can check in"),
        min=0,
        max=240,
        default=30,
    )
    walk_in = schema.Bool(
        title=_("Tickets without an appointment at the terminal"),
        description=_(
            "help_walk_in",
            default="Otherwise only the reception gives tickets to visitors without an appointment.",
        ),
        default=True,
        required=False,
    )
    letter = schema.Choice(
        title=_("Letter of waiting numbers without an appointment"),
        description=_(
            "help_letter",
            default="No other desk of this page has it, so that a number means one person only. "
            "Empty: the next one that is free. Tickets already drawn keep theirs.",
        ),
        source=letters.free,
        defaultFactory=letters.without_appointment,
        required=False,
    )
    letter_of_appointments = schema.Choice(
        title=_("Letter of waiting numbers with an appointment"),
        source=letters.free,
        defaultFactory=letters.with_appointment,
        required=False,
    )
    queue_late = schema.Int(
        title=_("Who is so many minutes late queues like a visitor without an appointment"),
        min=0,
        max=120,
        default=10,
    )
    queue_longest = schema.Int(
        title=_(
            "Nobody without an appointment waits longer than so many minutes behind appointments"
        ),
        min=10,
        max=480,
        default=90,
    )
    terminal_prints = schema.Bool(
        title=_("The terminal prints tickets"),
        description=_(
            "help_terminal_prints",
            default="Start the terminal's browser so that it prints without asking, for example "
            "Chromium with --kiosk-printing.",
        ),
        default=False,
        required=False,
    )
