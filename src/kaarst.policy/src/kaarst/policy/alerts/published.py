"""The published notices of a site, read once after every change of the catalogue."""

from datetime import datetime
from datetime import UTC
from kaarst.policy.alerts.notices import current
from kaarst.policy.alerts.notices import Notice
from kaarst.policy.alerts.notices import Severity
from kaarst.policy.caching.memory import remembered
from plone import api


def published(site) -> list[Notice]:
    """Every published notice, those of the past and of the future included.

    They are there for everybody, so nobody's rights are asked for.
    """
    return remembered(site, "notices", _published)


def _published() -> list[Notice]:
    catalog = api.portal.get_tool("portal_catalog")
    brains = catalog.unrestrictedSearchResults(portal_type="Alert", review_state="published")
    return [notice_of(brain._unrestrictedGetObject()) for brain in brains]


def notice_of(alert) -> Notice:
    targets = [relation.to_object for relation in alert.pages or ()]
    return Notice(
        path=alert.getPhysicalPath(),
        title=alert.title,
        text=alert.text.output_relative_to(alert) if alert.text else "",
        severity=Severity(alert.severity),
        start=alert.start,
        end=alert.end,
        places=tuple(target.getPhysicalPath() for target in targets if target is not None),
    )


def notices_on(context, site) -> list[Notice]:
    """The notices that stand above the page of `context` now."""
    path = context.getPhysicalPath()
    return [
        notice for notice in current(published(site), datetime.now(UTC)) if notice.stands_on(path)
    ]


def elsewhere(context, site) -> list[Notice]:
    """The notices that hold now and stand above other pages only."""
    path = context.getPhysicalPath()
    holding = current(published(site), datetime.now(UTC))
    return [notice for notice in holding if not notice.stands_on(path)]
