"""One's own meters in the citizen's account."""

from datetime import datetime
from datetime import UTC
from kaarst.core.account import store
from kaarst.core.account.sections import Agreed
from kaarst.core.account.sections import Entry
from kaarst.core.interfaces import IAccountConsents
from kaarst.core.interfaces import IAccountSection
from kaarst.metering import _
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.dashboards import words
from kaarst.metering.dashboards.ask import Period
from kaarst.metering.households import claiming
from kaarst.metering.households.answer import own_sources
from kaarst.metering.interfaces import IKaarstMeteringLayer
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import period
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store.engine import default_store
from plone import api
from plone.browserlayer.utils import registered_layers
from urllib.parse import urlencode
from zope.interface import implementer


@implementer(IAccountSection)
class Meters:
    """Letters that were brought in: what stands in them is to be read and agreed to."""

    order = 40
    title = _("My meters")
    nothing = _("You have shown of no meter that it is yours.")

    def entry(self, number):
        found = self.sealed(number)
        if found is None or not found[0].is_for(store.current()):
            return None
        claim = found[0]
        held = next((one for one in claiming.all_held() if one.claim == claim.id), None)
        seen, here = held is not None, api.portal.get().absolute_url()
        return Entry(
            number,
            _called(claim.meter),
            _("you see its readings") if seen else _("nobody sees its readings by this letter"),
            datetime.fromtimestamp((claim.redeemed_at or claim.made_at) / 1000, UTC),
            f"{here}/my-meters",
            "" if seen else _("Please read what it is about, and agree if you like."),
            note=last_month(held) if seen else "",
            link=f"{here}/my-meter?{urlencode({'meter': held.meter})}" if seen else "",
        )

    def sealed(self, number):
        # The package may be there and not installed in this site.
        return claiming.sealed(number) if IKaarstMeteringLayer in registered_layers() else None


@implementer(IAccountConsents)
class MeterConsents:
    """What somebody has agreed to for their own meters."""

    def consents(self, account):
        if IKaarstMeteringLayer not in registered_layers():
            return
        with default_store().reading() as connection:
            found = consents.of_person(connection, account, in_force=True)
        for one in found:
            mapping = {"meter": _called(one.meter)}
            title = (
                _("consent_compared", default="Comparing your household with others: ${meter}", mapping=mapping)
                if one.purpose == consents.COMPARISON
                else _("consent_seen", default="Storing and showing your readings: ${meter}", mapping=mapping)
            )  # fmt: skip
            when = datetime.fromtimestamp(one.granted_at / 1000, UTC)
            yield Agreed(title, when, f"{api.portal.get().absolute_url()}/my-meters")


def month_before(now: int) -> tuple[int, int]:
    """The last calendar month that is over; all in UTC milliseconds."""
    start, _end = period("month", day_date(day_of(now)))
    return period("month", day_date(day_of(start) - 1))


def last_month(held: claims.Held):
    """How much the meter counted in the last whole month, in words; empty where that is not known."""
    [source] = own_sources(held)
    span = month_before(claiming.now())
    if source.since > span[0]:
        return ""
    with default_store().reading() as connection:
        chain = report.seen(connection, [source]).get(source.key, ())
        drawn = series.drawn(chain, source.medium)
        [item] = series.items(connection, drawn, list(span), claiming.now())
    if item.consumption is None or not item.complete:
        return ""
    language = (api.portal.get_current_language() or "de")[:2]
    mapping = {
        "month": words.period_name(Period("month", day_date(day_of(span[0]))), language),
        "amount": words.amount(item.consumption, series.UNITS[source.medium], language),
    }
    return _("${month}: ${amount}", mapping=mapping)


def _called(key: str) -> str:
    name = claiming.name_of(key)
    return ", ".join(filter(None, (name["title"], name["place"])))
