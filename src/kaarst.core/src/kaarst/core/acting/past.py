"""What was done by an account's authorisations, as the audit log has it: the history of both sides."""

from collections.abc import Callable
from datetime import datetime
from datetime import UTC
from kaarst.core import audit
from kaarst.core.account import store as accounts
from kaarst.core.acting import store
from kaarst.core.audit import kinds
from kaarst.core.audit import wording
from kaarst.core.audit.reading import entries_about
from kaarst.core.opening_hours import BERLIN

import json


#: As many as the page shows.
MOST = 30


def happened(account: str, translate: Callable) -> list[dict]:
    """The newest first: `{when, what, name, number}` in words; empty if the log cannot be read.

    Of what others have sent, only what stands in this account as well.
    """
    there = {one.id: one for one in store.of_account(account)}
    if not there:
        return []
    subjects = [*there, *accounts.numbers(account)]
    try:
        found = entries_about(subjects, kinds.ACTING, MOST)
    except audit.LogUnavailable:
        return []
    steps = []
    for entry in found:
        detail = json.loads(entry.detail)
        id = detail.get("authorisation") or entry.subject
        what = wording.VALUES.get(detail.get("what"))
        if id not in there or what is None:
            continue
        steps.append(
            {
                "when": f"{datetime.fromtimestamp(entry.at / 1000, UTC).astimezone(BERLIN):%d.%m.%Y, %H:%M}",
                "what": translate(what),
                "name": _between(there[id]),
                "number": entry.subject if entry.subject != id else "",
            }
        )
    return steps


def _between(one) -> str:
    """Who acts for whom."""
    return f"{one.holder_name} → {one.name}" if one.holder_name else one.name
