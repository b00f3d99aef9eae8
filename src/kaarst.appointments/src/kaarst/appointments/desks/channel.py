"""An appointment as one way to get a service done, on the service's own page."""

from functools import cached_property
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import mail
from kaarst.appointments.desks.soonest import soonest
from kaarst.appointments.interfaces import IKaarstAppointmentsLayer
from kaarst.core.interfaces import IServiceChannel
from kaarst.core.interfaces import Soonest
from plone import api
from plone.dexterity.interfaces import IDexterityContent
from urllib.parse import urlencode
from zope.component import adapter
from zope.interface import implementer


@implementer(IServiceChannel)
@adapter(IDexterityContent, IKaarstAppointmentsLayer)
class AppointmentChannel:
    """Available where a desk that the reader may see offers the service.

    Adapts any content: what a service is, is the business of the package that asks.
    """

    kind = "appointment"
    order = 30
    title = _("Make an appointment")

    def __init__(self, service, request):
        self.service = service
        self.request = request

    @cached_property
    def _offerings(self) -> list:
        relations = api.relation.get(target=self.service, relationship="service", as_dict=False)
        found = [relation.from_object for relation in relations]
        return [
            one
            for one in found
            if one is not None
            and one.portal_type == "Offering"
            and api.user.has_permission("View", obj=one)
        ]

    @property
    def available(self) -> bool:
        return bool(self._offerings)

    @property
    def url(self) -> str:
        english = {"lang": "en"} if self._language == "en" else {}
        query = urlencode({"service": self._offerings[0].getId(), **english})
        return f"{details.appointments_url()}/times?{query}"

    @property
    def _language(self) -> str:
        return (self.request.get("LANGUAGE") or api.portal.get_default_language())[:2]

    @cached_property
    def soonest(self) -> Soonest | None:
        """The next free time by video, which a button books; None where there is none."""
        found = soonest(self._offerings)
        if found is None:
            return None
        offering, start = found
        desk = offering.aq_parent
        language = self._language
        fields = (
            ("desk", desk.getId()),
            ("service", offering.getId()),
            ("start", details.iso(start)),
            *((("lang", "en"),) if language == "en" else ()),
        )
        return Soonest(
            words=mail.moment_text(start, language),
            place=desk.title,
            action=f"{desk.aq_parent.absolute_url()}/hold",
            fields=fields,
        )

    @property
    def description(self):
        places = dict.fromkeys(one.aq_parent.title for one in self._offerings)
        return _(
            "channel_description",
            default="You see the earliest time at once. ${places}",
            mapping={"places": ", ".join(places)},
        )
