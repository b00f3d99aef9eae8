"""What the tests of kept pages ask for and look at."""

from datetime import datetime
from kaarst.core.opening_hours import BERLIN
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD


OWNER = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
#: A Friday on which nothing else happens; in the future, since the database does not go back in time.
FRIDAY = datetime(2037, 6, 19, tzinfo=BERLIN)


def from_memory(answer) -> bool:
    return "X-RAMCache" in answer.headers


PAGES = (
    "",
    "/startseite",
    "/seite",
    "/aktuelles",
    "/aktuelles/neues",
    "/aktuelles/RSS",
    "/veranstaltungen",
    "/veranstaltungen/fest",
    "/leistungen",
    "/leistungen?letter=R",
    "/leistungen/wohnsitz-anmelden",
    "/lebenslagen",
    "/lebenslagen/umziehen",
    "/rathaus/burgerburo",
)
