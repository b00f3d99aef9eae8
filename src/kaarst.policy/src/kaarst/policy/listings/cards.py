"""What a list shows of a news item or an event."""

from datetime import datetime
from kaarst.core.opening_hours import BERLIN
from plone.event.utils import is_same_day


#: Widths of a card's picture, from the scales of the image settings.
SCALES = ("preview", "teaser", "large")


def month_name(number: int, request) -> str:
    """The month in the page's language, from Plone's own calendar texts."""
    calendar = request.locale.dates.calendars["gregorian"]
    return calendar.getMonthNames()[number - 1]


def long_date(moment: datetime, request) -> str:
    """A date as the page's language writes it, without the weekday: 3. Dezember 2026."""
    day = moment.astimezone(BERLIN)
    return request.locale.dates.getFormatter("date", "long").format(day)


def picture(scales: dict | None, base_url: str) -> dict | None:
    """Address, size and `srcset` of a lead image, from the catalogue's `image_scales`."""
    found = (scales or {}).get("image")
    if not found:
        return None
    image = found[0]
    base_url = f"{base_url}/{image['base_path']}" if "base_path" in image else base_url
    sizes = [image["scales"][name] for name in SCALES if name in image["scales"]]
    best = sizes[0] if sizes else image
    return {
        "src": f"{base_url}/{best['download']}",
        "width": best["width"],
        "height": best["height"],
        "srcset": ", ".join(f"{base_url}/{size['download']} {size['width']}w" for size in sizes),
    }


def published(brain) -> datetime:
    """The day of publication; of creation where an editor's tool has left it out."""
    moment = brain.effective.asdatetime() if brain.effective else None
    return moment if moment and moment.year > 1970 else brain.created.asdatetime()


def news_card(brain, request) -> dict:
    moment = published(brain)
    return {
        "url": brain.getURL(),
        "title": brain.Title,
        "description": brain.Description,
        "date": long_date(moment, request),
        "datetime": moment.astimezone(BERLIN).date().isoformat(),
        "image": picture(brain.image_scales or None, brain.getURL()),
    }


def event_card(event, request) -> dict:
    """`event` is an accessor of plone.app.event; an occurrence gives its own day."""
    start, end = event.start.astimezone(BERLIN), event.end.astimezone(BERLIN)
    whole_day, open_end = bool(event.whole_day), bool(event.open_end)
    if whole_day:
        hours = ""
    elif open_end or not is_same_day(start, end):
        hours = f"{start:%H:%M}"
    else:
        hours = f"{start:%H:%M}–{end:%H:%M}"
    return {
        "url": event.url,
        "title": event.title,
        "description": event.description,
        "day": start.day,
        "month": month_name(start.month, request)[:3],
        "date": long_date(start, request),
        "until": "" if is_same_day(start, end) or open_end else long_date(end, request),
        "datetime": start.date().isoformat() if whole_day else start.isoformat(),
        "hours": hours,
        "location": event.location or "",
    }
