"""A house with six flats in the demo city: one letter lies ready, the neighbours have agreed already.

All of it is invented. The number and PIN are published, so they are made here and nowhere else: a real
town never runs the simulation.
"""

from kaarst.core import pins
from kaarst.core import reference
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from sqlalchemy import Connection


BUILDING = "wohnhaus"
TITLE, STREET, DISTRICT = "Wohnhaus Musterweg 3", "Musterweg 3", "Vorst"
#: Title, and square metres that the load curve goes by.
FLATS = (
    ("Strom, Wohnung 1", 74),
    ("Strom, Wohnung 2", 66),
    ("Strom, Wohnung 3", 81),
    ("Strom, Wohnung 4", 70),
    ("Strom, Wohnung 5", 62),
    ("Strom, Wohnung 6", 77),
)
#: The letter for the demo's citizen, about the first flat.
NUMBER, PIN = "ZAE-DEM0-2026-9", "4821 7736"
#: How long ago everybody moved in.
DAYS = 300
_WORDING = "2026-12"


def keys() -> list[str]:
    """The keys of the flats' meters, in order."""
    return [f"{BUILDING}-{number}" for number in range(1, len(FLATS) + 1)]


def lay_letter(connection: Connection, now: int) -> None:
    """Makes the letter of the first flat."""
    since = day_start(day_of(now) - DAYS)
    claims.make(connection, keys()[0], NUMBER, pins.seal_pin(PIN), since, "demo", now)


def let_neighbours_agree(connection: Connection, now: int) -> None:
    """Lets the neighbours agree to be compared, unless they have.

    Only when their readings are there: figures of a month are written once.
    """
    since = day_start(day_of(now) - DAYS)
    for number, key in enumerate(keys()[1:], 2):
        if claims.of_meter(connection, key):
            continue
        person = f"demo-nachbar-{number}"
        # Nobody knows these PINs, and these people have no accounts.
        sealed = pins.seal_pin(pins.new_pin())
        made = claims.make(connection, key, reference.new_number("ZAE"), sealed, since, "demo", now)
        claims.redeem(connection, made.number, person, now)
        for purpose in consents.PURPOSES:
            compared = purpose == consents.COMPARISON
            consents.grant(
                connection, key, person, purpose, _WORDING, "letter", now, claim=made.id,
                people=2 if compared else None, hot_water=False if compared else None,
            )  # fmt: skip
