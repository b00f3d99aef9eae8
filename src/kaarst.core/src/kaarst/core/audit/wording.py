"""What stands in an entry, in words."""

from kaarst.core import _
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Entry

import json


#: Names in the details of entries; whatever is none of them is shown as it is.
NAMES = {
    "after": _("Afterwards"),
    "attempts": _("Attempts in an hour"),
    "before": _("Before"),
    "by": _("Searched for who"),
    "count": _("How many"),
    "department": _("Department"),
    "found": _("Found"),
    "from": _("From"),
    "group": _("Group"),
    "kind": _("Kind"),
    "known": _("Account known"),
    "page": _("Page"),
    "path": _("Where"),
    "roles": _("Roles"),
    "sender": _("Sender (a name for one day)"),
    "setting": _("Setting"),
    "until": _("Until"),
    "way": _("Way"),
    "what": _("What"),
}
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
    "form": _("Login form"),
    "password": _("Password"),
    "basic": _("HTTP Basic"),
    "rest": _("REST"),
}
MEANT = ("what", "way")


def parts(entry: Entry, translate) -> list[tuple[str, str]]:
    """Returns name and value of each detail, in words."""
    return [
        (translate(NAMES[name]) if name in NAMES else name, _value(name, value, translate))
        for name, value in json.loads(entry.detail).items()
    ]


def kind(entry: Entry, translate) -> str:
    """What was done. A kind that this version does not know any more is shown as it is."""
    return translate(kinds.KINDS[entry.kind]) if entry.kind in kinds.KINDS else entry.kind


def who(entry: Entry, translate) -> str:
    """Who has done it: `anna (Staff)`."""
    word = translate(kinds.ACTORS[entry.actor_kind]) if entry.actor_kind in kinds.ACTORS else ""
    return f"{entry.actor} ({word})" if entry.actor else word


def _value(name, value, translate) -> str:
    if isinstance(value, bool):
        return translate(_("Yes") if value else _("No"))
    if name in MEANT and value in VALUES:
        return translate(VALUES[value])
    if name == "kind" and value in kinds.KINDS:
        return translate(kinds.KINDS[value])
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_value('', held, translate)}" for key, held in value.items())
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    return str(value)
