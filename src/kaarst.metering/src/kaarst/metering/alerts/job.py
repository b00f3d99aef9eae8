"""The worker looks after the meters: what is new is mailed once, what is over is ended."""

from kaarst.core import outbox
from kaarst.core.interfaces import IJob
from kaarst.metering import _
from kaarst.metering.alerts import words
from kaarst.metering.alerts.book import Alert
from kaarst.metering.alerts.book import Book
from kaarst.metering.alerts.book import KEPT
from kaarst.metering.alerts.book import update
from kaarst.metering.analysis.alerts import KINDS
from kaarst.metering.analysis.alerts import Thresholds
from kaarst.metering.analysis.alerts import watch
from kaarst.metering.dashboards import sources
from kaarst.metering.interfaces import IKaarstMeteringLayer
from kaarst.metering.store.engine import default_store
from plone import api
from plone.browserlayer.utils import registered_layers
from zope.i18n import translate
from zope.interface import implementer

import logging
import time


logger = logging.getLogger(__name__)
# Alerts of one mail; more are counted.
MOST = 40


def thresholds(energy) -> Thresholds:
    """Returns what people set on the energy page."""
    default = Thresholds()
    return Thresholds(
        **{
            name: getattr(energy, name, None) or getattr(default, name)
            for name in Thresholds.__dataclass_fields__
        }
    )


@implementer(IJob)
class WatchMeters:
    """Looks every five minutes."""

    interval = 300

    def run(self, site):
        if IKaarstMeteringLayer not in registered_layers():
            return
        now = int(time.time() * 1000)
        for brain in site.portal_catalog.unrestrictedSearchResults(portal_type="Energy"):
            look(site, brain._unrestrictedGetObject(), now)


def look(site, energy, now: int) -> list[Alert]:
    """Brings the alerts of an energy page up to date; returns the new ones, which are mailed."""
    found = sources.of_meters(sources.meters(energy))
    with default_store().reading() as connection:
        seen = watch(connection, found, thresholds(energy), now)
    book = Book(site)
    changed, new = update(book.alerts(), seen, now)
    book.write(changed)
    book.forget(now - KEPT)
    if new and energy.alert_email:
        _mail(site, energy, new)
    return new


def _mail(site, energy, new: list[Alert]) -> None:
    language = (api.portal.get_default_language() or "de").split("-")[0]
    meters = {one.getId(): one for one in sources.meters(energy)}

    def say(message) -> str:
        return translate(message, target_language=language)

    shown = sorted(new, key=lambda one: (KINDS.index(one.kind), one.meter))[:MOST]
    lines = [words.line(one, meters.get(one.meter), language) for one in shown]
    if len(new) > MOST:
        lines.append(say(_("And ${count} more.", mapping={"count": len(new) - MOST})))
    count = {"count": len(new)}
    subject = say(_("Meters: ${count} new alerts", mapping=count))
    head = say(_("alert_mail_head", default="This has been noticed at the meters:"))
    foot = say(
        _(
            "alert_mail_foot",
            default="All alerts, and those that are over: ${url}\nYou set when you are told on the page of the energy management (Edit).",
            mapping={"url": f"{energy.absolute_url()}/alerts"},
        )
    )
    text = "\n\n".join([head, *lines, foot])
    try:
        outbox.enqueue(site, energy.alert_email, subject, text)
    except outbox.InvalidMail:
        logger.warning("No alert can be mailed to the address on %s.", energy.absolute_url())
