"""The local account for days on which the provider is out of order, and that its use is noticed.

Every sign-in with it is recorded; its address is told, at most once an hour, in the transaction of
the request that uses it; and the health check warns for a day. Times are aware, in UTC.
"""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core import _
from kaarst.core import outbox
from kaarst.core.audit import kinds
from kaarst.core.audit import record
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.rest.language import translated
from kaarst.core.signin.staff import settings
from kaarst.core.stores import EMERGENCY
from kaarst.core.stores import existing
from kaarst.core.stores import store
from kaarst.core.town import town
from persistent import Persistent
from plone import api
from plone.protect.auto import safeWrite
from Products.PluggableAuthService.interfaces.events import IUserLoggedInEvent
from zoneinfo import ZoneInfo
from zope.component import adapter
from zope.component.hooks import getSite
from zope.interface import implementer
from ZPublisher.interfaces import IPubAfterTraversal

import logging


logger = logging.getLogger(__name__)

#: So often at most a letter is written, and a use noted that is no new sign-in.
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")

is_local = settings.is_local


class Use(Persistent):
    """`last`: when the account was used last, to the hour. `told`: when a letter was written."""

    last: datetime | None = None
    told: datetime | None = None


def only() -> bool:
    """Whether local passwords are for emergencies only."""
    return settings.record("local_passwords") == settings.EMERGENCY_ONLY


def account() -> str:
    """The user id of the account for emergencies; empty without one."""
    return settings.record("emergency_account") or ""


@adapter(IUserLoggedInEvent)
def signed_in(event) -> None:
    """Somebody has signed in with a password, in a form or over REST."""
    if getSite() is not None and only() and event.principal.getId() == account():
        _note(event.principal.getId(), always=True)


@adapter(IPubAfterTraversal)
def asked(event) -> None:
    """Somebody is asking, whichever way they signed in: HTTP Basic has no event of its own."""
    user = getSecurityManager().getUser()
    if user.getId() is None or getSite() is None or not only() or user.getId() != account():
        return
    # Zope's root may have somebody of the same name.
    folder = aq_parent(aq_inner(user))
    if aq_base(folder) is aq_base(api.portal.get().acl_users):
        _note(user.getId(), always=False)


def _note(user_id: str, always: bool) -> None:
    """Notes a use; one that is no sign-in (not `always`) once an hour."""
    site, now = api.portal.get(), datetime.now(UTC)
    use = store(site, EMERGENCY, Use)
    is_new = use.last is None or now - use.last >= HOUR
    if not (is_new or always):
        return
    record(kinds.EMERGENCY, actor=user_id, actor_kind=kinds.STAFF)
    before = {id(one) for one in site._p_jar._registered_objects}
    use.last = now
    if use.told is None or now - use.told >= HOUR:
        use.told = now
        _tell(site, user_id, now)
    # It is no form that is sent: a page that is only read is enough.
    for one in site._p_jar._registered_objects:
        if id(one) not in before:
            safeWrite(one)


def _tell(site, user_id: str, now: datetime) -> None:
    """Writes to who is to know. That there is no address keeps nobody from helping the town."""
    address = settings.record("alert_address") or api.portal.get_registry_record(
        "plone.email_from_address", default=""
    )
    language = (api.portal.get_default_language() or "de").split("-")[0]
    mapping = {
        "user": user_id,
        "town": town().full_name,
        "time": f"{now.astimezone(BERLIN):%d.%m.%Y, %H:%M}",
        "url": f"{site.absolute_url()}/audit-log",
    }
    subject = translated(
        _("Emergency account used: ${town}", mapping={"town": mapping["town"]}), language
    )
    text = translated(
        _(
            "emergency_letter",
            default="The emergency account \u201c${user}\u201d of ${town} was used on ${time}.\n\n"
            "If nobody of you did so, take away its password at once and look into the audit log: "
            "${url}\n\nFor an hour you get no further e-mail about it.",
            mapping=mapping,
        ),
        language,
    )
    try:
        outbox.enqueue(site, address or "", " ".join(subject.split()), text)
    except outbox.InvalidMail:
        logger.error("Nobody could be told that the emergency account was used: no address.")


@implementer(IHealthCheck)
class EmergencyHealth:
    """Warning: the account for emergencies was used in the last day."""

    def check(self, site):
        use = existing(site, EMERGENCY)
        if use is None or use.last is None or datetime.now(UTC) - use.last >= DAY:
            return Health("ok", "The emergency account was not used in the last day.")
        return Health(
            "warning", f"The emergency account was used at {use.last:%Y-%m-%d %H:%M} UTC."
        )
