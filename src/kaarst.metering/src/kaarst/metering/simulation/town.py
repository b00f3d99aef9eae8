"""The buildings, meters and trees of the demo city.

Names and streets of municipal buildings are real; areas, devices and all readings are invented. The
keys are stable: the site's demo content refers to them.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.simulation import homes

import hashlib


@dataclass(frozen=True)
class Building:
    """`use` names a load profile, `area` in m², `heating` is gas, heat or pump, `peak_power` of the
    photovoltaics in kW, `submeters` as (title, profile). `private`: not published, its
    meters are those of flats."""

    slug: str
    title: str
    street: str
    district: str
    use: str
    area: int
    heating: str = "gas"
    peak_power: int = 0
    submeters: tuple[tuple[str, str], ...] = ()
    private: bool = False


@dataclass(frozen=True)
class MeterPlan:
    """A meter of the demo: `registers` are (OBIS, channel, unit), `size` scales its profile."""

    key: str
    building: str
    title: str
    medium: str
    preset: str
    device: str
    topic: str
    registers: tuple[tuple[str, str, str], ...]
    profile: str
    size: float
    parent: str = ""
    fault: str = ""


@dataclass(frozen=True)
class TreePlan:
    """A tree of the demo; `probe`: "" or a key of PROBES, `soil` a soil type (KA5).

    `fault`: what is wrong with its probe, or "sheltered" for a tree that rain does not reach.
    """

    key: str
    species: str
    german: str
    street: str
    district: str
    planted: int
    soil: str
    probe: str = ""
    fault: str = ""


BUILDINGS = (
    Building("rathaus", "Rathaus Kaarst", "Am Neumarkt 2", "Kaarst", "office", 6200, "heat", 40,
             (("Rechenzentrum", "server"), ("Lüftung", "ventilation"), ("Küche", "kitchen"))),
    Building("rathaus-buettgen", "Verwaltungsgebäude Büttgen", "Rathausplatz 23", "Büttgen", "office", 3100, "gas"),
    Building("forum", "Albert-Einstein-Forum", "Am Schulzentrum 16", "Kaarst", "hall", 2900, "heat"),
    Building("aeg", "Albert-Einstein-Gymnasium", "Am Schulzentrum 14", "Kaarst", "school", 11800, "heat", 0,
             (("Mensa", "kitchen"), ("Sporthalle", "sports"))),
    Building("gbg", "Georg-Büchner-Gymnasium", "Am Holzbüttger Haus 1", "Vorst", "school", 10900, "gas", 0,
             (("Aula", "hall"),)),
    Building("gesamtschule", "Gesamtschule Kaarst-Büttgen", "Hubertusstraße 22", "Büttgen", "school", 9700, "gas", 72,
             (("Sporthalle", "sports"),)),
    Building("realschule", "Schulgebäude Halestraße", "Halestraße 5", "Kaarst", "school", 7600, "gas"),
    Building("stakerseite", "Grundschule Stakerseite", "Bussardstraße 2", "Kaarst", "school", 3400, "gas"),
    Building("lindgren", "Astrid-Lindgren-Schule", "Hunengraben 11", "Büttgen", "school", 3200, "gas"),
    Building("vorst", "Grundschule Vorst", "Antoniusplatz 4", "Vorst", "school", 2900, "gas"),
    Building("buettgen", "Grundschule Budica", "Hunengraben 13", "Büttgen", "school", 3000, "gas"),
    Building("birkhof", "Kita Birkhofstraße", "Birkhofstraße 5", "Büttgen", "kita", 1250, "pump", 69),
    Building("benedictus", "Kita Benedictusstraße", "Benedictusstraße 49", "Kaarst", "kita", 900, "gas"),
    Building("lichtenvoorde", "Kita Lichtenvoorder Straße", "Lichtenvoorder Straße 31", "Kaarst", "kita", 980, "pump"),
    Building("hallenbad", "Hallenbad Büttgen", "Olympiastraße 1", "Büttgen", "pool", 2600, "gas", 0,
             (("Umwälzpumpen", "pump"), ("Lüftung", "ventilation"))),
    Building("sportforum", "Sportforum Büttgen", "Olympiastraße 3", "Büttgen", "sports", 4200, "gas"),
    Building("buecherei", "Stadtbücherei", "Rathausplatz 3", "Kaarst", "office", 1100, "heat"),
    Building("bauhof", "Baubetriebshof", "Hanns-Martin-Schleyer-Straße 6", "Holzbüttgen", "depot", 2400, "gas", 30,
             (("Werkstatt", "workshop"), ("Ladesäulen", "charging"))),
    Building("feuerwache", "Feuer- und Rettungswache", "Erftstraße 50", "Kaarst", "fire", 2700, "gas"),
    Building("feuer-buettgen", "Feuerwehrhaus Büttgen", "Driescher Straße 17", "Büttgen", "fire", 950, "gas"),
    Building("feuer-vorst", "Feuerwehrhaus Vorst", "Rottes 29", "Vorst", "fire", 700, "gas"),
    Building("vhs", "Haus der Weiterbildung", "Am Schulzentrum 18", "Kaarst", "office", 1300, "heat"),
    Building("jugend", "Jugendzentrum Bebop", "Pestalozzistraße 1", "Kaarst", "hall", 620, "gas"),
    Building("braunsmuehle", "Braunsmühle", "Braunsmühle 1", "Büttgen", "hall", 340, "pump"),
    Building(homes.BUILDING, homes.TITLE, homes.STREET, homes.DISTRICT, "home", 430, "gas", private=True),
)  # fmt: skip

PROBES = ("milesight", "dragino", "tensiometer")
_SPECIES = (
    ("Tilia cordata", "Winterlinde"),
    ("Quercus robur", "Stieleiche"),
    ("Acer campestre", "Feldahorn"),
    ("Carpinus betulus", "Hainbuche"),
    ("Platanus × hispanica", "Platane"),
    ("Gleditsia triacanthos", "Gleditschie"),
    ("Liquidambar styraciflua", "Amberbaum"),
    ("Ginkgo biloba", "Ginkgo"),
)
#: Years since trees were planted: what probes say is judged by it, so it must not grow.
_AGES = (1, 2, 3, 4, 7, 14, 28, 51)
_AGES_PROBED = (1, 2, 3, 1, 4)
_FAULTS = {7: "frozen", 13: "torn", 21: "silent"} | dict.fromkeys(
    (1, 11, 17, 25, 27, 31, 37), "sheltered"
)
#: The rain gauge of the demo, at the depot.
GAUGE = "regen-bauhof"
_STREETS = (
    ("Am Neumarkt", "Kaarst"),
    ("Maubisstraße", "Kaarst"),
    ("Martinusstraße", "Kaarst"),
    ("Bruchweg", "Kaarst"),
    ("Rathausplatz", "Büttgen"),
    ("Driescher Straße", "Büttgen"),
    ("Königstraße", "Holzbüttgen"),
    ("Antoniusplatz", "Vorst"),
)


@lru_cache(maxsize=1)
def meters() -> tuple[MeterPlan, ...]:
    """Returns the meters of all buildings."""
    found = []
    for number, building in enumerate(BUILDINGS):
        if building.private:
            found += _flats(building)
            continue
        main = _electricity(building, number)
        found.append(main)
        if building.heating != "pump":
            found.append(_heating(building, number))
        found.append(_water(building))
        found += [
            _submeter(building, main, index, title, profile)
            for index, (title, profile) in enumerate(building.submeters)
        ]
    return tuple(found)


@lru_cache(maxsize=1)
def trees() -> tuple[TreePlan, ...]:
    """Returns forty trees, half of them with probes, some of which are broken."""
    found = []
    this_year = datetime.now(ZONE).year
    for number in range(40):
        species, german = _SPECIES[number % len(_SPECIES)]
        street, district = _STREETS[number % len(_STREETS)]
        probe = PROBES[number // 2 % 3] if number % 2 else ""
        fault = _FAULTS.get(number, "")
        # Probes go to young trees, most of the time.
        age = _AGES_PROBED[number // 2 % 5] if probe else _AGES[number * 3 % 8]
        soil = ("Sl4", "Ls3", "Lu", "Su3", "Uls")[number % 5]
        found.append(
            TreePlan(
                f"baum-{number + 1:02d}", species, german, f"{street} {number * 3 % 40 + 1}",
                district, this_year - age, soil, probe, fault,
            )
        )  # fmt: skip
    return tuple(found)


def eui(key: str) -> str:
    """Returns the invented device EUI of a LoRaWAN device."""
    return f"a840{hashlib.blake2b(key.encode(), digest_size=6).hexdigest()}"


def _electricity(building: Building, number: int) -> MeterPlan:
    key = f"{building.slug}-strom"
    feeds_in = (("1-0:2.8.0", "SML.Total_out", "kWh"),) if building.peak_power else ()
    if number % 3 or feeds_in:
        preset, device, topic = "tasmota", f"tasmota:{key}", f"tele/{key}/SENSOR"
        registers = (
            ("1-0:1.8.0", "SML.Total_in", "kWh"),
            ("1-0:16.7.0", "SML.Power_curr", "W"),
            *feeds_in,
        )
    else:
        preset, device, topic = "sml2mqtt", f"sml:{key}", f"sml2mqtt/{key}"
        registers = (("1-0:1.8.0", "1-0:1.8.0", "kWh"), ("1-0:16.7.0", "1-0:16.7.0", "W"))
    return MeterPlan(
        key, building.slug, "Strom, Hauptzähler", "electricity", preset, device, topic, registers,
        building.use, building.area, fault={"vorst": "silent", "vhs": "reset"}.get(building.slug, ""),
    )  # fmt: skip


def _flats(building: Building) -> list[MeterPlan]:
    return [
        MeterPlan(
            key, building.slug, title, "electricity", "tasmota", f"tasmota:{key}",
            f"tele/{key}/SENSOR",
            (("1-0:1.8.0", "SML.Total_in", "kWh"), ("1-0:16.7.0", "SML.Power_curr", "W")),
            "home", size,
        )
        for key, (title, size) in zip(homes.keys(), homes.FLATS, strict=True)
    ]  # fmt: skip


def _heating(building: Building, number: int) -> MeterPlan:
    key = f"{building.slug}-waerme"
    obis, unit = ("7-0:3.0.0", "m³") if building.heating == "gas" else ("6-0:1.0.0", "kWh")
    medium = "gas" if building.heating == "gas" else "heat"
    title = "Gas" if medium == "gas" else "Nahwärme"
    return MeterPlan(
        key, building.slug, title, medium, "chirpstack", f"lora:{eui(key)}",
        f"application/zaehler/device/{eui(key)}/event/up", ((obis, "counter", unit),),
        f"{medium}-{building.use}", building.area, fault="doubled" if number % 5 == 1 else "",
    )  # fmt: skip


def _water(building: Building) -> MeterPlan:
    key = f"{building.slug}-wasser"
    return MeterPlan(
        key, building.slug, "Wasser", "water", "esphome", f"esphome:{key}",
        f"{key}/sensor/total_water/state", (("8-0:1.0.0", "total_water", "m³"),),
        f"water-{building.use}", building.area, fault="leak" if building.slug == "gbg" else "",
    )  # fmt: skip


def _submeter(
    building: Building, main: MeterPlan, index: int, title: str, profile: str
) -> MeterPlan:
    key = f"{building.slug}-strom-{index + 1}"
    device = f"shellypro3em-{key}"
    return MeterPlan(
        key, building.slug, title, "electricity", "shelly", f"shelly:{device}",
        f"{device}/events/rpc",
        (("1-0:1.8.0", "emdata:0.total_act", "Wh"), ("1-0:16.7.0", "em:0.total_act_power", "W")),
        f"sub-{profile}", building.area, parent=main.key,
    )  # fmt: skip
