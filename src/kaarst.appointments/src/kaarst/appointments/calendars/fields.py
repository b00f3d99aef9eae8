"""The fields with which calendars are connected, in the order in which one has them at hand."""

from collections.abc import Iterator
from collections.abc import Mapping
from kaarst.appointments import _
from kaarst.appointments.calendars.graph.clouds import CLOUDS
from kaarst.appointments.calendars.records import CALDAV
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import GRAPH


#: What is shown again after a mistake: everything but the password.
FIELDS = ("address", "user", "tenant", "cloud")
TITLES = {
    CALDAV: _("Connect by CalDAV (Nextcloud, SOGo and others)"),
    GRAPH: _("Connect Exchange Online (Microsoft 365)"),
}
#: Name, type of the input, label, help.
FORMS = {
    CALDAV: (
        (
            "address",
            "url",
            _("Address of the calendar (CalDAV)"),
            _(
                "Nextcloud, SOGo and others show it as the address or link of the calendar. It begins with https://."
            ),
        ),
        ("user", "text", _("User"), ""),
        (
            "password",
            "password",
            _("Password"),
            _(
                "Please make a password of its own for this in the calendar program (app password). It is never shown again."
            ),
        ),
    ),
    GRAPH: (
        (
            "address",
            "email",
            _("Mailbox"),
            _("The e-mail address of the person or the room whose calendar it is."),
        ),
        (
            "tenant",
            "text",
            _("Directory (tenant) ID"),
            _("Your IT registers this site as an application in Microsoft Entra and has this ID."),
        ),
        ("user", "text", _("Application (client) ID"), _("It stands beside the directory ID.")),
        (
            "password",
            "password",
            _("Client secret"),
            _("The value of the secret, not its ID. It is stored sealed and never shown again."),
        ),
        ("cloud", "select", _("Cloud"), _("In Europe always Microsoft 365.")),
    ),
}
KEPT = _("Leave it empty to keep the one that is stored.")


def fields(
    kind: str, values: Mapping[str, str], errors: Mapping[str, str], known: Connection | None
) -> Iterator[dict]:
    """`{name, type, label, help, more, value, error, choices}` of each field of a form.

    `known`: the connection whose password is taken where none is typed.
    """
    for name, type_, label, help_ in FORMS[kind]:
        is_kept = name == "password" and known is not None and bool(known.password)
        yield {
            "name": name,
            "type": type_,
            "label": label,
            "help": help_,
            "more": KEPT if is_kept else "",
            # A password is not given back, not even the one just typed.
            "value": values.get(name, "") if name in FIELDS else "",
            "error": errors.get(name),
            "required": name == "address",
            "choices": [(key, one.title) for key, one in CLOUDS.items()] if name == "cloud" else [],
        }
