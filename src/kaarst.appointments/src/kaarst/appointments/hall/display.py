"""The display for the waiting room, and how long one waits now."""

from AccessControl import getSecurityManager
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.citizen.choose import CitizenPage
from kaarst.appointments.desks.meeting import DESK
from kaarst.appointments.engine import board as boards
from kaarst.appointments.hall import queues
from kaarst.appointments.page import RESOURCES
from kaarst.appointments.staff.day import DeskPage
from plone import api
from Products.CMFCore.permissions import View
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import Unauthorized


class HallPage(DeskPage):
    """A page that fills the whole screen; the context is the desk."""

    def seen(self) -> None:
        """What hangs in the waiting room is public, but a desk that is hidden is not."""
        if not getSecurityManager().checkPermission(View, self.context):
            raise Unauthorized(self.__name__)

    def hall_url(self, name: str) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/{name}"

    def browser_title(self) -> str:
        return f"{self.page_title} – {self.context.title}"


class DisplayView(HallPage):
    """Who is called to which counter. The script keeps it up to date; without one it reloads."""

    template = ViewPageTemplateFile("templates/display.pt")
    heading = _("Call display")

    def __call__(self):
        self.seen()
        self.request.response.setHeader("Cache-Control", "private, no-cache")
        self.board = queues.board_json(self.context)
        return self.template()

    def texts_of_script(self) -> dict[str, str]:
        """Sentences with {number}, {counter}, {minutes} and {count}."""
        words = {
            "call": _("display_call", default="${number}, please go to ${counter}"),
            "minutes": _(
                "display_minutes", default="Without an appointment about ${minutes} minutes"
            ),
            "count": _("display_count", default="${count} people are waiting"),
            "one": _("One person is waiting"),
            "none": _("Nobody is waiting."),
        }
        blanks = {name: "{" + name + "}" for name in ("number", "counter", "minutes", "count")}
        return {
            name: self.translate(_(text, default=text.default, mapping=blanks))
            for name, text in words.items()
        }

    def waiting_words(self) -> str:
        """As the script puts it."""
        count, texts = self.board["waiting"], self.texts_of_script()
        found = texts["count"].replace("{count}", str(count)) if count > 1 else texts["one"]
        return found if count else texts["none"]

    def minutes_words(self) -> str:
        minutes = self.board["minutes"]
        text = self.texts_of_script()["minutes"]
        return text.replace("{minutes}", str(minutes)) if minutes is not None else ""


class WaitingTimesView(CitizenPage):
    """How long one waits now at each desk people come to."""

    template = ViewPageTemplateFile("templates/waiting_times.pt")
    heading = _("How long the wait is now")

    def __call__(self):
        self.request.response.setHeader("Cache-Control", "private, no-cache")
        return self.template()

    def places(self):
        """`{title, url, display, open, waiting, services: [{title, minutes}]}` of each."""
        for desk in self.desks():
            if desk.meets != DESK:
                continue
            queue = queues.queue_of(desk)
            waits = boards.waits(queue, queues.service_ids(desk))
            yield {
                "title": desk.title,
                "url": desk.absolute_url(),
                "open": queue.is_open(),
                "waiting": len(queue.waiting()),
                "services": [
                    {"title": one.title, "minutes": boards.rough(waits[one.getId()])}
                    for one in details.offerings(desk)
                    if waits[one.getId()] is not None
                ],
            }
