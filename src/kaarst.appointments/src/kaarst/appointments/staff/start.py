"""Where those who receive citizens begin the day."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.page import Page
from kaarst.core.interfaces import IStartPage
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.interface import implementer


#: Managers may work at every desk, and do not.
ROLES = frozenset({"Desk Staff", "Desk Manager"})


def my_desks() -> list:
    """The desks where who is asking receives citizens, in the editors' order."""
    return [desk for desk in office.desks() if ROLES & set(api.user.get_roles(obj=desk))]


@implementer(IStartPage)
class DaysAtDesks:
    """The day of one's desk; who works at several of them chooses first."""

    order = 20

    def url(self):
        mine = my_desks()
        if len(mine) == 1:
            return f"{mine[0].absolute_url()}/day"
        return f"{mine[0].aq_parent.absolute_url()}/my-desks" if mine else ""


class MyDesks(Page):
    """`my-desks`: where do I work today?"""

    template = ViewPageTemplateFile("templates/my_desks.pt")
    heading = _("My desks")

    def __call__(self):
        self.private()
        return self.template()

    # For the template

    def desks(self) -> list[dict[str, str]]:
        """`{title, url}`"""
        return [{"title": desk.title, "url": f"{desk.absolute_url()}/day"} for desk in my_desks()]
