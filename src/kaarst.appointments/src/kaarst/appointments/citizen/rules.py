"""How the times of the desks are given out, for everyone to read."""

from kaarst.appointments import _
from kaarst.appointments.citizen.choose import CitizenPage
from kaarst.appointments.drawing import lots
from kaarst.appointments.wishing.serving import may_wait
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class RulesView(CitizenPage):
    """The rules of release, draw and wish list, with what each desk has set."""

    template = ViewPageTemplateFile("templates/rules.pt")
    heading = _("How times are given out")

    def __call__(self):
        return self.template()

    def places(self):
        """`{title, ahead, release, wishes, answer, notice, unanswered, quiet}` of each desk."""
        for desk in self.desks():
            yield {
                "title": desk.title,
                "ahead": desk.ahead,
                "held_back": desk.ahead < 100,
                "days": desk.release_days,
                "time": desk.release_time or "00:00",
                "lots": lots.draws_lots(desk),
                "draw_time": desk.draw_time or "00:00",
                "wishes": may_wait(desk),
                "answer": desk.wish_answer,
                "notice": desk.wish_notice,
                "unanswered": desk.wish_unanswered,
                "from": desk.wish_quiet_from or "",
                "until": desk.wish_quiet_until or "",
            }
