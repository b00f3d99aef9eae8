"""What the endpoints share: reading services, instants and refusals of the engine."""

from contextlib import contextmanager
from datetime import date
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import refusals
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.engine.wishes import Wish
from kaarst.core.places.contact import phone_url
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid


MOST_SERVICES = 40


def wrong(field: str, message) -> ApiError:
    """A 400 about one field."""
    return invalid({field: message})


def services_of(value, field: str) -> list[str]:
    """The ids of services; raises ApiError 400."""
    if (
        not isinstance(value, list)
        or not 0 < len(value) <= MOST_SERVICES
        or not all(isinstance(one, str) and one for one in value)
    ):
        raise wrong(field, _("Please choose at least one service."))
    return value


def instant_of(value, field: str = "start") -> int:
    """Seconds since 1970 of an ISO 8601 moment with offset; raises ApiError 400."""
    try:
        seconds = details.instant(value)
    except ValueError:
        raise wrong(
            field,
            _("Please give a moment with offset, for example 2026-11-24T08:30:00+01:00."),
        ) from None
    if seconds != int(seconds):
        raise wrong(field, _("Appointments begin at a full minute."))
    return int(seconds)


def day_of(value, field: str) -> date | None:
    """A local day, None for an empty text; raises ApiError 400."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(field, _("Please give a day, for example 2026-11-24.")) from None


@contextmanager
def answered(desk, field: str = "services"):
    """Turns what the engine refuses into the agreed answers."""
    try:
        yield
    except Taken as error:
        alternatives = [details.iso(start) for start in error.alternatives]
        raise ApiError(
            409,
            "Taken",
            _("This time has just been taken. Please choose another one."),
            more={"alternatives": alternatives},
        ) from None
    except NotBookable as error:
        raise wrong(field, refusals.sentence(desk, error)) from None
    except NotPossible as error:
        raise ApiError(
            409,
            "NotPossible",
            refusals.too_late(error),
            more={"state": error.state, "alternatives": []},
        ) from None
    except Gone:
        raise ApiError(
            409,
            "Gone",
            _("The reservation has ended. Please choose a time again."),
            more={"alternatives": []},
        ) from None


def place_json(desk) -> dict:
    """Where a desk is."""
    phone = details.phone(desk)
    return {
        "desk": desk.absolute_url(),
        "title": desk.title,
        "meets": desk.meets,
        "address": details.address(desk)[1:],
        "phone": phone,
        "phone_url": phone_url(phone),
    }


def booking_json(desk, booking: Booking) -> dict:
    """What a citizen may know of an appointment."""
    chosen = details.chosen(desk, booking.services)
    return {
        "number": booking.number,
        "state": booking.state,
        "start": details.iso(booking.start),
        "end": details.iso(booking.end),
        "services": [
            {"id": offering.getId(), "title": offering.title, "count": count}
            for offering, count in chosen
        ],
        "place": place_json(desk),
        "bring": details.bring_of(chosen),
        "video_url": details.video_link(desk, booking) or None,
        "visit": details.home(booking) or None,
    }


def wish_json(desk, wish: Wish) -> dict:
    """What a citizen may know of a wish."""
    offered = wish.state == OFFERED
    return {
        "number": wish.number,
        "state": wish.state,
        "services": list(wish.services),
        "since": details.iso(wish.since),
        "before": details.iso(wish.before),
        "weekdays": list(wish.weekdays),
        "place": place_json(desk),
        "offer": {"start": details.iso(wish.start), "answer_by": details.iso(wish.answer_by)}
        if offered
        else None,
    }
