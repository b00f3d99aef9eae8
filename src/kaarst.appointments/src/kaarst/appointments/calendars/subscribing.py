"""Being told of changes by calendars that can, instead of only looking again and again.

What is told only makes the worker look earlier. Where it does not work nothing is lost but time,
so that no failure here counts.
"""

from dataclasses import replace
from hashlib import sha256
from kaarst.appointments.calendars.asking import is_private
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import EntryChanged
from kaarst.appointments.calendars.interfaces import ICalendarAdapter
from kaarst.appointments.calendars.interfaces import INotifyingCalendar
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Notice

import hmac
import logging
import secrets


logger = logging.getLogger(__name__)

NAME = "appointments-notification"
# Microsoft gives at most seven days for events; renewed a day before the end.
LASTS = 3 * 24 * 3600


def address_of(site) -> str:
    """Where changes are told, "" for a city that nobody out there could or would call."""
    address = f"{site.absolute_url()}/{NAME}"
    return address if is_private(address) else ""


def subscribed(
    link: Connection,
    adapter: ICalendarAdapter,
    now: int,
    address: str,
    notice: Notice | None = None,
) -> Connection:
    """The connection with a subscription that goes on, where there can be one."""
    lost = notice.lost if notice is not None else 0
    if not address or not INotifyingCalendar.providedBy(adapter):
        return link
    if not link.wants_subscription(now, lost):
        return link
    until = now + LASTS
    try:
        if link.subscription and adapter.renew(link.subscription, until):
            return replace(link, asked=now, expires=until)
        state = secrets.token_urlsafe(32)
        key = adapter.subscribe(address, state, until)
    except (CalendarError, EntryChanged) as error:
        logger.info("Changes of a calendar are not told: %s", error)
        return replace(link, asked=now)
    return replace(link, subscription=key, state=digest(state), asked=now, expires=until)


def unsubscribe(adapter: ICalendarAdapter, link: Connection) -> None:
    """End the subscription of a connection; it ends by itself as well."""
    if link.subscription and INotifyingCalendar.providedBy(adapter):
        try:
            adapter.unsubscribe(link.subscription)
        except (CalendarError, EntryChanged) as error:
            logger.info("A subscription is left to end by itself: %s", error)


def digest(state: str) -> str:
    """What is kept of the secret that each telling has to name."""
    return sha256(state.encode("utf-8", "surrogatepass")).hexdigest()


def heard(links, notices, told: list[dict], now: int) -> int:
    """Note what was told, as `value` of Microsoft's changeNotificationCollection; how many counted.

    `links`, `notices`: records. What does not name our secret is passed over.
    """
    known = {one.subscription: one for one in links if one.subscription}
    count = 0
    for one in told:
        key, state = (
            (one.get("subscriptionId"), one.get("clientState"))
            if isinstance(one, dict)
            else (None, None)
        )
        link = known.get(key) if isinstance(key, str) else None
        if link is None or not isinstance(state, str):
            continue
        if not hmac.compare_digest(digest(state), link.state):
            continue
        count += 1
        notice = notices.get(link.id) or Notice(link.id)
        # Once is enough until the worker has looked: a thousand changes are one write.
        if notice.at < link.looked or not notice.at:
            notice = replace(notice, at=now)
        if one.get("lifecycleEvent") and notice.lost < max(link.asked, 1):
            notice = replace(notice, lost=now)
        notices.put(notice)
    return count
