"""The first page: which services; and the second: where and when."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.person import ADDRESS
from kaarst.appointments.bookings.person import LIMITS
from kaarst.appointments.bookings.releases import next_release
from kaarst.appointments.citizen.calendar import halves
from kaarst.appointments.citizen.calendar import Month
from kaarst.appointments.desks.choices import MEETINGS
from kaarst.appointments.desks.meeting import DESK
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.page import Page
from kaarst.appointments.page import WEEKDAYS
from kaarst.appointments.wishing.serving import may_wait
from kaarst.core.page import speak
from kaarst.core.places.contact import phone_url
from kaarst.core.town import town
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode

import secrets


MOST = 10
ENGLISH = "en"
#: What the address of a page says, for the same page in another language.
CARRIED = ("desk", "service", "month", "day")
#: What somebody may have typed already who chooses another time.
TYPED = (*LIMITS, *ADDRESS)
HALVES = {"morning": _("In the morning"), "afternoon": _("In the afternoon")}


class CitizenPage(Page):
    """What the citizen's pages share; the context is the page of all appointments.

    They speak English where the address or the form says `lang=en`, from the first to the last.
    """

    def __init__(self, context, request):
        super().__init__(context, request)
        self.speaks = ENGLISH if ENGLISH in self.texts("lang") else ""
        if self.speaks:
            speak(request, ENGLISH)

    def link(self, name: str = "", query=()) -> str:
        """The address of another page in the language spoken; `query`: pairs."""
        pairs = [*query, *([("lang", self.speaks)] if self.speaks else [])]
        return f"{self.url(name)}?{urlencode(pairs)}" if pairs else self.url(name)

    def other_language(self):
        """The same page in the other language: `{title, code, url}`; None where there is none."""
        if self.request.method == "POST" or (self.language == ENGLISH and not self.speaks):
            return None
        code, title = ("de", "Deutsch") if self.speaks else (ENGLISH, "English")
        pairs = [(name, text) for name in CARRIED for text in self.texts(name)]
        pairs += [("lang", code)] if code == ENGLISH else []
        address = self.request["ACTUAL_URL"]
        return {
            "title": title,
            "code": code,
            "url": f"{address}?{urlencode(pairs)}" if pairs else address,
        }

    def url(self, name: str = "") -> str:
        return f"{self.context.absolute_url()}/{name}".rstrip("/")

    def desks(self) -> list:
        """The desks of this page that the reader may see."""
        return [one for one in office.desks() if one.aq_parent.getId() == self.context.getId()]

    def desk(self, name: str):
        """The desk with this id, or None."""
        return next((desk for desk in self.desks() if desk.getId() == name), None)

    def chosen(self) -> list[str]:
        """The ids of the services wanted, each as often as wanted.

        The first page sends how often beside it (`count_ID`), later ones repeat the id.
        """
        found = []
        for service in self.texts("service"):
            count = self.text(f"count_{service}", 3)
            found += [service] * (
                min(int(count), MOST) if count.isdecimal() and count != "0" else 1
            )
        return found[:40]

    def receives(self) -> bool:
        """Whether people come to one of the desks, and may have to wait there."""
        return any(desk.meets == DESK for desk in self.desks())

    def phone(self) -> str:
        return town().phone or ""

    def phone_url(self) -> str:
        return phone_url(self.phone())

    def services_in_words(self, desk, services) -> list[str]:
        return details.titles(desk, services)

    def meets(self, desk) -> str:
        """Where people meet, in words; "" for the usual, at the desk."""
        if desk.meets == DESK:
            return ""
        return self.translate(MEETINGS.getTerm(desk.meets).title)

    def video_link(self, desk, booking) -> str:
        return details.video_link(desk, booking)

    def visit(self, booking) -> str:
        return ", ".join(details.home(booking))

    def address(self, desk) -> list[str]:
        return details.address(desk)


class ChooseView(CitizenPage):
    """Which services are to be dealt with."""

    template = ViewPageTemplateFile("templates/choose.pt")

    def __call__(self):
        return self.template()

    def services(self):
        """Every service of any desk once: `{id, title, description, most, counts, chosen, places}`."""
        found: dict[str, dict] = {}
        chosen = set(self.texts("service"))
        for desk in self.desks():
            for one in details.offerings(desk):
                entry = found.setdefault(
                    one.getId(),
                    {
                        "id": one.getId(),
                        "title": one.title,
                        "description": one.description or "",
                        "most": 1,
                        "chosen": one.getId() in chosen,
                        "places": [],
                    },
                )
                entry["most"] = max(entry["most"], one.people)
                entry["places"].append(desk.title)
        counters = {desk.title for desk in self.desks() if desk.meets == DESK}
        for entry in sorted(found.values(), key=lambda entry: entry["title"].casefold()):
            entry["counts"] = range(1, entry["most"] + 1)
            everywhere = counters <= set(entry["places"])
            entry["only"] = "" if everywhere and counters else ", ".join(entry["places"])
            yield entry


class TimesView(CitizenPage):
    """The earliest time at once, and all others in a calendar.

    Sent by POST it carries on what was typed already and what is held: that counts as free.
    """

    template = ViewPageTemplateFile("templates/times.pt")
    heading = _("Choose a time")
    message = ""
    method = "get"

    def __call__(self):
        # The page has a key of its own that no two people may share.
        self.request.response.setHeader("Cache-Control", "private, no-cache")
        if self.request.method == "POST":
            self.private()
            self.method = "post"
        self.prepare()
        if not self.services:
            self.heading = _("Please choose at least one service.")
        if not self.choices:
            self.request.response.setStatus(200 if self.services else 400)
        return self.template()

    def prepare(self):
        """Finds out what is possible where."""
        self.services = self.chosen()
        self.key = secrets.token_urlsafe(24)
        self.choices, reasons = [], []
        for desk in self.desks():
            engine = office.engine(desk)
            try:
                request = engine.plan.request(self.services)
            except NotBookable as error:
                reasons.append((error.reason, refusals.sentence(desk, error)))
                continue
            search = engine.search(ignoring=self._held(engine))
            earliest = search.earliest(request, *search.window)
            self.choices.append((desk, search, request, earliest))
        self.choices.sort(key=lambda choice: (choice[3] is None, choice[3] or 0))
        if not self.choices:
            self.message = self._refusal(reasons)
        wanted = self.text("desk")
        self.current = next(
            (one for one in self.choices if one[0].getId() == wanted),
            self.choices[0] if self.choices else None,
        )
        if self.current:
            _desk, search, request, _earliest = self.current
            self.month = Month(search, request, self.text("month", 7), self.text("day", 10))

    def _held(self, engine) -> str:
        """The key of what is held for who comes back to choose another time; else "".

        Only the page that holds it knows it.
        """
        key = self.text("hold", 64) if self.method == "post" else ""
        try:
            return key if key and engine.held(key).expires > engine.now else ""
        except Gone:
            return ""

    def _refusal(self, reasons):
        """Why no desk can do it; `reasons`: (word, sentence) of each."""
        if not reasons:
            return refusals.SENTENCES["nothing"]
        offered = {one.getId() for desk in self.desks() for one in details.offerings(desk)}
        if not offered.issuperset(self.services):
            return _("A service you have chosen is not offered any more. Please choose again.")
        # That this desk does not have the service says less than why another cannot.
        word, sentence = min(reasons, key=lambda reason: reason[0] == "service")
        if word == "service" and len(set(self.services)) > 1:
            return refusals.SENTENCES["nobody"]
        return sentence

    # For the template

    def apart(self):
        """What was chosen and cannot be dealt with together, each for itself: `{title, url}`."""
        services = dict.fromkeys(self.services)
        titles = self.titles()
        if len(services) < 2 or len(titles) < len(services):
            return
        for service, title in zip(services, titles, strict=True):
            query = [("service", service)] * self.services.count(service)
            yield {"title": title, "url": self.link("times", query)}

    def titles(self):
        """What was chosen, in words."""
        known = {}
        for desk in self.desks():
            for title, service in zip(
                details.titles(desk, self.services),
                [one.getId() for one, _count in details.chosen(desk, self.services)],
                strict=True,
            ):
                known.setdefault(service, title)
        return [known[one] for one in dict.fromkeys(self.services) if one in known]

    def change_url(self) -> str:
        """The first page with what was chosen."""
        query = [("service", service) for service in dict.fromkeys(self.services)]
        return self.link("", query)

    def places(self):
        """`{id, title, meets, address, earliest, url, current}` of each desk that can do all of it."""
        for desk, _search, _request, earliest in self.choices:
            query = [("service", service) for service in self.services]
            yield {
                "id": desk.getId(),
                "title": desk.title,
                "meets": self.meets(desk),
                "address": ", ".join(details.address(desk)[1:]),
                "earliest": self.when(earliest) if earliest is not None else "",
                "url": self.link("times", [*query, ("desk", desk.getId())]),
                "current": self.current[0] is desk,
            }

    def earliest(self):
        """The first time at the place looked at: `{value, words}`, or None."""
        start = self.current[3]
        return {"value": self.iso(start), "words": self.when(start)} if start is not None else None

    def where(self) -> str:
        """The place of the first time, in a line."""
        desk = self.current[0]
        return ", ".join([self.meets(desk) or desk.title, *details.address(desk)[1:2]])

    def minutes(self):
        return self.current[2].seconds // 60

    def hidden(self):
        """What every form of the page carries on: (name, value)."""
        yield "desk", self.current[0].getId()
        for service in self.services:
            yield "service", service
        if self.method == "post":
            yield from ((name, self.text(name)) for name in ("hold", *TYPED) if self.text(name))

    def action(self):
        """Where the calendar's buttons lead."""
        return self.url("times")

    def hold_action(self):
        """Where a time leads."""
        return self.url("hold")

    def weekdays(self):
        return [(self.translate(short), self.translate(long)) for short, long in WEEKDAYS]

    def month_title(self):
        words = self.day_words(self.month.first, "long")
        day, _blank, rest = words.partition(" ")
        # "1. November 2026" and "November 1, 2026"
        return rest if day[0].isdecimal() else f"{day} {self.month.first.year}"

    def times(self):
        """The times of the day in halves: `{title, times: [{value, clock}]}`."""
        for name, starts in halves(self.month.starts(), self.clock):
            yield {
                "title": self.translate(HALVES[name]),
                "times": [{"value": self.iso(one), "clock": self.clock(one)} for one in starts],
            }

    def wish_url(self) -> str:
        """Where to wait for an earlier time at the place looked at, "" where one cannot."""
        desk = self.current[0]
        if not may_wait(desk):
            return ""
        query = [("desk", desk.getId()), *(("service", service) for service in self.services)]
        return self.link("wish", query)

    def draw_url(self) -> str:
        """Where to take part in the draw of what is held back, "" where none can be taken part in."""
        desk = self.current[0]
        if not lots.open_draws(desk):
            return ""
        query = [("desk", desk.getId()), *(("service", service) for service in self.services)]
        return self.link("draw", query)

    def next_release(self):
        """When more times become bookable: `{words, moment, now}`; None if nothing is held back.

        `now` is the town's clock, for that of a phone may be wrong.
        """
        _desk, search, _request, _earliest = self.current
        # Where nothing is free yet, the first day of which something will be.
        days = [self.month.day] if self.month.day else raster.days(*search.window)
        moment = next_release(search, days)
        if moment is None:
            return None
        return {"words": self.when(moment), "moment": moment, "now": search.now}
