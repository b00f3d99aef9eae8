"""What somebody asks of the log, on the page or over REST, and that they have asked."""

from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import timedelta
from kaarst.core import _
from kaarst.core import reference
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Entry
from kaarst.core.audit.log import installed
from kaarst.core.audit.recording import record
from kaarst.core.audit.recording import town
from kaarst.core.audit.search import found
from kaarst.core.audit.search import Wanted
from kaarst.core.whole_number import whole_number
from zoneinfo import ZoneInfo


BERLIN = ZoneInfo("Europe/Berlin")
FIELDS = ("from", "until", "kind", "actor", "subject", "before")
LONGEST = 200
NO_DAY = _("This is not a date.")


def read(data: Mapping) -> tuple[Wanted, int | None, dict]:
    """Returns what is wanted, before which sequence, and messages by field (empty: all in order).

    `from`, `until`: days in Berlin (`until` with that day) or moments, ISO 8601; `kind`, `actor`,
    `subject`: exactly, but numbers in any spelling; `before`: a whole number, of the entry from which to go on.
    """
    errors = {}
    typed = {name: _text(data.get(name)) for name in FIELDS}
    first = _moment(typed["from"], 0, "from", errors)
    until = _moment(typed["until"], 1, "until", errors)
    if typed["kind"] and typed["kind"] not in kinds.KINDS:
        errors["kind"] = _("Please choose what is meant.")
    before = whole_number(typed["before"]) if typed["before"] else None
    if typed["before"] and before is None:
        errors["before"] = _("This is not a number.")
    wanted = Wanted(
        first,
        until,
        typed["kind"] or None,
        typed["actor"] or None,
        _subject(typed["subject"]) or None,
        town(),
    )
    return wanted, before, errors


def look(wanted: Wanted, before: int | None, limit: int, export: bool = False) -> list[Entry]:
    """Returns entries of this town, the newest first, and notes that somebody has looked."""
    detail = {
        name: value
        for name, value in (
            ("from", wanted.first),
            ("until", wanted.until),
            ("kind", wanted.kind),
            ("by", wanted.actor),
            ("before", before),
        )
        if value is not None
    }
    kind = kinds.EXPORT if export else kinds.LOG_READ
    page = {"page": "audit-log"} if export else {}
    record(kind, subject=wanted.subject or "", detail={**detail, **page})
    with installed().reading() as connection:
        return list(found(connection, wanted, limit, before))


def _subject(text: str) -> str:
    """A number in its normal form, however it was typed; anything else as it is."""
    try:
        return reference.normalise(text)
    except reference.InvalidNumber:
        return text


def _text(value) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


def _moment(text: str, days: int, name: str, errors: dict) -> int | None:
    """UTC milliseconds; of a day its beginning, so many days later."""
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text) + timedelta(days=days)
            moment = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        errors[name] = NO_DAY
        return None
