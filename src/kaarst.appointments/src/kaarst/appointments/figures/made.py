"""The figures of a desk (content) over some days."""

from datetime import date
from datetime import timedelta
from kaarst.appointments.bookings import office
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.statistics import Figures
from kaarst.appointments.engine.statistics import figures
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.figures.use import Use
from kaarst.appointments.figures.use import use_by_hour


DAYS = 28
MOST_DAYS = 800


class WrongSpan(ValueError):
    """`field` is "from" or "to"."""

    def __init__(self, field: str):
        super().__init__(field)
        self.field = field


def span(first: object, last: object, today: date) -> tuple[date, date]:
    """Two days out of texts, both included; the last four weeks unless given.

    Raises `WrongSpan` for what is no day, the wrong way round or too long.
    """
    days = {}
    for name, text in (("from", first), ("to", last)):
        try:
            days[name] = date.fromisoformat(text) if isinstance(text, str) and text else None
        except ValueError:
            raise WrongSpan(name) from None
        if days[name] is not None and not 2000 <= days[name].year < 2100:
            raise WrongSpan(name)
    end = days["to"] or today
    start = days["from"] or end - timedelta(days=DAYS - 1)
    if not 0 <= (end - start).days < MOST_DAYS:
        raise WrongSpan("to")
    return start, end


def made(desk, first: date, last: date) -> Figures:
    """The figures of all appointments and visits on these days."""
    engine = office.engine(desk)
    own = engine.plan.id
    return figures(
        (one for one in engine.storage.records(Booking) if one.desk == own),
        (one for one in engine.storage.records(Ticket) if one.desk == own),
        raster.midnight(first),
        raster.midnight(last + timedelta(days=1)),
    )


def used(desk, first: date, last: date) -> dict[int, Use]:
    """How full the open hours of the counters were on these days, by hour of the day."""
    engine = office.engine(desk)
    days = raster.midnight(first), raster.midnight(last + timedelta(days=1))
    # Also those of other desks that a counter is shared with: it was in use.
    found = (one for one in engine.storage.records(Booking) if days[0] <= one.start < days[1])
    return use_by_hour(engine.plan, found, engine.storage.records(Closure), first, last)
