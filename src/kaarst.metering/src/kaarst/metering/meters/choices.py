"""What editors choose from."""

from kaarst.metering import _
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


def _choice(*terms) -> SimpleVocabulary:
    return SimpleVocabulary([SimpleTerm(value, value, title) for value, title in terms])


MEDIA = _choice(
    ("electricity", _("Electricity")),
    ("gas", _("Gas")),
    ("heat", _("Heat")),
    ("water", _("Water")),
)
USES = _choice(
    ("office", _("Administration")),
    ("school", _("School")),
    ("kita", _("Day care centre")),
    ("pool", _("Swimming pool")),
    ("sports", _("Sports facility")),
    ("hall", _("Hall and meeting place")),
    ("depot", _("Depot and workshop")),
    ("fire", _("Fire station")),
    ("home", _("Housing")),
    ("other", _("Other use")),
)
HEATINGS = _choice(
    ("gas", _("Gas")),
    ("heat", _("District heating")),
    ("pump", _("Heat pump")),
    ("oil", _("Oil")),
    ("wood", _("Wood")),
    ("electricity", _("Electricity")),
)
PERIODS = _choice(
    ("day", _("Day")), ("week", _("Week")), ("month", _("Month")), ("year", _("Year"))
)
#: What a dashboard can show of a building or meter.
TILES = _choice(
    ("picture", _("Picture and table")),
    ("now", _("Now")),
    ("today", _("Today")),
    ("month", _("Expected this month")),
    ("year", _("This year")),
    ("night", _("Base load")),
    ("fed-in", _("Fed in")),
    ("energy", _("Energy in it")),
    ("emissions", _("CO2")),
    ("split", _("The biggest consumers")),
)
