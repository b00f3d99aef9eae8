"""The trees of the demo city, as records of content.

Their ids and the keys of their probes are those of the simulation (kaarst.metering.simulation.town). Where
they stand along the streets is invented.
"""

from kaarst.metering.simulation import town
from kaarst.policy.founding.records import Record
from pathlib import Path


ROOT = "baeume"
#: Where a street begins and which way it runs, in degrees a house number.
STREETS = {
    "Am Neumarkt": (51.2288, 6.6172, -0.00002, 0.00009),
    "Maubisstraße": (51.2276, 6.6205, -0.00004, 0.00016),
    "Martinusstraße": (51.2312, 6.6268, 0.00011, -0.00012),
    "Bruchweg": (51.2345, 6.6100, 0.00005, 0.00017),
    "Rathausplatz": (51.1973, 6.6041, -0.00004, 0.00007),
    "Driescher Straße": (51.1992, 6.5985, 0.00014, -0.00011),
    "Königstraße": (51.2166, 6.6051, 0.00010, 0.00013),
    "Antoniusplatz": (51.2021, 6.6298, 0.00006, 0.00008),
}
SHELTERED = "Steht unter einem Vordach: Regen erreicht ihn kaum."


def records() -> list[Record]:
    """All trees, in their order."""
    return [_record(number, tree) for number, tree in enumerate(town.trees())]


def _record(number: int, tree: town.TreePlan) -> Record:
    street, _blank, house = tree.street.rpartition(" ")
    north, east, up, along = STREETS[street]
    area = 12.0 if tree.planted < 2000 else 6.0
    fields = {
        "title": f"{tree.german}, {tree.street}",
        "species": tree.species,
        "german": tree.german,
        "planted": tree.planted,
        "soil": tree.soil,
        "area": 0.5 if tree.fault == "sheltered" else area,
        "street": tree.street,
        "district": tree.district,
        "latitude": round(north + up * int(house), 5),
        "longitude": round(east + along * int(house), 5),
        "probes": _probes(tree),
        "where": SHELTERED if tree.fault == "sheltered" else "",
    }
    path = f"{ROOT}/{tree.key}"
    return Record(path, "Tree", fields, Path(town.__file__), order=number)


def _probes(tree: town.TreePlan) -> list[str]:
    if tree.probe == "tensiometer":
        return [f"{tree.key}_{depth}; {depth}" for depth in (30, 60, 90)]
    return [f"{tree.key}; 40"] if tree.probe else []
