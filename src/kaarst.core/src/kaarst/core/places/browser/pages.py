"""The pages of Place, Department and ContactPoint."""

from functools import cached_property
from kaarst.core.opening_hours.schema_org import specifications
from kaarst.core.places import relations
from kaarst.core.places.browser.hours import OpeningHoursView
from kaarst.core.places.browser.resources import stylesheet_url
from kaarst.core.places.contact import map_url
from kaarst.core.places.contact import phone_url
from kaarst.core.places.interfaces import ACCESS
from kaarst.core.places.interfaces import IPlace
from kaarst.core.town import town
from Products.Five.browser import BrowserView
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile

import json


class ContactView(BrowserView):
    """What the three pages have in common."""

    phone_url = staticmethod(phone_url)
    stylesheet_url = staticmethod(stylesheet_url)
    parts = ViewPageTemplateFile("templates/parts.pt")

    @property
    def address(self) -> dict | None:
        return address(self.context)

    def text(self) -> str:
        """The editor's text as safe HTML."""
        value = self.context.text
        return value.output_relative_to(self.context) if value else ""


class PlaceView(ContactView):
    """A place: where, when, how to get there, how accessible, who is there."""

    @cached_property
    def hours(self) -> OpeningHoursView:
        return self.context.restrictedTraverse("@@opening-hours")

    @property
    def map_url(self) -> str:
        return map_url(self.context.latitude, self.context.longitude)

    def picture(self) -> str:
        """The lead image as an img element, or an empty text. Its caption says what it shows."""
        if not getattr(self.context, "image", None):
            return ""
        scales = self.context.restrictedTraverse("@@images")
        return scales.tag("image", scale="large", alt="", title=None, loading="lazy") or ""

    def accessibility(self) -> list[dict]:
        """What is known: `title` of the point, `state` ("yes", "partly", "no") and its `text`."""
        points = []
        for name in ("step_free", "lift", "accessible_toilet", "accessible_parking"):
            value = getattr(self.context, name, None)
            if value not in ("yes", "partly", "no"):
                continue
            term = ACCESS.getTerm(value)
            points.append({"title": IPlace[name].title, "state": value, "text": term.title})
        return points

    def departments(self) -> list:
        return relations.sources(self.context, "places", "Department")

    def contact_points(self) -> list:
        return relations.sources(self.context, "place", "ContactPoint")

    def json_ld(self) -> str:
        """The place for search engines, safe inside a script element."""
        context, current = self.context, town()
        data = {
            "@context": "https://schema.org",
            "@type": "GovernmentOffice",
            "name": context.title,
            "url": context.absolute_url(),
            "parentOrganization": {
                "@type": "GovernmentOrganization",
                "name": current.full_name,
            },
        }
        where = self.address
        if where:
            data["address"] = {
                "@type": "PostalAddress",
                "streetAddress": where["street"],
                "postalCode": context.postal_code or "",
                "addressLocality": context.city or "",
                "addressCountry": "DE",
            }
        if context.latitude is not None and context.longitude is not None:
            data["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": context.latitude,
                "longitude": context.longitude,
            }
        if context.phone:
            data["telephone"] = phone_url(context.phone).removeprefix("tel:")
        if self.hours.known:
            data["openingHoursSpecification"] = specifications(
                self.hours.hours.schedule, self.hours.now.date()
            )
        return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


class DepartmentView(ContactView):
    """A department: what it does, who leads it, where it is, who helps."""

    def tasks(self) -> list[str]:
        return [line.strip() for line in (self.context.tasks or "").splitlines() if line.strip()]

    def places(self) -> list[dict]:
        return [
            {"place": place, "address": address(place), "hours": _hours(place)}
            for place in relations.related(self.context, "places")
        ]

    def departments(self) -> list:
        return relations.children(self.context, "Department")

    def contact_points(self) -> list:
        """Those inside it, then those elsewhere that name it."""
        inside = relations.children(self.context, "ContactPoint")
        named = relations.sources(self.context, "department", "ContactPoint")
        return inside + [item for item in named if item not in inside]


class ContactPointView(ContactView):
    """A person or a counter: how to reach it, where it is, when it is open."""

    @cached_property
    def department(self):
        return relations.department_of(self.context)

    @cached_property
    def place(self):
        return relations.first(self.context, "place")

    @property
    def address(self) -> dict | None:
        return address(self.place) if self.place is not None else None

    @property
    def hours(self) -> OpeningHoursView | None:
        return _hours(self.place) if self.place is not None else None


def address(place) -> dict | None:
    """`street` and `city` with the postal code, or None where no street is given."""
    if not getattr(place, "street", None):
        return None
    return {
        "street": place.street,
        "city": " ".join(filter(None, (place.postal_code, place.city))),
    }


def _hours(place) -> OpeningHoursView | None:
    view = place.restrictedTraverse("@@opening-hours")
    return view if view.known else None
