"""The notice for the waiting room, written by the clerks of the desk."""

from kaarst.appointments import _
from kaarst.appointments.hall.notice import notice_of
from kaarst.appointments.hall.notice import set_notice
from kaarst.appointments.staff.day import DeskPage
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


# More cannot be read from the other end of the room.
LONGEST = 160


class NoticeView(DeskPage):
    """A sentence for today, and a stop for the terminals' tickets."""

    template = ViewPageTemplateFile("templates/notice.pt")
    heading = _("Notice for the waiting room")
    mistake = ""

    def __call__(self):
        self.private()
        self.typed = notice_of(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            self.typed = {
                "text": self.text("text", 2000),
                "stopped": self.text("stopped") == "on",
            }
            if len(self.typed["text"]) <= LONGEST:
                return self.save()
            self.request.response.setStatus(400)
            self.mistake = _(
                "notice_too_long",
                default="Please write at most ${count} characters: it has to be read from afar.",
                mapping={"count": LONGEST},
            )
        return self.template()

    def save(self):
        set_notice(self.context, **self.typed)
        api.portal.show_message(
            _("Saved. The display shows it within seconds, the terminal within two minutes."),
            self.request,
        )
        return self.request.response.redirect(self.url("day"))
