"""`POST /@audit-log`, for those who search the log with a program of their own."""

from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core.audit import asking
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost

import json


DEFAULT, MOST = 100, 1000


class AuditLogPost(JsonPost):
    """`{from, until, kind, actor, subject, before, limit}` → `items`, `next`: the next `before`."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        self.request.response.setHeader("Cache-Control", "no-store")
        wanted, before, errors = asking.read(data)
        for name in asking.FIELDS:
            numeric = name == "before" and isinstance(data.get(name), int)
            if not isinstance(data.get(name, ""), str) and not numeric:
                errors.setdefault(name, _("Please enter a text."))
        limit = data.get("limit", DEFAULT)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 0 < limit <= MOST:
            errors["limit"] = _("Please enter a number from 1 to ${most}.", mapping={"most": MOST})
        if errors:
            raise invalid(errors)
        found = asking.look(wanted, before, limit + 1)
        items = [_item(one) for one in found[:limit]]
        return 200, {"items": items, "next": items[-1]["sequence"] if len(found) > limit else None}


def _item(entry) -> dict:
    moment = datetime.fromtimestamp(entry.at / 1000, UTC)
    return {
        "sequence": entry.sequence,
        "at": moment.isoformat(timespec="milliseconds"),
        "kind": entry.kind,
        "actor": entry.actor,
        "actor_kind": entry.actor_kind,
        "subject": entry.subject,
        "detail": json.loads(entry.detail),
        "hash": entry.hash,
    }
