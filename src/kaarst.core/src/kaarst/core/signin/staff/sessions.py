"""`@@staff-sessions`: who of the staff is signed in, and out with them."""

from kaarst.core import _
from kaarst.core.page import TitledPage
from kaarst.core.signin.browser.sessions import moment
from kaarst.core.signin.staff import presence
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.i18n import translate


WAYS = {
    presence.PROVIDER: _("Provider of the town"),
    presence.LOCAL: _("Password of this site"),
    presence.EMERGENCY: _("Emergency account"),
}


class StaffSessions(TitledPage):
    """The staff with their logins; ends one, or all of a person."""

    template = ViewPageTemplateFile("templates/sessions.pt")
    heading = _("Staff and their logins")

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            return self._end()
        return self.template()

    def _end(self):
        user, named = self.text("user"), self.text("session", 40)
        count = presence.end(self.context, user, named) if user else 0
        if count:
            message = _("Logins of ${user} ended: ${count}", mapping={"user": user, "count": count})
        else:
            message = _("This login is over already.")
        api.portal.show_message(message, self.request)
        return self.request.response.redirect(f"{self.context.absolute_url()}/@@staff-sessions")

    # For the template

    def people(self) -> list[dict]:
        """`{user, name, way, groups, roles, first, last, sessions}`, who is signed in first.

        `sessions`: `{reference, device, since, seen}`. Everything is in words.
        """
        titles = self._titles()
        return [
            {
                "user": one.user,
                "name": one.name or one.user,
                "way": WAYS[one.way],
                "groups": ", ".join(titles.get(group, group) for group in one.groups),
                "roles": ", ".join(self._role(role) for role in one.roles),
                "first": moment(one.first) if one.first else "",
                "last": moment(one.last) if one.last else "",
                "sessions": [self._described(session) for session in one.sessions],
            }
            for one in presence.everybody(self.context)
        ]

    def _described(self, session) -> dict:
        return {
            "reference": presence.reference(session),
            "device": session.device or self.translate(_("A program")),
            "since": moment(session.started),
            "seen": moment(session.seen),
        }

    def _titles(self) -> dict[str, str]:
        return {
            one.getId(): one.getProperty("title") or one.getId() for one in api.group.get_groups()
        }

    def _role(self, role: str) -> str:
        return translate(role, domain="plone", context=self.request)
