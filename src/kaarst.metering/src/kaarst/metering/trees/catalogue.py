"""`trees.jsonld`: the description of the trees' open data after DCAT-AP.de 2.0, for GovData and others."""

from kaarst.metering.dashboards.opendata import FORMATS
from kaarst.metering.dashboards.opendata import LICENCE
from kaarst.metering.dashboards.opendata import PREFIXES
from kaarst.metering.page import Page
from plone import api

import json


THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
HOURLY = "http://publications.europa.eu/resource/authority/frequency/HOURLY"
#: File, its format among the EU's file types, and its media type.
FILES = (
    ("trees.csv", "CSV", "text/csv"),
    ("trees.geojson", "GEOJSON", "application/geo+json"),
)


class Catalogue(Page):
    """The catalogue with its one dataset as JSON-LD."""

    def __call__(self):
        response = self.request.response
        response.setHeader("Content-Type", "application/ld+json; charset=utf-8")
        response.setHeader("Access-Control-Allow-Origin", "*")
        return json.dumps(described(self.context), ensure_ascii=False)


def described(trees) -> dict:
    """What data portals read of a page of trees."""
    url, portal = trees.absolute_url(), api.portal.get()
    title = api.portal.get_registry_record("plone.site_title", default="") or portal.title
    publisher = {
        "@id": f"{portal.absolute_url()}#publisher",
        "@type": "foaf:Organization",
        "foaf:name": title,
        "foaf:homepage": {"@id": portal.absolute_url()},
    }
    dataset = {
        "@id": f"{url}#dataset",
        "@type": "dcat:Dataset",
        "dct:title": _german(f"{trees.title}: Stadtbäume mit Standort und Wasserversorgung"),
        "dct:description": _german(
            "Stadtbäume mit Art, Pflanzjahr, Standort und der Angabe, ob sie Wasser brauchen, mit Begründung."
        ),
        "dct:identifier": f"{url}#dataset",
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:accrualPeriodicity": {"@id": HOURLY},
        "dcat:theme": [{"@id": THEME}],
        "dcat:keyword": [_german(word) for word in ("Bäume", "Bodenfeuchte", "Trockenheit")],
        "dcat:landingPage": {"@id": url},
        "dcat:distribution": [_distribution(url, *file) for file in FILES],
    }
    catalogue = {
        "@id": f"{url}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _german(trees.title),
        "dct:description": _german(trees.description or trees.title),
        "dct:publisher": {"@id": publisher["@id"]},
        "foaf:homepage": {"@id": url},
        "dcat:dataset": [{"@id": dataset["@id"]}],
    }
    return {"@context": PREFIXES, "@graph": [publisher, catalogue, dataset]}


def _distribution(url: str, name: str, form: str, media_type: str) -> dict:
    return {
        "@id": f"{url}/{name}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _german(form),
        "dcat:accessURL": {"@id": f"{url}/{name}"},
        "dcat:downloadURL": {"@id": f"{url}/{name}"},
        "dct:format": {"@id": f"{FORMATS}/{form}"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "dct:license": {"@id": LICENCE},
    }


def _german(text: str) -> dict:
    return {"@language": "de", "@value": text}
