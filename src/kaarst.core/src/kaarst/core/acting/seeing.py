"""What who acts for somebody sees of what that one has sent and booked before: with a tick only.

Sections of an account that have `shared_entry(number)` show it there: cases and appointments do;
begun forms, meters, messages and consents do not. Each look is recorded, for the represented one
and for the data protection officer.
"""

from collections.abc import Iterable
from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core import audit
from kaarst.core.account import sections
from kaarst.core.account import store as accounts
from kaarst.core.acting import current
from kaarst.core.acting import store
from kaarst.core.audit.reading import known_readings
from plone import api

import time


#: How the log calls the list and what is opened from it.
LIST, OPENED = "acting-cases", "acting-case"
DAY = 86_400_000


def shown(request=None):
    """The Authorisation by which who is asking sees another one's things now, or None."""
    one = current.in_use(request)
    return one if one is not None and one.shows(datetime.now(UTC)) else None


def entries(request=None) -> list[tuple[str, object, list]]:
    """(name, section, its entries) of whom who is asking acts for; what is their own is left out.

    Records that they were seen.
    """
    one = shown(request)
    if one is None:
        return []
    own = accounts.numbers(accounts.current())
    held = [number for number in accounts.numbers(one.represented) if number not in own]
    found = []
    for name, section in sections.sections():
        show = getattr(section, "shared_entry", None)
        there = [entry for number in held if (entry := show(number)) is not None] if show else []
        if show:
            there.sort(key=lambda entry: entry.when, reverse=True)
            found.append((name, section, there))
    _record(one, [entry.number for _name, _section, there in found for entry in there], LIST)
    return found


def may_see(number: str, request=None) -> bool:
    """Whether who is asking sees what this number leads to only as it belongs to whom they act for."""
    one = shown(request)
    return (
        one is not None
        and number in accounts.numbers(one.represented)
        and not accounts.holds(number)
        and any(
            show(number) is not None
            for _name, section in sections.sections()
            if (show := getattr(section, "shared_entry", None))
        )
    )


def note(number: str, request=None) -> None:
    """Records that who acts has opened what a number leads to."""
    one = shown(request)
    if one is not None:
        _record(one, [number], OPENED)


def reader(id: str, account: str) -> str:
    """Who has looked at something by an authorisation, in words for the account it belongs to."""
    one = store.by_id(id)
    if one is None or one.giver != account or not one.holder_name:
        return _("Somebody who may act")
    return one.holder_name


def _record(one, numbers: Iterable[str], page: str) -> None:
    """Who looks at the same thing all day long has read it once."""
    actor = audit.alias(api.user.get_current().getId())
    since = time.time_ns() // 1_000_000 - DAY
    for number in sorted(set(numbers) - known_readings(actor, page, since)):
        detail = {"page": page, "authorisation": one.id}
        audit.record(audit.kinds.READ, subject=number, detail=detail)
