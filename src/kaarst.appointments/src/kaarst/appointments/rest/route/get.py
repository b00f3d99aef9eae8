"""Each team of a day with its stops: when to leave, whom to visit, where, what for."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.route import rounds
from kaarst.appointments.hall.queues import counter_titles
from kaarst.appointments.rest.working import appointment_json
from kaarst.appointments.rest.working import DeskGet


class RouteGet(DeskGet):
    """`date`, today unless given → `rounds`; empty for a desk whose people visit nobody."""

    def handle(self):
        day, titles = self.day(), counter_titles(self.context)
        bookings = office.engine(self.context).on_days(day, day)
        self.note_reading(bookings)
        travel = self.context.travel
        return {
            "@id": self.address(),
            "date": day.isoformat(),
            "travel": travel,
            "rounds": [
                {
                    "team": [
                        {"id": key, "title": title}
                        for key, title in titles.items()
                        if key in one.team
                    ],
                    "stops": [self._stop(stop) for stop in one.stops],
                }
                for one in rounds([one for one in bookings if details.home(one)], travel)
            ],
        }

    def _stop(self, stop):
        return {
            **appointment_json(self.context, stop.booking),
            "leave": details.iso(stop.leave),
            "back": details.iso(stop.back),
            "bring": details.bring(self.context, stop.booking.services),
        }
