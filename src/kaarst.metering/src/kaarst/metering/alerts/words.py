"""An alert in words."""

from kaarst.metering import _
from kaarst.metering.alerts.book import Alert
from kaarst.metering.analysis import alerts
from zope.i18n import translate


TITLES = {
    alerts.LEAK: _("Water never stands still at night"),
    alerts.STANDBY: _("Much runs at night"),
    alerts.BUDGET: _("The budget will not last"),
    alerts.SILENT: _("A meter is silent"),
}


def sentence(alert: Alert):
    """What has been noticed, translatable."""
    mapping = {"value": alert.value, "limit": alert.limit}
    if alert.kind == alerts.LEAK:
        return _(
            "alert_leak",
            default="At least ${value} litres an hour ran in every hour of the last ${limit} nights. Something may be leaking.",
            mapping=mapping,
        )
    if alert.kind == alerts.STANDBY:
        return _(
            "alert_standby",
            default="At night ${value} % of the average load runs on (limit: ${limit} %).",
            mapping=mapping,
        )
    if alert.kind == alerts.BUDGET:
        return _(
            "alert_budget",
            default="This month is expected to come to ${value} % of its budget (limit: ${limit} %).",
            mapping=mapping,
        )
    return _(
        "alert_silent",
        default="No reading has come for ${value} hours (limit: ${limit}).",
        mapping=mapping,
    )


def place(meter) -> str:
    """Where a meter is: "Rathaus, Strom"; `meter` is content."""
    names, here = [], meter
    while here is not None and here.portal_type in ("Meter", "Building"):
        names.append(here.title)
        here = here.aq_parent
    return ", ".join(reversed(names))


def line(alert: Alert, meter, language: str) -> str:
    """One alert in a mail, with the address of its meter."""
    told = [
        f"{place(meter) if meter is not None else alert.meter}: "
        + translate(TITLES[alert.kind], target_language=language),
        translate(sentence(alert), target_language=language),
    ]
    if meter is not None:
        told.append(meter.absolute_url())
    return "\n".join(told)
