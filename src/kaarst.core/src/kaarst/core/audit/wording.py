"""What stands in an entry, in words."""

from datetime import datetime
from kaarst.core import _
from kaarst.core.acting import authorisation
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Entry
from zoneinfo import ZoneInfo

import json


BERLIN = ZoneInfo("Europe/Berlin")

#: Names in the details of entries, in the order of the page; others are shown as they are, last.
NAMES = {
    "what": _("What"),
    "setting": _("Setting"),
    "way": _("Way"),
    "level": _("Level"),
    "reason": _("Reason"),
    "how": _("How"),
    "known": _("Account known"),
    "attempts": _("Attempts in an hour"),
    "page": _("Page"),
    "department": _("Department"),
    "path": _("Where"),
    "group": _("Group"),
    "before": _("Before"),
    "after": _("Afterwards"),
    "roles": _("Roles"),
    "found": _("Found"),
    "count": _("How many"),
    "from": _("From"),
    "until": _("Until"),
    "kind": _("Kind"),
    "by": _("Searched for who"),
    "sender": _("Sender (a name for one day)"),
    "authorisation": _("Authorisation"),
    "proof": _("Proof"),
    "sees": _("Sees cases and appointments"),
}
ORDER = {name: place for place, name in enumerate(NAMES)}
#: Moments, UTC milliseconds.
MOMENTS = ("from", "until")
VALUES = {
    "account-made": _("Account made"),
    "account-deleted": _("Account deleted"),
    "password-set": _("New password"),
    "group-made": _("Group made"),
    "group-deleted": _("Group deleted"),
    "group-joined": _("Put into a group"),
    "group-left": _("Taken out of a group"),
    "roles": _("Roles"),
    "sharing": _("Sharing"),
    "permissions": _("Permissions"),
    "found": _("Found so: who did it is unknown"),
    "opened": _("Account opened"),
    "deleted": _("Account deleted"),
    "form": _("Login form"),
    "password": _("Password"),
    "basic": _("HTTP Basic"),
    "rest": _("REST"),
    "account": _("Account"),
    "bundid": _("BundID"),
    "mail": _("Link by e-mail"),
    "staff": _("The town hall's own sign-in"),
    "list": _("From the list of sessions"),
    "provider": _("By the provider"),
    "self": _("By themselves"),
    "administrator": _("By an administrator"),
    "cases": _("Cases"),
    "drafts": _("Drafts"),
    "votes": _("Votes"),
    "bookings": _("Appointments"),
    "consents": _("Consents"),
    "draw-entries": _("Entries in draws"),
    "given": _("Authorisation given"),
    "declared": _("Said that they act for somebody"),
    "accepted": _("Authorisation accepted"),
    "ended": _("Authorisation ended"),
    "handed-over": _("Business handed over"),
    "begun": _("Acting begun"),
    "stopped": _("Acting stopped"),
    "hidden": _("Cases and appointments shown no longer"),
    "used": _("Sent for somebody else"),
    "checked": _("Proof seen"),
}
MEANT = ("what", "way", "how")


def parts(entry: Entry, translate) -> list[tuple[str, str]]:
    """Returns name and value of each detail, in words."""
    return [
        (translate(NAMES[name]) if name in NAMES else name, _value(name, value, translate))
        for name, value in sorted(json.loads(entry.detail).items(), key=_place)
    ]


def _place(pair) -> int:
    return ORDER.get(pair[0], len(ORDER))


def kind(entry: Entry, translate) -> str:
    """What was done. A kind that this version does not know any more is shown as it is."""
    return translate(kinds.KINDS[entry.kind]) if entry.kind in kinds.KINDS else entry.kind


def who(entry: Entry, translate) -> str:
    """Who has done it: `anna (Staff)`."""
    word = translate(kinds.ACTORS[entry.actor_kind]) if entry.actor_kind in kinds.ACTORS else ""
    return f"{entry.actor} ({word})" if entry.actor else word


def _value(name, value, translate) -> str:
    if value is None or value == []:
        return "–"
    if name in MOMENTS and isinstance(value, int):
        return f"{datetime.fromtimestamp(value / 1000, BERLIN):%d.%m.%Y, %H:%M}"
    if isinstance(value, bool):
        return translate(_("Yes") if value else _("No"))
    if name in MEANT and value in VALUES:
        return translate(VALUES[value])
    if name == "kind" and value in kinds.KINDS:
        return translate(kinds.KINDS[value])
    if name == "kind" and value in authorisation.KINDS:
        return translate(authorisation.KINDS[value])
    if name == "proof" and value in authorisation.PROOFS:
        return translate(authorisation.PROOFS[value])
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_value('', held, translate)}" for key, held in value.items())
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)
