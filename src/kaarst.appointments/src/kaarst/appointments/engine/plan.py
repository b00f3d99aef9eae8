"""Everything an editor has set about a desk, as one immutable value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.interfaces import IHours
from kaarst.appointments.engine.interfaces import ILengthRule
from kaarst.appointments.engine.interfaces import IRelease
from kaarst.appointments.engine.offering import combine_needs
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.offering import one_after_another
from kaarst.appointments.engine.offering import Request


@dataclass(frozen=True)
class Resource:
    """A counter, a room, a kit or a member of staff.

    `skills` is what it can do, None for everything. `capacity` is how many appointments it can
    have at once. `hours` (`IHours`) limit it further than those of the desk. Desks that share a
    resource name it by the same `id`.
    """

    id: str
    kind: str = "counter"
    skills: frozenset[str] | None = None
    capacity: int = 1
    hours: IHours | None = None

    def meets(self, need: Need) -> bool:
        """Whether this is of the kind needed and can do what is needed."""
        return self.kind == need.kind and (self.skills is None or need.skills <= self.skills)


@dataclass(frozen=True)
class Plan:
    """A desk as configured.

    `step`: appointments begin every so many minutes of the clock.
    `lead`: minutes that must lie between now and an appointment; `horizon`: the number of days
    after today that can be booked, of which the last opens at `opens_at` minutes after midnight.
    `hold`: seconds a citizen has to enter the name. `at_most` services and `longest` minutes may
    be combined, 0 for no limit. `even` spreads bookings over the resources, else they are packed.
    `rooms`: every booking gets the name of a video room that nobody can guess.
    """

    id: str
    hours: IHours
    resources: tuple[Resource, ...]
    offerings: tuple[Offering, ...]
    length_rule: ILengthRule = one_after_another
    step: int = 5
    lead: int = 0
    horizon: int = 60
    opens_at: int = 0
    hold: int = 600
    at_most: int = 0
    longest: int = 0
    even: bool = False
    rooms: bool = False
    release: IRelease | None = None

    def offering(self, service: str) -> Offering:
        """The offering of a service; raises `NotBookable`."""
        for offering in self.offerings:
            if offering.id == service:
                return offering
        raise NotBookable("service", service)

    def resource(self, name: str) -> Resource | None:
        """The resource of this id, None for one the desk no longer has."""
        return next((one for one in self.resources if one.id == name), None)

    def request(self, services: Sequence[str], travel: int = 0) -> Request:
        """What an appointment for these services needs; `travel` in minutes each way, if it is
        further than the services say.

        Raises `NotBookable` for an unknown service and for combinations that are not allowed.
        """
        if not services:
            raise NotBookable("nothing")
        offerings = [self.offering(service) for service in services]
        for offering in offerings:
            if Counter(services)[offering.id] > offering.at_most:
                raise NotBookable("too often", offering.id)
        if self.at_most and len(services) > self.at_most:
            raise NotBookable("too many", str(self.at_most))
        minutes = self.length_rule(offerings)
        if self.longest and minutes > self.longest:
            raise NotBookable("too long", str(self.longest))
        needs = combine_needs(offerings)
        for need in needs:
            if sum(one.meets(need) for one in self.resources) < need.count:
                raise NotBookable("nobody", need.kind)
        return Request(
            services=tuple(services),
            cells=raster.cells_for(minutes),
            needs=needs,
            before=raster.cells_for(max(one.before for one in offerings)),
            after=raster.cells_for(max(one.after for one in offerings)),
            travel=raster.cells_for(max(travel, *(one.travel for one in offerings))),
        )

    def open_cells(self, resource: Resource, day: date) -> int:
        """The cells in which the desk and the resource are open."""
        cells = self.hours.open_cells(day)
        if resource.hours is None or not cells:
            return cells
        return cells & resource.hours.open_cells(day)

    def last_day(self, now: int) -> date:
        """The last day that can be booked at the instant."""
        today = raster.day_of(now)
        days = self.horizon if now >= raster.wall_clock(today, self.opens_at) else self.horizon - 1
        return today + timedelta(days=days)
