"""Says when an office is open. Gives translatable messages; the page or service translates them."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import lru_cache
from kaarst.core import _
from kaarst.core.opening_hours.schedule import Schedule
from kaarst.core.opening_hours.schedule import State
from zope.i18n.locales import locales


WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


@dataclass(frozen=True)
class Sentence:
    """`label` says open or closed, `detail` until when ("" when nobody knows), `reason` why today is different."""

    open: bool
    label: str
    detail: str = ""
    reason: str = ""


@lru_cache(maxsize=8)
def _formatter(language: str, length: str):
    return locales.getLocale(language).dates.getFormatter("date", length)


def date_text(day: date, language: str = "de", length: str = "long") -> str:
    """ "24. Dezember 2026" or "December 24, 2026"; `length` as in CLDR: short, medium, long, full."""
    return _formatter(language if language in ("de", "en") else "de", length).format(day)


def time_text(moment: datetime) -> str:
    """ "12:00"."""
    return f"{moment:%H:%M}"


def sentence(schedule: Schedule, now: datetime, language: str = "de") -> Sentence:
    """What holds at `now` (aware)."""
    state = schedule.state(now, language)
    local = now.astimezone(schedule.zone)
    if state.open:
        return Sentence(True, _("Open now"), _until(state, local), state.reason)
    return Sentence(False, _("Closed now"), _opens(state, local, language), state.reason)


def _until(state: State, now: datetime):
    until = state.until
    if until.astimezone(UTC) - now.astimezone(UTC) > timedelta(hours=24):
        return _("around the clock")
    if until.date() > now.date() and until.hour == until.minute == 0:
        return _("until ${time}", mapping={"time": "24:00"})
    return _("until ${time}", mapping={"time": time_text(until)})


def _opens(state: State, now: datetime, language: str):
    if state.opens is None:
        return ""
    time = time_text(state.opens)
    ahead = (state.opens.date() - now.date()).days
    if ahead == 0:
        return _("opens today at ${time}", mapping={"time": time})
    if ahead == 1:
        return _("opens tomorrow at ${time}", mapping={"time": time})
    if ahead < 7:
        weekday = WEEKDAYS[state.opens.weekday()]
        return _("opens on ${weekday} at ${time}", mapping={"weekday": weekday, "time": time})
    day = date_text(state.opens.date(), language)
    return _("opens on ${date} at ${time}", mapping={"date": day, "time": time})
