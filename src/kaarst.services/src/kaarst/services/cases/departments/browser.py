"""Handing a case over, and the page that says who sees which cases."""

from kaarst.services import _
from kaarst.services.cases.browser import CasePage
from kaarst.services.cases.browser import MAIL_ROOM
from kaarst.services.cases.departments import handover
from kaarst.services.cases.departments import rights
from kaarst.services.cases.inbox.query import Inbox
from kaarst.services.cases.inbox.query import NONE
from kaarst.services.cases.page import Page
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate


SET_UP = _("set up with the site")
NO_DEPARTMENT = _("Nobody works on cases in this department. Please choose another one.")


class HandOverCase(CasePage):
    """Hands the case over to another department; leads to the list if it is out of sight then."""

    def __call__(self):
        self.exists()
        desk = self.context.aq_parent
        if self.request.method != "POST":
            return self.request.response.redirect(self.context.absolute_url())
        check_authenticator(self.request)
        chosen = self.text("department")
        try:
            department = rights.MAIL_ROOM if chosen == NONE else chosen or None
            handover.hand_over(self.context, department, self.text("note", 200))
        except handover.NoDepartment:
            api.portal.show_message(NO_DEPARTMENT, self.request, type="warning")
            return self.request.response.redirect(self.context.absolute_url())
        message = _(
            "The case ${number} has been handed over.", mapping={"number": self.context.number}
        )
        api.portal.show_message(message, self.request)
        case, mine = self.context, Inbox(desk).scope
        place = case if mine.covers(case.department, case.clerk) else desk
        return self.request.response.redirect(place.absolute_url())


class CaseWorkers(Page):
    """Departments with their clerks, and who has changed that."""

    template = ViewPageTemplateFile("templates/workers.pt")

    @property
    def page_title(self):
        return translate(_("Who sees which cases"), context=self.request)

    def __call__(self):
        self.private()
        return self.template()

    def places(self):
        """The mail room and all departments: `{title, url, people, groups, manageable}`."""
        desk = self.context
        nameless = translate(MAIL_ROOM, context=self.request)
        yield self._described(desk, nameless)
        for place in rights.departments():
            yield self._described(place, place.Title())

    def _described(self, place, title):
        ids = rights.local(place)
        return {
            "title": title,
            "groups": [self._group(id) for id in sorted(ids) if api.group.get(groupname=id)],
            "people": list(rights.members(ids).values()),
            "sharing": f"{place.absolute_url()}/@@sharing" if self._may_share(place) else None,
        }

    def _group(self, id):
        return api.group.get(groupname=id).getProperty("title") or id

    def _may_share(self, place):
        needed = ("Sharing page: Delegate Case Worker role", "Sharing page: Delegate roles")
        return all(api.user.has_permission(permission, obj=place) for permission in needed)

    def changes(self):
        """Newest first: `{when, who, place, added, removed, inherits}` in words."""
        for entry in reversed(self.context.shares.entries):
            yield {
                "when": self.when(entry["when"]),
                "who": self._named(entry["who"]) or translate(SET_UP, context=self.request),
                "place": entry["place"] or translate(MAIL_ROOM, context=self.request),
                "added": ", ".join(map(self._named, entry["added"])),
                "removed": ", ".join(map(self._named, entry["removed"])),
                "inherits": entry["inherits"],
            }

    def _named(self, id):
        if api.group.get(groupname=id) is not None:
            return self._group(id)
        user = api.user.get(userid=id) if id else None
        return rights.name_of(user) if user is not None else id
