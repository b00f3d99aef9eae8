"""Every SQL table is named where people's data are accounted for; the privacy page says it."""

from importlib import import_module
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from pathlib import Path
from sqlalchemy import MetaData
from zope.component import getUtilitiesFor
from zope.i18n import translate


ROOT = Path(__file__).parents[2] / "src"
#: What is about machines, the town or its prices, and why nobody is in it.
IMPERSONAL = {
    "heartbeats": "which processes live",
    "leases": "which process does what",
    "metering_mapping": "which topic is which meter",
    "metering_register": "meters and their registers",
    "metering_last_message": "when a device was heard last",
    "metering_dead_letter": "what devices have sent wrongly; kept for two weeks",
    "metering_tally": "how many messages there were",
    "metering_tariff_version": "tariffs",
    "metering_price": "prices",
    "metering_figure": "averages of groups, large enough that nobody is recognised",
    "metering_state": "what processes must notice of each other",
    # Readings of a household lead to a person by its consent only, and go with it: see Holders.
    "metering_reading": "readings by meter",
    "metering_hour_edge": "readings by meter",
    "metering_day_edge": "readings by meter",
    "metering_jump": "changes of a meter",
    "metering_contradiction": "readings by meter",
}


def tables():
    """The names of all SQL tables of the city, found in the sources."""
    found = set()
    for path in sorted(ROOT.glob("*/src/**/*.py")):
        if "= Table(" not in path.read_text(encoding="utf-8"):
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts[2:])
        for value in vars(import_module(name)).values():
            if isinstance(value, MetaData):
                found |= set(value.tables)
    return found


def named():
    utilities = [
        utility
        for interface in (IPersonalData, IRetention)
        for _name, utility in getUtilitiesFor(interface)
    ]
    return {table for utility in utilities for table in getattr(utility, "tables", ())}


def test_every_table_is_accounted_for(portal):
    known = tables()
    assert len(known) > 20
    assert named() <= known
    assert sorted(known - named() - set(IMPERSONAL)) == []
    assert sorted(set(IMPERSONAL) - known) == []
    assert not named() & set(IMPERSONAL)


def test_the_privacy_page_says_what_is_kept_and_how_long(portal):
    page = " ".join(
        translate(words, target_language="de")
        for _name, one in getUtilitiesFor(IRetention)
        for words in (one.data, one.purpose, one.period(portal))
    )
    for words in (
        "wenn Sie sich dann anmelden",
        "eine Stunde",
        "Eine begonnene Anmeldung",
        "15 Minuten",
        "einander ohne Antrag schreiben",
        "unter einem geheimen Namen",
    ):
        assert words in page, words
