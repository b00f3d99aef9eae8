"""Sending a visitor on: to another counter, for something else, to another desk of the house."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.engine import passing
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.hall.display import siblings
from kaarst.appointments.hall.queues import counter_titles
from kaarst.appointments.hall.queues import queue_of
from kaarst.appointments.staff.day import DeskPage
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class PassOnView(DeskPage):
    """The ticket of the address; the choice is "back", "counter:ID", "service:ID", "desk:ID:ID"."""

    template = ViewPageTemplateFile("templates/pass_on.pt")
    message = ""

    @property
    def page_title(self):
        return self.translate(
            _("pass_on_title", default="Send ${number} on", mapping={"number": self.ticket.number})
        )

    def __call__(self):
        self.private()
        self.queue = queue_of(self.context, office.engine(self.context))
        try:
            self.ticket = self.queue.get(self.text("ticket"))
        except EngineError:
            return self.back_to_day()
        if self.ticket.state not in passing.PRESENT:
            return self.back_to_day()
        if self.request.method == "POST":
            check_authenticator(self.request)
            return self.send()
        return self.template()

    def back_to_day(self):
        return self.request.response.redirect(self.url("day"))

    def send(self):
        try:
            told = self._send(*self.text("to").split(":"))
        except NotBookable:
            return self.refuse(_("This is not dealt with there."))
        except EngineError:
            return self.refuse(_("This is not possible any more. Somebody was faster."), 409)
        if told is None:
            return self.refuse(_("Please choose where the visitor is to go."))
        api.portal.show_message(told, self.request)
        return self.back_to_day()

    def refuse(self, message, status: int = 400):
        self.request.response.setStatus(status)
        self.message = message
        return self.template()

    def _send(self, kind: str, key: str = "", service: str = "", *_more: str):
        """Does it; the sentence about it, None for what cannot be chosen."""
        ticket, actor = self.ticket, self.actor()
        if kind == "back":
            passing.put_back(self.queue, ticket.id, actor=actor)
        elif kind == "counter":
            passing.put_back(self.queue, ticket.id, only=key, actor=actor)
        elif kind == "service":
            passing.put_back(self.queue, ticket.id, services=[key], actor=actor)
        elif kind == "desk":
            return self._to_desk(key, service)
        else:
            return None
        return _("${number} waits again.", mapping={"number": ticket.number})

    def _to_desk(self, name: str, service: str):
        desk = next((one for one in siblings(self.context) if one.getId() == name), None)
        if desk is None:
            return None
        to = queue_of(desk, office.engine(desk, self.queue.desk.now))
        sent = passing.send_on(self.queue, self.ticket.id, to, [service], actor=self.actor())
        words = {"number": sent.number, "desk": desk.title}
        if to.estimates().get(sent.id) is None:
            return _(
                "sent_on_too_late",
                default="${number} waits at “${desk}” now, but time may not suffice there today. "
                "Please ring them.",
                mapping=words,
            )
        return _("sent_on", default="${number} waits at “${desk}” now.", mapping=words)

    # For the template

    def back_title(self) -> str:
        return self.translate(_("Back into the queue"))

    def groups(self):
        """`{title, options: [{value, title}]}` of where a visitor can go."""
        here = counter_titles(self.context)
        kinds = {one.id: one.kind for one in self.queue.desk.plan.resources}
        counters = [
            {"value": f"counter:{key}", "title": title}
            for key, title in here.items()
            if kinds.get(key) == self.queue.kind and key != self.ticket.resource
        ]
        services = [
            {"value": f"service:{one['id']}", "title": one["title"]} for one in self.offerings()
        ]
        yield {"title": self.translate(_("To another counter")), "options": counters}
        yield {"title": self.translate(_("For something else")), "options": services}
        if not passing.may_send_on(self.ticket):
            return
        for desk in siblings(self.context):
            options = [
                {"value": f"desk:{desk.getId()}:{one.getId()}", "title": one.title}
                for one in details.offerings(desk)
            ]
            yield {"title": desk.title, "options": options}

    def typed(self) -> str:
        return self.text("to")
