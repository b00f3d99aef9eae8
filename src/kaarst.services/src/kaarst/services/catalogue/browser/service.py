"""The page of a service, in the order in which a reader needs it."""

from functools import cached_property
from kaarst.core.places.contact import phone_url
from kaarst.core.places.relations import first
from kaarst.core.places.relations import related
from kaarst.core.town import town
from kaarst.services.catalogue.browser.linked_data import as_script
from kaarst.services.catalogue.browser.linked_data import government_service
from kaarst.services.catalogue.browser.resources import WithStylesheet
from kaarst.services.catalogue.channels.base import available_channels
from kaarst.services.catalogue.fees import parse_fees
from kaarst.services.catalogue.variants import EASY
from kaarst.services.catalogue.variants import ENGLISH
from kaarst.services.catalogue.variants.reading import variants
from Products.Five.browser import BrowserView
from zope.component import queryMultiAdapter


# The theme's icon for a kind of channel.
ICONS = {
    "form": "form",
    "link": "external",
    "appointment": "calendar-check",
    "phone": "phone",
    "counter": "building",
    "mail": "mail",
}


# Last part of the address, name of the language in itself, its code.
LANGUAGES = (
    ("", "Deutsch", "de"),
    (ENGLISH, "English", "en"),
    (EASY, "Leichte Sprache", "de"),
)


class ServiceView(WithStylesheet, BrowserView):
    """Do it now, what you need, what it costs, how long it takes, who may, who helps, the law.

    `variant` is the last part of the page's address. `content_language`: the language of what has
    no variant of its own (names of offices), where it differs from that of the page.
    """

    variant = ""
    content_language = None

    def value(self, name: str):
        """A field of the service in the language of this page."""
        return getattr(self.context, name)

    @cached_property
    def channels(self) -> list[dict]:
        """Every way to get the service now, the best first."""
        return [
            {
                "name": name,
                "kind": channel.kind,
                "icon": ICONS.get(channel.kind, "arrow-right"),
                "title": channel.title,
                "description": channel.description,
                "url": channel.url,
                "leaves_site": channel.kind == "link",
                "help_url": getattr(channel, "help_url", ""),
                "soonest": getattr(channel, "soonest", None),
            }
            for name, channel in available_channels(self.context, self.request)
        ]

    @property
    def title(self) -> str:
        return self.value("title")

    @property
    def page_title(self) -> str:
        """What a browser shows in its tab."""
        return self.title

    @property
    def description(self) -> str:
        return self.value("description") or ""

    @property
    def url(self) -> str:
        """The address of this page."""
        return "/".join(filter(None, [self.context.absolute_url(), self.variant]))

    @property
    def languages(self) -> list[dict]:
        """This service in its other languages."""
        found = {"", *variants(self.context)} - {self.variant}
        return [
            {
                "url": f"{self.context.absolute_url()}/{name}".rstrip("/"),
                "title": title,
                "lang": lang,
            }
            for name, title, lang in LANGUAGES
            if name in found
        ]

    @property
    def documents(self) -> list[str]:
        return _lines(self.value("documents"))

    @property
    def fees(self):
        return parse_fees(self.value("fees"))

    @property
    def deadline(self) -> str:
        return self.value("deadline") or ""

    @property
    def processing_time(self) -> str:
        return self.value("processing_time") or ""

    @property
    def legal_basis(self) -> list[str]:
        return _lines(self.context.legal_basis)

    @cached_property
    def department(self):
        return first(self.context, "department")

    @cached_property
    def contact_points(self) -> list[dict]:
        """Who helps, each with the place to go to."""
        return [self._contact_point(point) for point in related(self.context, "contact_points")]

    @property
    def related(self) -> list[dict]:
        """Related services, in the language of this page where they have it."""
        return [self._related(service) for service in related(self.context, "related_services")]

    @property
    def topics(self) -> list:
        return related(self.context, "topics")

    @property
    def town(self):
        return town()

    @property
    def reception_url(self) -> str:
        return phone_url(self.town.phone)

    def rich(self, name: str) -> str:
        """A rich text as safe HTML; "" where there are no words in it."""
        value = self.value(name)
        return value.output_relative_to(self.context) if value and value.raw else ""

    @property
    def linked_data(self) -> str:
        """schema.org data of the service for a script element that is data and never run."""
        return as_script(government_service(self))

    def _related(self, service) -> dict:
        url, variant = service.absolute_url(), variants(service).get(self.variant)
        if variant is None:
            return {"url": url, "title": service.title, "lang": self.content_language}
        return {"url": f"{url}/{self.variant}", "title": variant.title, "lang": None}

    def _contact_point(self, point) -> dict:
        place = first(point, "place")
        hours = queryMultiAdapter((place, self.request), name="opening-hours") if place else None
        return {
            "title": point.title,
            "url": point.absolute_url(),
            "function": point.function or "",
            "phone": point.phone or "",
            "phone_url": phone_url(point.phone),
            "email": point.email or "",
            "room": point.room or "",
            "place": place,
            "address": _address(place) if place else [],
            "hours": hours if hours is not None and hours.known else None,
        }


def _lines(values) -> list[str]:
    return [line.strip() for line in values or () if line and line.strip()]


def _address(place) -> list[str]:
    city = " ".join(filter(None, [place.postal_code, place.city]))
    return [line for line in (place.street, city) if line]
