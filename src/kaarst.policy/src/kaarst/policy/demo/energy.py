"""The buildings and meters of the demo city, as records of content.

Their keys are those of the simulated devices (kaarst.metering.simulation.town).
"""

from collections.abc import Iterator
from kaarst.metering.simulation import town
from kaarst.policy.demo import prices
from kaarst.policy.founding.records import Record
from pathlib import Path


ROOT = "energie"
#: Where meters of a medium usually are; invented.
PLACES = {
    "electricity": "Keller, Hausanschlussraum",
    "gas": "Keller, Heizraum",
    "heat": "Keller, Heizraum",
    "water": "Keller, Hausanschlussraum",
}
_SOURCE = Path(town.__file__)


def records() -> list[Record]:
    """Buildings first, then meters, then those behind other meters; tariffs and a dashboard."""
    found = [*_buildings(), *prices.records(ROOT), *_meters(), *_dashboards()]
    return sorted(found, key=lambda record: (record.path.count("/"), record.order))


def finish(site) -> None:
    """Prices and factors, which are no fields of the content."""
    prices.finish(site[ROOT])


def _buildings() -> Iterator[Record]:
    for number, building in enumerate(town.BUILDINGS):
        fields = {
            "title": building.title,
            "use": building.use,
            "area": building.area,
            "street": building.street,
            "district": building.district,
            "heating": building.heating,
        }
        if building.peak_power:
            fields["peak_power"] = building.peak_power
        options = {"state": "private"} if building.private else {}
        path = f"{ROOT}/{building.slug}"
        yield Record(path, "Building", fields, _SOURCE, options=options, order=number)


def _meters() -> Iterator[Record]:
    for number, plan in enumerate(town.meters()):
        parts = [ROOT, plan.building, plan.parent, plan.key]
        fields = {
            "title": plan.title,
            "medium": plan.medium,
            "place": "" if plan.parent else PLACES[plan.medium],
        }
        more = {"tariff": prices.tariff_of(plan), "budget": prices.budget_of(plan)}
        fields |= {name: value for name, value in more.items() if value}
        yield Record("/".join(filter(None, parts)), "Meter", fields, _SOURCE, order=number)


def _dashboards() -> Iterator[Record]:
    schools = [building.slug for building in town.BUILDINGS if building.use == "school"]
    fields = {
        "title": "Unsere Schulen",
        "description": "Was die Schulen der Stadt an Strom brauchen. Erfundene Werte.",
        "medium": "electricity",
        "period": "month",
        "tiles": ["picture", "today", "year", "night"],
        "items": [f"/{ROOT}/{slug}" for slug in schools[:4]],
    }
    yield Record(f"{ROOT}/schulen", "Dashboard", fields, _SOURCE, order=100)
