"""The opening hours of the town hall in few words: the usual week and what holds right now."""

from datetime import datetime
from datetime import UTC
from itertools import groupby
from kaarst.core.opening_hours import Schedule
from kaarst.policy import _
from zope.i18n import translate


WEEKDAYS = (
    _("Mon"),
    _("Tue"),
    _("Wed"),
    _("Thu"),
    _("Fri"),
    _("Sat"),
    _("Sun"),
)
LONG_WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


def usual_week(schedule: Schedule, request) -> list[dict]:
    """Open days only, neighbours with the same hours together: `{"days": "Mo–Mi", "hours": "08:30–12:00"}`."""
    rows = []
    for spans, days in groupby(range(7), key=lambda number: schedule.week[number]):
        if not spans:
            continue
        names = [translate(WEEKDAYS[number], context=request) for number in days]
        rows.append(
            {
                "days": names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}",
                "hours": ", ".join(map(str, spans)),
            }
        )
    return rows


def open_now(schedule: Schedule, request, now: datetime | None = None) -> dict | None:
    """What holds at `now`: `{"open": bool, "text": sentence}`; None when nobody has entered hours."""
    if not schedule.known:
        return None
    now = now or datetime.now(UTC)
    state = schedule.state(now)
    if state.open:
        text = _("Open now until ${time}", mapping={"time": f"{state.until:%H:%M}"})
    elif state.opens is None:
        text = _("Closed at present")
    else:
        text = _opens(state.opens, now.astimezone(schedule.zone), request)
    return {"open": state.open, "text": translate(text, context=request), "reason": state.reason}


def _opens(opens: datetime, now: datetime, request):
    time = f"{opens:%H:%M}"
    days = (opens.date() - now.date()).days
    if days == 0:
        return _("Closed, opens today at ${time}", mapping={"time": time})
    if days == 1:
        return _("Closed, opens tomorrow at ${time}", mapping={"time": time})
    if days < 7:
        day = translate(LONG_WEEKDAYS[opens.weekday()], context=request)
        return _("Closed, opens on ${day} at ${time}", mapping={"day": day, "time": time})
    return _(
        "Closed until ${date}, ${time}",
        mapping={"date": f"{opens:%d.%m.%Y}", "time": time},
    )
