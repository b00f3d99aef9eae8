"""A clerk names a deputy, and ends it; the page and REST share it."""

from datetime import date
from kaarst.services import _
from kaarst.services.cases.content import current_user
from kaarst.services.cases.departments import rights
from kaarst.services.cases.deputies import store
from plone import api


CLERK = "Clerk"
REASONS = {
    "self": _("Please choose a colleague."),
    "order": _("The last day is before the first."),
    "past": _("This day is over already."),
    "long": _("At most one year, please."),
}
NO_DAY = _("Please write a day like 2026-03-31.")


def colleagues() -> dict[str, str]:
    """User id → name of everybody else who works on cases, by name."""
    roles = api.portal.get().acl_users.portal_role_manager
    found = {id for id, _title in roles.listAssignedPrincipals(CLERK)}
    found |= {group.getId() for group in api.group.get_groups() if CLERK in group.getRoles()}
    known = rights.members(found)
    known.pop(current_user(), None)
    return known


def checked(data: dict) -> tuple[tuple | None, dict]:
    """(deputy, first, last) out of `deputy`, `first` and `last` as texts, or None and `{field: message}`."""
    errors = {}
    deputy = data.get("deputy")
    if not isinstance(deputy, str) or deputy not in colleagues():
        errors["deputy"] = REASONS["self"]
    days = {}
    for name in ("first", "last"):
        try:
            days[name] = date.fromisoformat(data.get(name))
        except (TypeError, ValueError):
            errors[name] = NO_DAY
    if not errors:
        try:
            store.check(current_user(), deputy, days["first"], days["last"], store.this_day())
        except store.Refused as refused:
            errors[refused.field] = REASONS[refused.reason]
    return (None if errors else (deputy, days["first"], days["last"])), errors


def mine(desk) -> list[store.Agreement]:
    """The agreements the user has a part in, earliest first; what is over is not among them."""
    me, today = current_user(), store.this_day()
    return [
        one for one in desk.deputies.all() if me in (one.clerk, one.deputy) and one.last >= today
    ]


def end(desk, id: str) -> bool:
    """Ends an agreement; either of the two may. Returns whether there was one."""
    if id not in {one.id for one in mine(desk)}:
        return False
    desk.deputies.end(id)
    return True
