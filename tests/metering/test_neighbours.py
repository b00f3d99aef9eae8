"""Households like mine: only means of at least five of which none stands out."""

from kaarst.metering.households import neighbours
from kaarst.metering.households import publishing
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store import edges
from kaarst.metering.store import figures
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.store.schema import figure
from kaarst.metering.units import MICRO
from tests.metering.helpers import at


NOW = at("2026-03-12T12:00:00")
FEBRUARY = (at("2026-02-01T00:00:00"), at("2026-03-01T00:00:00"))
JANUARY = at("2026-01-20T00:00:00")


def household(connection, name, kwh, since=JANUARY, people=2, hot_water=False, compare=True):
    """Somebody who has agreed, with so many kilowatt-hours in February."""
    meter = f"flat-{name}"
    if not registers.registers(connection, meter=meter):
        made = registers.create(connection, meter, "1-0:1.8.0", f"x:{name}", "energy", gap=86_400)
        begin, end = FEBRUARY
        hours, found = {}, []
        for day in range(begin - 24 * HOUR, end + 48 * HOUR, 6 * HOUR):
            value = round(kwh * MICRO * (day - begin) / (end - begin)) + 10**12
            found.append((made.id, day, value, day, IMPORTED))
            edges.merge_reading(hours, (made.id, day // HOUR), day, value)
        rows.insert_readings(connection, found)
        edges.merge(connection, hours)
    claim = claims.make(connection, meter, f"ZAE-{name}-{people}", "sealed", since, "energie", NOW)
    claims.redeem(connection, claim.number, name, NOW)
    consents.grant(connection, meter, name, consents.OWN_USE, "1", "letter", NOW, claim=claim.id)
    if compare:
        consents.grant(
            connection, meter, name, consents.COMPARISON, "1", "letter", NOW, claim=claim.id,
            people=people, hot_water=hot_water,
        )  # fmt: skip


def freeze(connection, month=FEBRUARY):
    """What the job does with the month of these tests."""
    found = publishing.reckoned(connection, "electricity", *month, NOW, lambda key: "electricity")
    figures.freeze(connection, found)


def forget_figures(connection):
    connection.execute(figure.delete())


def said(connection, name):
    [held] = claims.held(connection, name)
    return neighbours.compared(connection, held, NOW, lambda key: "electricity")


def test_a_mean_is_shown_of_five_and_of_no_fewer(any_store):
    with any_store.writing() as connection:
        for name, kwh in (("anna", 200), ("bert", 220), ("cem", 180), ("dora", 240)):
            household(connection, name, kwh)
        # Not of the group: others, one who moved in within the month, one who does not take part.
        household(connection, "many", 200, people=4)
        household(connection, "boiler", 200, hot_water=True)
        household(connection, "late", 200, since=FEBRUARY[0] + HOUR)
        household(connection, "alone", 200, compare=False)
        assert said(connection, "anna") is None
        freeze(connection)
        found = said(connection, "anna")
        assert (found.start, found.end) == FEBRUARY
        assert (round(found.own / MICRO), found.usual) == (200, None)
        assert said(connection, "alone") is None
        assert said(connection, "late").own is None

        household(connection, "emil", 160)
        # What was withheld stays so: nobody is reckoned from before and after.
        freeze(connection)
        assert said(connection, "anna").usual is None
        forget_figures(connection)
        freeze(connection)
        assert round(said(connection, "anna").usual / MICRO) == 200
        assert said(connection, "many").usual is None

        # Who withdraws is out at once; the mean of before says nothing of them and stays.
        consents.withdraw_all(connection, "flat-emil", "emil", NOW, "emil", consents.COMPARISON)
        assert said(connection, "emil") is None
        assert round(said(connection, "anna").usual / MICRO) == 200
        forget_figures(connection)
        freeze(connection)
        assert said(connection, "anna").usual is None


def test_one_that_stands_out_hides_the_mean(any_store):
    with any_store.writing() as connection:
        for name, kwh in (("anna", 20), ("bert", 22), ("cem", 18), ("dora", 24), ("rich", 4000)):
            household(connection, name, kwh)
        freeze(connection)
        assert said(connection, "anna").usual is None


def test_nobody_counts_twice(any_store):
    with any_store.writing() as connection:
        for name in ("anna", "bert", "cem", "dora"):
            household(connection, name, 200)
        # A second person of the same flat, and a second flat of the same person.
        claim = claims.make(connection, "flat-dora", "ZAE-2", "sealed", JANUARY, "energie", NOW)
        claims.redeem(connection, "ZAE-2", "paul", NOW)
        for purpose in consents.PURPOSES:
            consents.grant(
                connection, "flat-dora", "paul", purpose, "1", "letter", NOW, claim=claim.id,
                people=2, hot_water=False,
            )  # fmt: skip
        assert len(neighbours.members(connection)) == 4
        freeze(connection)
        assert said(connection, "anna").usual is None
