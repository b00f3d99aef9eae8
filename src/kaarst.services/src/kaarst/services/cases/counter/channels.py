"""Which way a case has come to the town, and when."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import UTC
from kaarst.services import _
from kaarst.services.forms.validators import BERLIN


#: Ways other than the citizen's own form; a case without a channel has come that way.
CHANNELS = {
    "counter": _("At the counter"),
    "phone": _("On the phone"),
    "letter": _("By letter"),
    "email": _("By e-mail"),
}
ONLINE = _("Online")
#: What no clerk chooses.
OTHERS = {"town": _("Written by the town hall")}
#: What lies longer is a matter for the archive.
OLDEST = timedelta(days=366)
CHOOSE = _("Please choose which way it has come.")
NO_DAY = _("Please write a day like 2026-03-31.")
FUTURE = _("This day is still to come.")
TOO_OLD = _("This is more than a year ago.")


@dataclass(frozen=True)
class Origin:
    """`clerk`: user id of who has filed it. `received`: aware, UTC, when the town has got it."""

    channel: str
    clerk: str
    received: datetime


def checked(channel, received, clerk: str, now: datetime) -> tuple[Origin | None, dict]:
    """The Origin out of what was typed, or None and `{field: message}`.

    `received`: a day as ISO 8601, of which the middle is taken; empty or today: `now` (aware).
    A period begins when the town has got the letter, not when somebody has typed it in
    (VwVfG NRW § 31, BGB § 187).
    """
    errors, moment = {}, now
    if not isinstance(channel, str) or channel not in CHANNELS:
        errors["channel"] = CHOOSE
    today = now.astimezone(BERLIN).date()
    try:
        day = date.fromisoformat(received) if received else today
    except (TypeError, ValueError):
        errors["received"] = NO_DAY
        return None, errors
    if day > today:
        errors["received"] = FUTURE
    elif today - day > OLDEST:
        errors["received"] = TOO_OLD
    elif day < today:
        moment = datetime.combine(day, time(12), BERLIN)
    return (None if errors else Origin(channel, clerk, moment.astimezone(UTC))), errors


def title(channel: str):
    """What a channel is called; a Message."""
    return {**CHANNELS, **OTHERS}.get(channel, ONLINE)
