"""What waits in the Posteingang, and whether the sums add up."""

from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.metering import _
from kaarst.metering.decoders.base import iso
from kaarst.metering.inbox.pages import short_reason
from kaarst.metering.inbox.readable import readable
from kaarst.metering.store import letters
from kaarst.metering.store import replay
from kaarst.metering.store.engine import default_store
from plone import api
from urllib.parse import urlencode


STATES = (letters.OPEN, letters.ASIDE, letters.REPLAYED, letters.DISCARDED)
SIZE = 50
MOST = 500


class DeadLettersGet(JsonGet):
    """`?state=&topic=&reason=&b_start=&b_size=` → `sums`, `groups` and one page of `items`."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        self.mistakes = {}
        state = self._text("state", 10) or letters.OPEN
        if state not in STATES:
            self.mistakes["state"] = _("Please choose one of the options.")
        topic, reason = self._text("topic", 500) or None, self._text("reason", 30) or None
        start, size = self._number("b_start", 0, 10**9), self._number("b_size", SIZE, MOST)
        if self.mistakes:
            raise invalid(self.mistakes)
        with default_store().reading() as connection:
            found = replay.letters(connection, state, topic, reason, start, size + 1)
            groups = replay.groups(connection, state)
            sums = letters.sums(connection)
        base = f"{api.portal.get().absolute_url()}/@dead-letters"
        answer = {
            "@id": base,
            "sums": sums,
            "groups": [group_json(*group) for group in groups],
            "items": [letter_json(one) for one in found[:size]],
        }
        if len(found) > size:
            known = {"state": state, "topic": topic, "reason": reason}
            query = {name: value for name, value in known.items() if value}
            query |= {"b_start": start + size, "b_size": size}
            answer["next"] = f"{base}?{urlencode(query)}"
        return answer

    def _text(self, name: str, limit: int) -> str:
        value = self.request.form.get(name, "")
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            self.mistakes[name] = _("Please choose one of the options.")
            return ""
        return value

    def _number(self, name: str, default: int, most: int) -> int:
        value = self.request.form.get(name, str(default))
        if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
            value = ""
        if not value or len(value) > 10 or int(value) > most:
            self.mistakes[name] = _(
                "whole_between",
                default="Please write a whole number from ${least} to ${most}.",
                mapping={"least": 0, "most": most},
            )
            return 0
        return int(value)


def group_json(topic: str, reason: str, count: int, newest: int) -> dict:
    """Dead letters of one topic and reason."""
    return {
        "topic": topic,
        "reason": reason,
        "message": short_reason(reason),
        "count": count,
        "newest": iso(newest),
    }


def letter_json(letter: replay.Letter) -> dict:
    """One dead letter; the payload readable and cut, as the page shows it."""
    return {
        "id": letter.id,
        "received": iso(letter.received),
        "topic": letter.topic,
        "payload": readable(letter.payload),
        "reason": letter.reason,
        "message": letter.message,
        "state": letter.state,
        "count": letter.count,
    }
