"""The public page of a desk, and the page on which it is set up."""

from AccessControl import getSecurityManager
from datetime import date
from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks import choices
from kaarst.appointments.desks import sharing
from kaarst.appointments.desks import week
from kaarst.appointments.desks.interfaces import today
from kaarst.appointments.desks.meeting import DESK
from kaarst.appointments.desks.meeting import VIDEO
from kaarst.appointments.desks.misfits import coming
from kaarst.appointments.desks.misfits import misfits
from kaarst.appointments.desks.plan import children
from kaarst.appointments.desks.plan import place_of
from kaarst.appointments.engine import raster
from kaarst.appointments.page import Page
from kaarst.appointments.page import WEEKDAYS
from kaarst.core.places.contact import phone_url
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zope.component import queryMultiAdapter


class DeskView(Page):
    """Where it is, when it is open, what can be booked."""

    template = ViewPageTemplateFile("templates/desk.pt")

    @property
    def page_title(self) -> str:
        """A contact point may have the same name."""
        return f"{self.context.aq_parent.title}: {self.context.title}"

    def __call__(self):
        return self.template()

    def offerings(self):
        """`{title, description, url}` of what can be booked here."""
        for offering in details.offerings(self.context):
            query = urlencode({"service": offering.getId(), "desk": self.context.getId()})
            yield {
                "title": offering.title,
                "description": offering.description,
                "url": f"{self.context.aq_parent.absolute_url()}/times?{query}",
            }

    def address(self):
        return details.address(self.context)[1:]

    def receives(self) -> bool:
        """Whether people come here and wait."""
        return self.context.meets == DESK

    def phone(self):
        return details.phone(self.context)

    def phone_url(self):
        return phone_url(self.phone())

    def place(self):
        return place_of(self.context)

    def hours(self):
        """The table of the place's opening hours, or None."""
        place = self.place()
        found = queryMultiAdapter((place, self.request), name="opening-hours") if place else None
        return found if found is not None and found.known else None


class SetupView(Page):
    """What the desk is made of, and the week that follows from it."""

    template = ViewPageTemplateFile("templates/setup.pt")
    heading = _("Set up")
    parts = (
        ("Offering", _("Bookable services"), _("Add a bookable service")),
        (
            "Resource",
            _("Counters, people, rooms and kits"),
            _("Add a counter, person, room or kit"),
        ),
        ("HoursRule", _("Breaks and further hours"), _("Add a break or further hours")),
    )

    def __call__(self):
        self.private()
        engine = office.engine(self.context)
        self.plan, self.storage = engine.plan, engine.storage
        self.outside = sum(1 for _one in misfits(engine, coming(engine)))
        return self.template()

    def groups(self):
        """What the desk is made of: `{title, add_title, add_url, items}`."""
        url = self.context.absolute_url()
        for portal_type, title, add_title in self.parts:
            yield {
                "title": self.translate(title),
                "add_title": self.translate(add_title),
                "add_url": f"{url}/++add++{portal_type}",
                "rows": [self._row(one) for one in children(self.context, portal_type)],
            }

    def _row(self, content):
        url = content.absolute_url()
        own = children(content, "HoursRule") if content.portal_type == "Resource" else ()
        return {
            "title": content.title,
            "about": " · ".join(filter(None, map(self.translate, self._about(content)))),
            "edit_url": f"{url}/edit",
            "delete_url": f"{url}/delete_confirmation",
            "rules": [self._row(one) for one in own],
            "add_rule_url": f"{url}/++add++HoursRule" if content.portal_type == "Resource" else "",
        }

    def _about(self, content):
        """What is worth seeing at a glance."""
        if content.portal_type == "HoursRule":
            yield choices.RULES.getTerm(content.kind).title
            yield content.times
            return
        if content.portal_type == "Offering":
            yield _("${count} minutes", mapping={"count": content.minutes})
        else:
            yield self._kind(content)
            if content.capacity > 1:
                yield _("setup_capacity", "${count} at once", mapping={"count": content.capacity})
        yield ", ".join(content.skills or ())

    def _kind(self, resource):
        """ "Mitarbeiter/in", or whose it is in truth."""
        kind = choices.KINDS.getTerm(resource.kind).title
        if not sharing.is_shared(resource):
            return kind
        found = sharing.origin(resource)
        return _(
            "resource_shared",
            default="${kind}, the same as “${title}” at ${desk}",
            mapping={
                "kind": self.translate(kind),
                "title": found.title if found is not None else "–",
                "desk": found.aq_parent.title if found is not None else "–",
            },
        )

    def first(self) -> date:
        """The Monday of the week shown: this one, or the next where this one is over."""
        try:
            day = date.fromisoformat(self.text("week"))
        except ValueError:
            day = today()
            left = raster.days(day, week.monday(day) + timedelta(days=6))
            if not any(self.plan.hours.open_cells(one) for one in left):
                day = week.monday(day) + timedelta(days=7)
        return week.monday(max(min(day, date(2100, 1, 1)), date(2000, 1, 1)))

    def days(self):
        return [self.first() + timedelta(days=number) for number in range(7)]

    def short_day(self, day: date) -> str:
        """ "Mo 23.11."."""
        return f"{self.translate(WEEKDAYS[day.weekday()][0])} {day:%d.%m.}"

    def week_url(self, weeks: int) -> str:
        day = self.first() + timedelta(days=7 * weeks)
        return f"{self.context.absolute_url()}/setup?week={day.isoformat()}#week"

    def rows(self):
        """For the desk and each resource: `{title, days: [{spans, reason}]}`."""
        titles = sharing.titles(self.context)
        for key, days in week.week(self.plan, self.storage, self.first()):
            yield {
                "title": titles[key] if key else self.translate(_("The desk")),
                "days": [
                    {
                        "spans": [
                            f"{self.clock(start)}–{self.clock(end)}" for start, end in day.spans
                        ],
                        "reason": day.reason,
                    }
                    for day in days
                ],
            }

    def warnings(self):
        """What keeps the desk from being useful."""
        if not self.plan.offerings:
            yield _("Nothing can be booked yet: please add a service.")
        if not self.plan.resources:
            yield _("Nobody is there yet: please add a counter.")
        for offering in self.plan.offerings:
            for need in offering.needs:
                if not any(one.meets(need) for one in self.plan.resources):
                    yield _(
                        "setup_nobody",
                        default="Nobody at this desk can do “${service}”.",
                        mapping={"service": self.context[offering.id].title},
                    )
        if self.context.meets == VIDEO and not self.context.video_address:
            yield _("The address of the video server is missing: nobody gets a link.")
        if not any(self.plan.hours.open_cells(day) for day in self.days()):
            yield _("The desk is closed all week.")
        if api.content.get_state(self.context, "published") != "published":
            yield _("Citizens do not see this desk yet: please publish it.")


class PartView(Page):
    """A part of a desk has no page: leads to the desk."""

    def __call__(self):
        desk = self.context.aq_parent
        while desk.portal_type != "Desk":
            desk = desk.aq_parent
        return self.request.response.redirect(setup_url(desk))


def setup_url(desk) -> str:
    """Where who may set a desk (content) up sees the week; for all others the desk itself."""
    may = getSecurityManager().checkPermission("kaarst.appointments: Configure desks", desk)
    return f"{desk.absolute_url()}/setup" if may else desk.absolute_url()
