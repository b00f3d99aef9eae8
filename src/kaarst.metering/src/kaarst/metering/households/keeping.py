"""How long claims and consents are kept, and what of them is given to and erased for a person."""

from datetime import datetime
from datetime import UTC
from kaarst.core import audit
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from kaarst.core.personal.person import Finding
from kaarst.core.whole_number import whole_number
from kaarst.metering import _
from kaarst.metering.households import claiming
from kaarst.metering.households import publishing
from kaarst.metering.households.wording import WORDINGS
from kaarst.metering.interfaces import IKaarstMeteringLayer
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.rollup.calendar import to_milliseconds
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store import storing
from kaarst.metering.store.engine import default_store
from plone import api
from plone.browserlayer.utils import registered_layers
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.interface import implementer


#: Whole years after the one in which it ended: as long as a claim could be made (§§ 195, 199 BGB).
YEARS = 3


def keep_until(ended: int) -> int:
    """Returns until when something that ended at a moment is evidence; both UTC milliseconds."""
    year = to_datetime(ended).year + YEARS + 1
    return to_milliseconds(datetime(year, 1, 1, tzinfo=ZONE))


def ended_before(now: int) -> int:
    """Returns the moment before which whatever ended is not needed as evidence any more."""
    return to_milliseconds(datetime(to_datetime(now).year - YEARS, 1, 1, tzinfo=ZONE))


def months_before(now: int, months: int) -> int:
    """Returns the beginning of the month so many months before this one; both UTC milliseconds."""
    today = to_datetime(now)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return to_milliseconds(datetime(year, month + 1, 1, tzinfo=ZONE))


@implementer(IJob)
class ForgetConsents:
    """Removes consents and claims that are evidence no longer, and readings that billing needs no longer."""

    interval = 24 * 3600

    def run(self, site):
        now = claiming.now()
        with default_store().writing() as connection:
            count = consents.remove_old(connection, ended_before(now))
        audit.deleted("consents", count)
        with default_store().reading() as connection:
            supplied = storing.supplied(connection)
        for one in supplied:
            # A transaction a meter, so that the bridge gets between.
            with default_store().writing() as connection:
                storing.forget_old(connection, {one.meter: months_before(now, one.months)})


@implementer(IJob)
class WriteFigures:
    """Writes the figures of groups of households when a month has been over for some days."""

    interval = 6 * 3600

    def run(self, site):
        if IKaarstMeteringLayer in registered_layers():
            publishing.freeze_due(
                default_store(), claiming.now(), lambda key: claiming.name_of(key)["medium"]
            )


@implementer(IRetention)
class Consents:
    """That somebody holds a meter, and what they agreed to."""

    order = 60
    data = _("Your own meter: that you hold it, what you agreed to, and when you withdrew it")
    purpose = _("To show you your readings, and as evidence that it was right to do so")

    def period(self, site):
        return _("until three years after the year in which you withdrew it or moved out")


@implementer(IRetention)
class Readings:
    """The readings of a household's meter."""

    order = 61
    data = _("Readings of your meter, if you have agreed")
    purpose = _("To show you how much you use, when, and what it costs")

    def period(self, site):
        return _(
            "household_readings_period",
            default="until you withdraw your consent or move out: then all of your time are deleted at "
            "once, and no more are stored. Before that single readings go after three years (condensed to "
            "quarters of an hour after five weeks) and hourly figures after ten. If the town supplies you, "
            "it says under “My meters” for how many months it keeps them for billing instead",
        )


@implementer(IPersonalData)
class Holders:
    """Consents of a person: found by the number of the letter, or the address of the account."""

    title = _("Own meters")
    order = 70
    tables = ("metering_consent", "metering_claim", "metering_audit", "metering_storing")

    def find(self, site, person):
        users = _users(person.email) if person.email else ()
        with default_store().reading() as connection:
            claim = claims.find(connection, person.number) if person.number else None
            found = [one for user in users for one in consents.of_person(connection, user)]
            if claim is not None and claim.redeemed_by:
                own = consents.of_person(connection, claim.redeemed_by)
                found += [one for one in own if one.claim == claim.id and one not in found]
        for one in found:
            yield self._finding(one)

    def _finding(self, one: consents.Consent) -> Finding:
        mapping = {"meter": one.meter}
        if one.withdrawn_at is None:
            title = _("consent_found", default="Consent for the meter ${meter}: erasing withdraws it, and deletes the readings that rest on it", mapping=mapping)  # fmt: skip
            hold = None
        else:
            title = _("Withdrawn consent for the meter ${meter}", mapping=mapping)
            until = to_datetime(keep_until(one.withdrawn_at))
            hold = _("Kept as evidence until ${day}.", mapping={"day": f"{until:%d.%m.%Y}"})
        when = datetime.fromtimestamp(one.granted_at / 1000, UTC)
        return Finding(str(one.id), title, when, hold, "anonymised")

    def export(self, site, id):
        one = self._known(id)
        with default_store().reading() as connection:
            every = [c for c in claims.of_meter(connection, one.meter) if c.id == one.claim]
            stored = storing.of_meter(connection, one.meter)
        data = {
            "meter": one.meter,
            "purpose": one.purpose,
            "wording": one.wording,
            "text": [
                translate(paragraph, context=getRequest())
                for paragraph in WORDINGS.get((one.purpose, one.wording), ())
            ],
            "proof": one.proof,
            "letter": every[0].number if every else None,
            "holder_since": _iso(every[0].since) if every else None,
            "granted": _iso(one.granted_at),
            "withdrawn": _iso(one.withdrawn_at),
            "people": one.people,
            "electric_hot_water": one.hot_water,
            "readings_stored_for": stored.basis,
            "readings_kept_months": stored.months,
        }
        return data, []

    def erase(self, site, id):
        # Withdrawn, it is evidence for its time; then the job removes it.
        one = self._known(id)
        now, who = claiming.now(), api.user.get_current().getId() or ""
        with default_store().writing() as connection:
            consents.withdraw_all(connection, one.meter, who, now, one.person, one.purpose)

    def _known(self, id: str) -> consents.Consent:
        with default_store().reading() as connection:
            found = consents.by_id(connection, int(id)) if whole_number(id) is not None else None
        if found is None:
            raise KeyError(id)
        return found


def _users(email: str) -> list[str]:
    """Ids of the accounts with an address."""
    found = api.portal.get_tool("acl_users").searchUsers(email=email, exact_match=True)
    wanted = email.strip().casefold()
    users = {one["userid"] for one in found}
    return sorted(
        user
        for user in users
        if (known := api.user.get(userid=user)) is not None
        and (known.getProperty("email", "") or "").strip().casefold() == wanted
    )


def _iso(moment: int | None) -> str | None:
    return None if moment is None else to_datetime(moment).isoformat(timespec="seconds")
