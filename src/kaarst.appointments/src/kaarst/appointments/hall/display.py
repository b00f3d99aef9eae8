"""The display for the waiting room, and how long one waits now."""

from AccessControl import getSecurityManager
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.citizen.choose import CitizenPage
from kaarst.appointments.desks.meeting import DESK
from kaarst.appointments.engine import board as boards
from kaarst.appointments.hall import queues
from kaarst.appointments.hall.notice import notice_of
from kaarst.appointments.page import RESOURCES
from kaarst.appointments.staff.day import DeskPage
from plone import api
from Products.CMFCore.permissions import View
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zExceptions import Unauthorized
from zope.i18n import translate


# More desks than this no display shows in letters that can be read from afar.
MOST_DESKS = 4
HEADINGS = {"ticket": _("Ticket"), "counter": _("Please go to"), "next": _("Next")}
WORDS = {
    "call": _("display_call", default="${number}, please go to ${counter}"),
    "minutes": _("display_minutes", default="Without an appointment about ${minutes} minutes"),
    "count": _("display_count", default="${count} people are waiting"),
    "one": _("One person is waiting"),
    "none": _("Nobody is waiting."),
    "full": _("There are no more tickets today."),
}


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
    """Who is called to which counter. The script keeps it up to date; without one it reloads.

    The address says how this screen is to be: `also` further desks of the same page, `english` for
    calls in both languages, `sound` for the gong and `voice` for a spoken call from the start.
    """

    template = ViewPageTemplateFile("templates/display.pt")
    heading = _("Call display")

    def __call__(self):
        self.seen()
        self.request.response.setHeader("Cache-Control", "private, no-cache")
        self.boards = [queues.board_json(desk) for desk in self.desks()]
        return self.template()

    def desks(self) -> list:
        """The desks on this display, its own first."""
        also = self.texts("also")
        others = [one for one in siblings(self.context) if one.getId() in also]
        return [self.context, *others[: MOST_DESKS - 1]]

    def addresses(self) -> str:
        """What the script asks, a desk each."""
        return " ".join(f"{desk.absolute_url()}/@queue" for desk in self.desks())

    def several(self) -> bool:
        return len(self.boards) > 1

    def title(self) -> str:
        return " · ".join(board["title"] for board in self.boards)

    def on(self, name: str) -> str | None:
        """ "on" for what the address switches on."""
        return "on" if self.text(name) == "on" else None

    def calls(self) -> list[dict]:
        """The calls of all desks, the latest first, each with the desk it is at."""
        found = [
            {**call, "desk": board["title"] if self.several() else ""}
            for board in self.boards
            for call in board["calls"]
        ]
        return sorted(found, key=lambda call: call["since"], reverse=True)[: queues.CALLS]

    def next(self) -> list[dict]:
        """The next ones of each desk."""
        share = max(queues.NEXT // len(self.boards), 2)
        return [
            {"number": number, "desk": board["title"] if self.several() else ""}
            for board in self.boards
            for number in board["next"][:share]
        ]

    def texts_of_script(self) -> dict[str, str]:
        """Sentences with {number}, {counter}, {minutes} and {count}."""
        blanks = {name: "{" + name + "}" for name in ("number", "counter", "minutes", "count")}
        return {
            name: self.translate(_(text, default=text.default, mapping=blanks))
            for name, text in WORDS.items()
        }

    def english(self, text: str) -> str:
        """A sentence or heading in English, where the address asks for both languages."""
        if not self.on("english"):
            return ""
        blanks = {"number": "{number}", "counter": "{counter}"}
        message = HEADINGS.get(text) or WORDS[text]
        message = _(message, default=message.default, mapping=blanks)
        return translate(message, target_language="en")

    def waiting_words(self) -> str:
        """As the script puts it."""
        count, texts = sum(board["waiting"] for board in self.boards), self.texts_of_script()
        found = texts["count"].replace("{count}", str(count)) if count > 1 else texts["one"]
        return found if count else texts["none"]

    def minutes_words(self) -> list[str]:
        """How long it takes without an appointment, a line for each desk; or that it is over."""
        texts = self.texts_of_script()
        return [
            self.of_desk(board, texts["full"])
            if board["tickets"] is False
            else self.of_desk(board, texts["minutes"].replace("{minutes}", str(board["minutes"])))
            for board in self.boards
            if board["tickets"] is False or board["minutes"] is not None
        ]

    def notices(self) -> list[str]:
        """What the desks have to say today."""
        return [self.of_desk(board, board["notice"]) for board in self.boards if board["notice"]]

    def of_desk(self, board: dict, text: str) -> str:
        return f"{board['title']}: {text}" if self.several() else text


def siblings(desk) -> list:
    """The other desks of the same page that the reader may see and that people come to."""
    return [
        one
        for one in office.desks()
        if one.aq_parent.getId() == desk.aq_parent.getId()
        and one.getId() != desk.getId()
        and one.meets == DESK
    ]


class WaitingTimesView(CitizenPage):
    """How long one waits now at each desk people come to."""

    template = ViewPageTemplateFile("templates/waiting_times.pt")
    heading = _("How long the wait is now")

    def __call__(self):
        self.request.response.setHeader("Cache-Control", "private, no-cache")
        return self.template()

    def places(self):
        """`{title, url, open, notice, waiting, services: [{title, minutes}]}` of each."""
        for desk in self.desks():
            if desk.meets != DESK:
                continue
            queue = queues.queue_of(desk)
            waits = boards.waits(queue, queues.service_ids(desk))
            yield {
                "title": desk.title,
                "url": desk.absolute_url(),
                "open": queue.is_open(),
                "notice": notice_of(desk)["text"],
                "waiting": len(queue.waiting()),
                "services": [
                    {"title": one.title, "minutes": boards.rough(waits[one.getId()])}
                    for one in details.offerings(desk)
                    if waits[one.getId()] is not None and not notice_of(desk)["stopped"]
                ],
            }
