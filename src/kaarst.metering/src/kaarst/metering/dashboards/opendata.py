"""Open data: what every public building used month by month, and its description for data portals.

Only what anybody may see, whoever asks.
"""

from AccessControl.PermissionRole import rolesForPermissionOn
from datetime import date
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.analysis import town
from kaarst.metering.dashboards import sources
from kaarst.metering.interfaces import IEnergy
from kaarst.metering.page import Page
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.store.engine import default_store
from plone import api
from plone.memoize import ram

import csv
import io
import json
import time


#: Whole years before this one that the file has.
YEARS = 2
COLUMNS = (
    "building",
    "district",
    "use",
    "area_m2",
    "medium",
    "unit",
    "month",
    "consumption",
    "complete",
)
LICENCE = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"
THEMES = tuple(
    f"http://publications.europa.eu/resource/authority/data-theme/{name}"
    for name in ("ENER", "ENVI")
)
FORMATS = "http://publications.europa.eu/resource/authority/file-type"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def public_buildings(energy) -> list[tuple]:
    """Returns (building, its meters) with what anybody may see."""
    found = [
        (one, [m for m in sources.meters(one) if _public(m)]) for one in sources.buildings(energy)
    ]
    return [(one, some) for one, some in found if some]


def _public(meter) -> bool:
    return "Anonymous" in rolesForPermissionOn(sources.READ, meter)


def months(energy, now: int) -> list[dict]:
    """Returns a row for each building, medium and month that is over; consumption None: unknown."""
    buildings = public_buildings(energy)
    return _months(buildings, tuple(m.getId() for _b, some in buildings for m in some), now)


@ram.cache(lambda _function, _buildings, keys, now: (keys, day_of(now)))
def _months(buildings: list[tuple], _keys: tuple, now: int) -> list[dict]:
    today = day_date(day_of(now))
    start = day_start(day_number(date(today.year - YEARS, 1, 1)))
    end = day_start(day_number(today.replace(day=1)))
    cuts = boundaries(start, end, "month")
    known = {one.getId(): one for one, _some in buildings}
    asked = [
        town.Building(one.getId(), one.area, sources.of_meters(some)) for one, some in buildings
    ]
    made = []
    with default_store().reading() as connection:
        for medium in report.MEDIA:
            found = town.in_slots(connection, asked, medium, cuts, now)
            for key, slots in found.items():
                made += [
                    _row(known[key], medium, slot) for slot in slots if slot.consumption is not None
                ]
    return made


def _row(building, medium: str, slot) -> dict:
    return {
        "building": building.title,
        "district": building.district or "",
        "use": building.use,
        "area_m2": building.area,
        "medium": medium,
        "unit": series.UNITS[medium],
        "month": f"{to_datetime(slot.start):%Y-%m}",
        "consumption": slot.consumption / 1_000_000,
        "complete": slot.complete,
    }


class MonthsCSV(Page):
    """The file: comma, decimal point and words in English, as programs read it (RFC 4180)."""

    def __call__(self):
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for row in months(self.context, round(time.time() * 1000)):
            writer.writerow({**row, "complete": str(row["complete"]).lower()})
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        response.setHeader("Content-Disposition", 'attachment; filename="energy.csv"')
        response.setHeader("Access-Control-Allow-Origin", "*")
        return out.getvalue()


class Catalogue(Page):
    """The description after DCAT-AP.de 2.0, as JSON-LD, for GovData and the state's portal."""

    def __call__(self):
        response = self.request.response
        response.setHeader("Content-Type", "application/ld+json; charset=utf-8")
        response.setHeader("Access-Control-Allow-Origin", "*")
        return json.dumps(described(self.context, round(time.time() * 1000)), ensure_ascii=False)


def described(energy, now: int) -> dict:
    """Returns the catalogue with its datasets as JSON-LD."""
    url = energy.absolute_url()
    portal = api.portal.get()
    title = api.portal.get_registry_record("plone.site_title", default="") or portal.title
    publisher = {
        "@id": f"{portal.absolute_url()}#publisher",
        "@type": "foaf:Organization",
        "foaf:name": title,
        "foaf:homepage": {"@id": portal.absolute_url()},
    }
    datasets = [_of_buildings(energy, now)]
    if energy.household_figures:
        datasets.append(_of_households(energy, now))
    for dataset in datasets:
        dataset["dct:publisher"] = {"@id": publisher["@id"]}
    return {
        "@context": PREFIXES,
        "@graph": [
            publisher,
            {
                "@id": f"{url}#catalogue",
                "@type": "dcat:Catalog",
                "dct:title": _german(energy.title),
                "dct:description": _german(energy.description or energy.title),
                "dct:publisher": {"@id": publisher["@id"]},
                "foaf:homepage": {"@id": url},
                "dcat:dataset": [{"@id": dataset["@id"]} for dataset in datasets],
            },
            *datasets,
        ],
    }


def _of_buildings(energy, now: int) -> dict:
    today = day_date(day_of(now))
    return _dataset(
        energy, "dataset", "energy.csv", energy.absolute_url(), today,
        f"{energy.title}: Verbrauch städtischer Gebäude nach Monaten",
        "Strom, Wärme, Gas und Wasser der öffentlich gezeigten Liegenschaften, je Monat in kWh oder m³,"
        " mit Fläche und Nutzung. Monate, in denen Messwerte fehlen, sind gekennzeichnet.",
        ("Energie", "Wasser", "Verbrauch", "Liegenschaften"),
    ) | {
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:date", "@value": f"{today.year - YEARS}-01-01"},
        }
    }  # fmt: skip


def _of_households(energy, now: int) -> dict:
    return _dataset(
        energy, "households", "households.csv", f"{energy.absolute_url()}/households",
        day_date(day_of(now)),
        f"{energy.title}: Verbrauch von Haushalten nach Monaten",
        "Gerundete Durchschnitte von mindestens fünf Haushalten gleicher Größe, die eingewilligt haben; geheim"
        " gehaltene Werte sind leer. Die Zahlen eines Monats werden nachträglich nicht geändert.",
        ("Energie", "Verbrauch", "Haushalte"),
    )  # fmt: skip


def _dataset(energy, name, file, page, today: date, title, description, words) -> dict:
    """One file of the energy page, a row a month. The publisher is added by the caller."""
    url = energy.absolute_url()
    return {
        "@id": f"{url}#{name}",
        "@type": "dcat:Dataset",
        "dct:title": _german(title),
        "dct:description": _german(description),
        "dct:identifier": f"{url}#{name}",
        "dct:accrualPeriodicity": {
            "@id": "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
        },
        "dct:modified": {"@type": "xsd:date", "@value": today.replace(day=1).isoformat()},
        "dcat:theme": [{"@id": theme} for theme in THEMES],
        "dcat:keyword": [_german(word) for word in words],
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [
            {
                "@id": f"{url}/{file}#distribution",
                "@type": "dcat:Distribution",
                "dct:title": _german("CSV"),
                "dcat:accessURL": {"@id": f"{url}/{file}"},
                "dcat:downloadURL": {"@id": f"{url}/{file}"},
                "dct:format": {"@id": f"{FORMATS}/CSV"},
                "dcat:mediaType": {"@id": "https://www.iana.org/assignments/media-types/text/csv"},
                "dct:license": {"@id": LICENCE},
            }
        ],
    }


def _german(text: str) -> dict:
    return {"@language": "de", "@value": text}


def energy_page():
    """Returns the site's energy page that the reader may see, or None."""
    found = api.content.find(object_provides=IEnergy, sort_on="getObjPositionInParent")
    return found[0].getObject() if found else None
