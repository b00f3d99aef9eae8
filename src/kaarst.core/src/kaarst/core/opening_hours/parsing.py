"""Reads opening hours as editors write them."""

from datetime import date
from kaarst.core import _
from kaarst.core.opening_hours.schedule import HoursException
from kaarst.core.opening_hours.schedule import MINUTES_OF_A_DAY
from kaarst.core.opening_hours.schedule import MonthDay
from kaarst.core.opening_hours.schedule import Span

import re


class HoursError(ValueError):
    """Text that cannot be read as opening hours. `message` is a translatable sentence for the editor."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


CLOSED = {"", "-", "–", "geschlossen", "zu", "closed"}
ALL_DAY = {"ganztägig", "durchgehend", "24 stunden", "all day"}

_DASH = r"\s*(?:-|–|—|bis|to)\s*"
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:uhr|h)?{_DASH}{_CLOCK}\s*(?:uhr|h)?", re.IGNORECASE)
_BETWEEN_SPANS = re.compile(r"\s*(?:[,;/+&]|\bund\b|\band\b)\s*", re.IGNORECASE)
_DATE = r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})?"
_EXCEPTION = re.compile(rf"{_DATE}(?:{_DASH}{_DATE})?\s*[,:]?\s*(.*)", re.IGNORECASE | re.DOTALL)
#: The colon before the reason: one that is not the colon of a time of day.
_REASON = re.compile(r"\s*:(?!\d{2}(?!\d))\s*")


def _minutes(hours: str, minutes: str | None, text: str) -> int:
    value = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or value > MINUTES_OF_A_DAY:
        raise HoursError(
            _(
                "“${text}” contains a time that does not exist.",
                mapping={"text": text},
            )
        )
    return value


def parse_span(text: str) -> Span:
    """ "08:30–12:00", "8.30-12 Uhr" or "14 bis 18 Uhr" as a `Span`."""
    text = text.strip()
    match = _SPAN.fullmatch(text)
    if match is None:
        raise HoursError(
            _(
                "“${text}” cannot be read as opening hours. Please write it like this: 08:30–12:00, 14:00–18:00",
                mapping={"text": text},
            )
        )
    start = _minutes(match[1], match[2], text)
    end = _minutes(match[3], match[4], text)
    if end <= start:
        raise HoursError(
            _(
                "“${text}”: closing time must lie after opening time.",
                mapping={"text": text},
            )
        )
    return Span(start, end)


def parse_day(text: str | None) -> tuple[Span, ...]:
    """The spans of one day, in order of time; empty text, "geschlossen" or "–" gives none.

    Raises HoursError for text that is not understood and for spans that overlap.
    """
    text = " ".join((text or "").split())
    if text.casefold() in CLOSED:
        return ()
    if text.casefold() in ALL_DAY:
        return (Span(0, MINUTES_OF_A_DAY),)
    spans = sorted(parse_span(part) for part in _BETWEEN_SPANS.split(text) if part)
    for before, after in zip(spans, spans[1:], strict=False):
        if after.start < before.end:
            raise HoursError(
                _(
                    "“${text}”: two periods overlap.",
                    mapping={"text": text},
                )
            )
    return tuple(spans)


def _date(day: str, month: str, year: str | None, text: str) -> date | MonthDay:
    try:
        # 2024 had a 29 February, so every day of every year is accepted.
        found = date(int(year or 2024), int(month), int(day))
    except ValueError:
        raise HoursError(
            _(
                "“${text}” contains a date that does not exist.",
                mapping={"text": text},
            )
        ) from None
    return found if year else MonthDay(found.month, found.day)


def _range(day, month, year, last_day, last_month, last_year, text):
    """First and last day; a year that is written once counts for both, also over the turn of the year."""
    if not last_day:
        first = _date(day, month, year, text)
        return first, first
    first = _date(day, month, year or last_year, text)
    last = _date(last_day, last_month, last_year or year, text)
    if isinstance(first, date) and last < first:
        if not year:
            first = _date(day, month, str(last.year - 1), text)
        elif not last_year:
            last = _date(last_day, last_month, str(first.year + 1), text)
        else:
            raise HoursError(
                _("“${text}”: the last day lies before the first.", mapping={"text": text})
            )
    return first, last


def parse_exception(text: str) -> HoursException:
    """One line: a date or a range of dates, hours or "geschlossen", and after a colon the reason.

    "24.12.2026 geschlossen: Heiligabend"; "05.11.2026 08:30–10:00: Betriebsversammlung";
    "24.12.–31.12. geschlossen" (every year); "03.08.–07.08.2026 geschlossen" (the year counts for both).
    Raises HoursError.
    """
    line = " ".join(text.split())
    match = _EXCEPTION.fullmatch(line)
    if match is None:
        raise HoursError(
            _(
                "“${text}” does not begin with a date. Please write it like this: 24.12.2026 geschlossen: Heiligabend",
                mapping={"text": line},
            )
        )
    first, last = _range(*match.groups()[:6], line)
    hours, reason = _split_reason(match[7])
    if not hours and not reason:
        raise HoursError(
            _(
                "“${text}”: please add “geschlossen” or the opening hours of that day.",
                mapping={"text": line},
            )
        )
    return HoursException(first, last, parse_day(hours), reason)


def _split_reason(rest: str) -> tuple[str, str]:
    parts = _REASON.split(rest, maxsplit=1)
    hours = parts[0].strip()
    return hours, parts[1].strip() if len(parts) > 1 else ""


def parse_exceptions(lines) -> tuple[HoursException, ...]:
    """Every line of a text or of a sequence of texts; blank lines are left out. Raises HoursError."""
    if lines is None:
        return ()
    if isinstance(lines, str):
        lines = lines.splitlines()
    return tuple(parse_exception(line) for line in lines if line and line.strip())
