"""Takes dead letters in again, after a mapping was mended or a device assigned."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.metering import _
from kaarst.metering.store import replay
from kaarst.metering.store.engine import default_store
from plone import api

import time


_IDS = 1000
_TEXTS = {"topic": 500, "reason": 30}


class DeadLettersReplayPost(JsonPost):
    """`{ids?, topic?, reason?}` → `stored`, `duplicate`, `dead`, `reasons`; without any, all.

    May be repeated: a reading taken in twice is the same reading.
    """

    max_body = 50_000

    def handle(self, data):
        mistakes = {}
        chosen = {}
        for name, limit in _TEXTS.items():
            value = data.get(name)
            if value is not None and not _is_text(value, limit):
                mistakes[name] = _("Please choose one of the options.")
            chosen[name] = value
        ids = data.get("ids")
        if ids is not None and not _are_ids(ids):
            mistakes["ids"] = _("Please give a list of numbers of dead letters.")
        if mistakes:
            raise invalid(mistakes)
        who = api.user.get_current().getId() or ""
        found = replay.replay(default_store(), who, int(time.time() * 1000), ids, **chosen)
        return 200, {
            "stored": found.stored,
            "duplicate": found.duplicate,
            "dead": found.dead,
            "reasons": found.reasons or {},
        }


def _is_text(value, limit: int) -> bool:
    return isinstance(value, str) and len(value) <= limit and "\0" not in value


def _are_ids(value) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= _IDS
        and all(type(one) is int and 0 < one < 2**53 for one in value)
    )
