"""A small published town, asked over a real server."""

from datetime import datetime
from datetime import timedelta
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.memoize import ram
from tests.layers import furnished
from tests.services.content import make_catalogue
from tests.services.content import published

import pytest
import pytz
import requests


def furnish(site):
    """A small published town."""
    setRoles(site, TEST_USER_ID, ["Manager"])
    make_catalogue(site)
    home = published(api.content.create(site, "HomePage", id="startseite", title="Startseite"))
    kinds = ("question", "services", "news", "events", "hours", "notices")
    for kind in kinds:
        published(api.content.create(home, "HomeBlock", id=kind, title=kind.title(), kind=kind))
    site.setDefaultPage("startseite")
    published(api.content.create(site, "Document", id="seite", title="Eine Seite"))
    # A type that no rule names: it might show what changes without an editor.
    published(api.content.create(site, "Collection", id="sammlung", title="Sammlung"))
    news = published(api.content.create(site, "Folder", id="aktuelles", title="Aktuelles"))
    news.setLayout("news_view")
    published(api.content.create(news, "News Item", id="neues", title="Neues aus dem Rathaus"))
    events = published(api.content.create(site, "Folder", id="veranstaltungen", title="Termine"))
    events.setLayout("events_view")
    # Dexterity pickles these, and ZODB knows pytz.
    start = pytz.timezone("Europe/Berlin").localize(datetime(2037, 6, 19, 18))
    end = start + timedelta(hours=2)
    published(
        api.content.create(events, "Event", id="fest", title="Stadtfest", start=start, end=end)
    )


@pytest.fixture(scope="module")
def made(functional_session):
    with furnished(furnish):
        yield


@pytest.fixture
def town(made, functional_portal):
    """A small published town; nothing is in memory yet."""
    ram.global_cache.invalidateAll()
    return functional_portal


@pytest.fixture
def ask(town):
    """Asks for a page of the town, by default as a visitor."""

    def asked(path="", **options):
        options.setdefault("allow_redirects", False)
        return requests.get(f"{town.absolute_url()}{path}", timeout=60, **options)

    return asked
