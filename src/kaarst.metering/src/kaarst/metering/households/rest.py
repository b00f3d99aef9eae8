"""One's own meters for other front ends: claim, withdraw, readings and live values."""

from datetime import datetime
from datetime import UTC
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.metering import _
from kaarst.metering.analysis import report
from kaarst.metering.dashboards.rest import iso
from kaarst.metering.dashboards.rest import ReadingsGet
from kaarst.metering.errors import MeteringError
from kaarst.metering.households import claiming
from kaarst.metering.households import wording
from kaarst.metering.households.answer import own_sources
from kaarst.metering.live.permits import permit
from kaarst.metering.store import claims
from kaarst.metering.store import history
from kaarst.metering.store.consents import OWN_USE
from kaarst.metering.store.engine import default_store
from plone import api


def described() -> dict:
    """The meters of who is asking, the letters in the account, and what one agrees to."""
    return {
        "@id": f"{api.portal.get().absolute_url()}/@my-meters",
        "items": [
            {
                "meter": one.meter,
                **claiming.name_of(one.meter),
                "number": one.number,
                "since": iso(one.since),
                "agreed": iso(one.own_use.granted_at),
                "wording": one.own_use.wording,
                "compared": one.comparison is not None,
                "stored_for": (stored := claiming.stored(one.meter)).basis,
                "kept_months": stored.months,
            }
            for one in claiming.all_held()
        ],
        "waiting": [
            {"number": one.number, **claiming.name_of(one.meter)} for one in claiming.waiting()
        ],
        "wording": {"version": wording.CURRENT, "text": [*wording.paragraphs(OWN_USE)]},
    }


class MyMetersGet(JsonGet):
    """`items`, `waiting` and the `wording` that stands now."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return described()


class MyMetersClaimPost(JsonPost):
    """`{number, pin, agree, wording}`: shows that the meter is one's own, and agrees."""

    max_body = 10_000

    def handle(self, data):
        number, version = texts(data, "number", "wording")
        errors = {}
        if data.get("agree") is not True:
            errors["agree"] = _("Please tick this if you agree. Without it we show nothing.")
        if version != wording.CURRENT:
            errors["wording"] = _("The text has changed meanwhile. Please read it again.")
        pin = data.get("pin") or ""
        if not isinstance(pin, str):
            errors["pin"] = _("Please fill in this field.")
        if errors:
            raise invalid(errors)
        try:
            found = claiming.prove(self.request, number, pin)
            claiming.agree(found.number)
        except MeteringError as error:
            raise ApiError(409, "ClaimUsed", error.message) from None
        return 201, described()


class MyMetersWithdrawPost(JsonPost):
    """`{meter}`: withdraws all consents of who is asking for it; readings that rest on them are deleted."""

    max_body = 10_000

    def handle(self, data):
        (key,) = texts(data, "meter")
        claiming.withdraw(key)
        return 200, described()


def asked(request) -> claims.Held:
    """Returns the meter in the address, if who is asking holds it; NotFound for all others."""
    key = request.form.get("meter")
    return claiming.held(key if isinstance(key, str) else "")


class MyMeterReadingsGet(ReadingsGet):
    """As `@readings`, of one's own meter and one's own time."""

    def answer(self):
        self.held = asked(self.request)
        return super().answer()

    def sources(self) -> list[report.Source]:
        return own_sources(self.held)

    def named(self) -> dict:
        return {
            "@id": f"{self.context.absolute_url()}/@my-meter-readings?meter={self.held.meter}",
            "title": claiming.name_of(self.held.meter)["title"],
        }


class MyMeterLiveGet(JsonGet):
    """As `@live`, of one's own meter: the token names the consent and ends with it."""

    def handle(self):
        held = asked(self.request)
        self.request.response.setHeader("Cache-Control", "no-store")
        # What the meter showed before it was theirs is not theirs.
        meters = [held.meter] if self._has_own(held) else []
        found = permit(meters, [held.own_use.id], personal=True)
        expires = datetime.fromtimestamp(found["expires"], UTC).isoformat()
        return {
            "@id": f"{self.context.absolute_url()}/@my-meter-live?meter={held.meter}",
            **found,
            "expires": expires,
        }

    def _has_own(self, held: claims.Held) -> bool:
        with default_store().reading() as connection:
            [source] = own_sources(held)
            registers = report.seen(connection, [source]).get(held.meter, [])
            return any(history.newest(connection, one) is not None for one in registers)
