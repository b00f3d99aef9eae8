"""An alert's own page, and the list of all alerts; editors switch them on and off there."""

from AccessControl import getSecurityManager
from datetime import datetime
from datetime import UTC
from kaarst.core.opening_hours import BERLIN
from kaarst.policy import _
from kaarst.policy.alerts.interfaces import IAlert
from kaarst.policy.alerts.interfaces import SEVERITIES
from kaarst.policy.alerts.published import notice_of
from kaarst.policy.home.arrange import HIDING
from kaarst.policy.home.arrange import PUBLISH
from kaarst.policy.home.arrange import transition
from plone import api
from plone.protect import CheckAuthenticator
from plone.protect import PostOnly
from Products.CMFCore.permissions import ModifyPortalContent
from Products.CMFCore.permissions import View
from Products.Five import BrowserView
from Products.statusmessages.interfaces import IStatusMessage
from zExceptions import Unauthorized
from zope.i18n import translate


def moment(value: datetime | None) -> str:
    return f"{value.astimezone(BERLIN):%d.%m.%Y, %H:%M}" if value else ""


class AlertView(BrowserView):
    """What the alert says, from when until when, and where."""

    def row(self) -> dict:
        return row(self.context, self.request)


class AlertsView(BrowserView):
    """All alerts of a folder that this user may see, the newest first."""

    def rows(self) -> list[dict]:
        check = getSecurityManager().checkPermission
        alerts = [alert for alert in self.context.objectValues() if IAlert.providedBy(alert)]
        seen = [alert for alert in reversed(alerts) if check(View, alert)]
        return [row(alert, self.request) for alert in seen]


def row(alert, request) -> dict:
    notice = notice_of(alert)
    on = api.content.get_state(alert, default="published") == "published"
    if not on:
        state = _("Switched off")
    elif notice.holds(datetime.now(UTC)):
        state = _("Shown now")
    elif notice.start and notice.start > datetime.now(UTC):
        state = _("Switched on, shown later")
    else:
        state = _("Over")
    editor = getSecurityManager().checkPermission(ModifyPortalContent, alert)
    return {
        "url": alert.absolute_url(),
        "title": alert.title,
        "text": notice.text,
        "severity": alert.severity,
        "severity_title": SEVERITIES.getTerm(alert.severity).title,
        "start": moment(alert.start),
        "end": moment(alert.end),
        "pages": [
            {"url": relation.to_object.absolute_url(), "title": relation.to_object.Title()}
            for relation in alert.pages or ()
            if relation.to_object is not None
        ],
        "state": translate(state, context=request),
        "on": on,
        "editor": bool(editor),
        "can_switch": transition(alert, HIDING if on else (PUBLISH,)) is not None,
    }


class Switch(BrowserView):
    """`@@switch`: one button that publishes the alert or takes it back."""

    def __call__(self):
        PostOnly(self.request)
        CheckAuthenticator(self.request)
        on = api.content.get_state(self.context) == "published"
        name = transition(self.context, HIDING if on else (PUBLISH,))
        if name is None:
            raise Unauthorized("switch")
        api.content.transition(self.context, transition=name)
        message = (
            _("“${title}” is switched off now.") if on else _("“${title}” is switched on now.")
        )
        text = _(str(message), default=message.default, mapping={"title": self.context.title})
        IStatusMessage(self.request).addStatusMessage(text, type="info")
        back = self.request.form.get("back")
        target = self.context.aq_parent if back == "list" else self.context
        return self.request.response.redirect(target.absolute_url())
