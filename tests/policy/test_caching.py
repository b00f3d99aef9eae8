"""What is kept of which page, for whom and how long; asked of a real server."""

from DateTime import DateTime
from datetime import datetime
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.caching import memory
from kaarst.policy.create import create
from PIL import Image
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from plone.memoize import ram
from plone.namedfile.file import NamedBlobImage
from plone.registry.interfaces import IRegistry
from tests.services.content import make_catalogue
from tests.services.content import published
from urllib.parse import urljoin
from zope.component import getUtility

import gzip
import pytest
import pytz
import requests
import time_machine
import transaction


OWNER = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
#: A Friday on which nothing else happens.
FRIDAY = datetime(2027, 6, 18, tzinfo=BERLIN)


@pytest.fixture
def town(functional_portal):
    """A small published town; nothing is in memory yet."""
    ram.global_cache.invalidateAll()
    site = functional_portal
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
    start = pytz.timezone("Europe/Berlin").localize(datetime(2027, 6, 18, 18))
    end = start + timedelta(hours=2)
    published(
        api.content.create(events, "Event", id="fest", title="Stadtfest", start=start, end=end)
    )
    transaction.commit()
    return site


@pytest.fixture
def ask(town):
    """Asks for a page of the town, by default as a visitor."""

    def asked(path="", **options):
        options.setdefault("allow_redirects", False)
        return requests.get(f"{town.absolute_url()}{path}", timeout=60, **options)

    return asked


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


def test_pages_are_kept_for_visitors_and_asked_for_each_time(ask):
    with time_machine.travel(FRIDAY + timedelta(hours=9), tick=False):
        for path in PAGES:
            first, second = ask(path), ask(path)
            assert first.status_code == second.status_code == 200, path
            assert not from_memory(first) and from_memory(second), path
            assert second.content == first.content, path
            assert "Set-Cookie" not in first.headers, path
            assert second.headers["Cache-Control"] == "max-age=0, must-revalidate, private", path
            again = ask(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b""), path


@pytest.mark.parametrize(
    "path", ["/veranstaltungen/fest/ics_view", "/veranstaltungen/event_listing_ical"]
)
def test_a_calendar_file_that_is_streamed_is_asked_for_each_time(ask, path):
    with time_machine.travel(FRIDAY + timedelta(hours=9), tick=False):
        first = ask(path)
        again = ask(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_nothing_of_who_is_logged_in_is_kept(ask):
    for path in PAGES:
        mine = ask(path, auth=OWNER)
        assert mine.headers["Cache-Control"] == "private, no-store", path
        assert "ETag" not in mine.headers and not from_memory(mine), path
        visitors = ask(path)
        assert not from_memory(visitors), path
        assert "protect-script" not in visitors.text, path
    assert "protect-script" in ask("/seite", auth=OWNER).text
    assert not from_memory(ask("/seite", auth=OWNER))


@pytest.mark.parametrize(
    "path, policy",
    [
        ("/@@status", "private, no-store"),
        ("/seite/@@feedback", "private, no-store"),
        ("/@@search?SearchableText=Eine", "private, no-cache"),
        ("/sammlung", "private, no-cache"),
        ("/leistungen?q=umgezogen", "max-age=0, must-revalidate, private"),
    ],
)
def test_what_concerns_one_person_is_not_kept(ask, path, policy):
    first, second = ask(path), ask(path)
    assert first.status_code == second.status_code == 200
    assert second.headers["Cache-Control"] == policy
    assert not from_memory(second)
    assert first.headers.get("ETag") is None or first.headers["ETag"] != second.headers["ETag"]


@pytest.mark.parametrize("path", ["/@@outbox", "/@@town-settings", "/startseite/@@arrange"])
def test_pages_of_the_town_hall_are_kept_nowhere(ask, path):
    answer = ask(path, auth=OWNER)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_answer_to_feedback_is_kept_nowhere(ask, town):
    answer = requests.post(
        f"{town.seite.absolute_url()}/@@feedback",
        {"helpful": "yes"},
        allow_redirects=False,
        timeout=60,
    )
    assert answer.status_code == 303
    assert not from_memory(answer)
    assert "no-store" in answer.headers.get("Cache-Control", "no-store")


def test_a_message_for_one_visitor_reaches_no_other(ask):
    ask("/seite", cookies={"statusmessages": "BQhpbmZvaGVsbG8"})
    assert not from_memory(ask("/seite"))


def test_a_message_does_not_come_out_of_memory(ask):
    ask("/seite")
    assert not from_memory(ask("/seite", cookies={"statusmessages": "BQhpbmZvaGVsbG8"}))


def test_a_page_and_its_json_are_two_things(ask):
    page = ask("/seite")
    assert page.headers["Content-Type"].startswith("text/html")
    json = {"Accept": "application/json"}
    answer = ask("/seite", headers=json)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert not from_memory(ask("/seite", headers=json))
    stale = ask("/seite", headers={**json, "If-None-Match": page.headers["ETag"]})
    assert stale.status_code != 304
    mine = ask("/seite", headers=json, auth=OWNER)
    assert mine.headers["Cache-Control"] == "private, no-store"


def test_an_edit_shows_at_once(ask, town):
    with time_machine.travel(FRIDAY + timedelta(hours=9), tick=False):
        before = {path: ask(path) for path in ("", "/seite", "/aktuelles")}
        town.aktuelles.neues.title = "Neueres aus dem Rathaus"
        town.aktuelles.neues.reindexObject()
        transaction.commit()
        for path, old in before.items():
            new = ask(path, headers={"If-None-Match": old.headers["ETag"]})
            assert new.status_code == 200, path
        assert "Neueres aus dem Rathaus" in ask("/aktuelles").text
        assert "Neueres aus dem Rathaus" in ask().text


def test_a_setting_of_the_town_shows_at_once(ask, town):
    before = ask("/seite")
    assert "02131 987-4711" not in before.text
    api.portal.set_registry_record("kaarst.town.phone", "02131 987-4711")
    transaction.commit()
    new = ask("/seite", headers={"If-None-Match": before.headers["ETag"]})
    assert new.status_code == 200
    assert "02131 987-4711" in new.text


def test_the_order_of_the_blocks_shows_at_once(ask, town):
    api.portal.set_registry_record("kaarst.town.hours_friday", "08:30-12:00")
    transaction.commit()
    before = ask().text
    assert before.index('id="hours"') > before.index('id="question"')
    home = town.startseite
    home.getOrdering().moveObjectsToTop(["hours"])
    transaction.commit()
    after = ask().text
    assert after.index('id="hours"') < after.index('id="question"')


def test_a_hidden_page_leaves_memory_and_navigation(ask, town):
    assert ask("/seite").status_code == 200
    assert ask("/seite").status_code == 200
    api.content.transition(town.seite, "retract")
    transaction.commit()
    assert ask("/seite").status_code in (302, 401)
    assert "/seite" not in ask().text


def test_open_and_closed_change_with_the_minute(ask, town):
    api.portal.set_registry_record("kaarst.town.hours_friday", "08:30-12:00")
    transaction.commit()
    with time_machine.travel(FRIDAY.replace(hour=11, minute=59, second=50), tick=False):
        ask()
        still = ask()
        assert from_memory(still) and "is-open" in still.text
    with time_machine.travel(FRIDAY.replace(hour=12, second=1), tick=False):
        closed = ask("", headers={"If-None-Match": still.headers["ETag"]})
        assert closed.status_code == 200
        assert "is-closed" in closed.text and "is-open" not in closed.text


def test_an_event_that_is_over_goes(ask):
    with time_machine.travel(FRIDAY.replace(hour=19, minute=59), tick=False):
        assert "Stadtfest" in ask().text
        assert "Stadtfest" in ask().text
    with time_machine.travel(FRIDAY.replace(hour=20, minute=1), tick=False):
        assert "Stadtfest" not in ask().text


def test_a_notice_comes_and_goes_on_every_page(ask, town):
    start = FRIDAY.replace(hour=10, second=20)
    published(
        api.content.create(
            town, "Alert", title="Kein Wasser", start=start, end=start + timedelta(seconds=30)
        )
    )
    transaction.commit()
    for second, shown in ((-1, False), (0, True), (29, True), (30, False)):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            assert ("Kein Wasser" in ask("/seite").text) is shown, second
            assert ("Kein Wasser" in ask("/seite").text) is shown, second


def test_a_page_appears_at_its_time(ask, town):
    news = published(api.content.create(town.aktuelles, "News Item", title="Erst um zehn"))
    news.setEffectiveDate(DateTime(FRIDAY.replace(hour=10)))
    news.reindexObject()
    transaction.commit()
    for hour, minute, shown in ((9, 58, False), (10, 1, True)):
        with time_machine.travel(FRIDAY.replace(hour=hour, minute=minute), tick=False):
            for _time in range(2):
                assert ("Erst um zehn" in ask("/aktuelles").text) is shown
                assert ("Erst um zehn" in ask().text) is shown


def test_two_towns_in_one_process_share_nothing_nor_do_their_languages(ask, functional):
    root = functional["app"]
    login(root, SITE_OWNER_NAME)
    assert create(root, "zweitstadt", "Zweitstadt", False, lambda text: None)
    transaction.commit()
    second = f"{root.absolute_url()}/zweitstadt"

    def texts():
        paths = ("/impressum", "/en/welcome", "")
        return [requests.get(second + path, timeout=60).text for path in paths]

    german, english, home = texts()
    for answer in (ask(), ask("/seite")):
        assert "Zweitstadt" not in answer.text
    assert texts() == [german, english, home]
    assert "/plone/" not in home
    assert 'aria-label="Hauptnavigation"' in german and "Barriere melden" in german
    assert 'aria-label="Main navigation"' in english and "Report a barrier" in english


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.css, self.js, self.other = [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "link" and attrs.get("rel") == "stylesheet":
            self.css.append(attrs["href"])
        elif tag == "link" and attrs.get("rel") == "preload":
            self.other.append(attrs["href"])
        elif tag == "script":
            self.js.append(attrs["src"])


@pytest.fixture
def links(ask):
    found = Links()
    found.feed(ask().text)
    return found


def test_a_visitor_loads_little(links, town):
    def weight(addresses):
        url = f"{town.absolute_url()}/"
        bodies = [requests.get(urljoin(url, a), timeout=60).content for a in addresses]
        return sum(len(gzip.compress(body, 6)) for body in bodies) / 1000

    css, js = weight(links.css), weight(links.js)
    assert 0 < js <= 40
    assert css + js <= 120


def test_static_files_have_addresses_that_may_be_kept_for_a_year(links, town):
    url = f"{town.absolute_url()}/"
    for address in (*links.css, *links.js, *links.other):
        named = requests.get(urljoin(url, address), timeout=60)
        assert "max-age=31536000" in named.headers["Cache-Control"], address
        assert "public" in named.headers["Cache-Control"], address
        wrong = requests.get(urljoin(url, address.partition("?")[0]) + "?v=1", timeout=60)
        assert "31536000" not in wrong.headers["Cache-Control"], address
    sheet = requests.get(urljoin(url, links.css[0]), timeout=60).text
    fonts = [part.partition('"')[0] for part in sheet.split('url("')[1:] if ".woff2" in part[:120]]
    assert fonts and all("?v=" in font for font in fonts)
    # The address in the style sheet is the one that the page fetches beforehand.
    assert any(urljoin(urljoin(url, links.css[0]), font) in links.other for font in fonts)


def test_a_private_picture_is_kept_by_nobody_else(ask, town):
    data = BytesIO()
    Image.new("RGB", (900, 600), "red").save(data, "PNG")
    picture = api.content.create(town, "Image", id="entwurf", title="Entwurf")
    picture.image = NamedBlobImage(data.getvalue(), filename="entwurf.png")
    if api.content.get_state(picture, default="") != "private":
        picture.manage_permission("View", ["Manager"], acquire=0)
    scale = picture.restrictedTraverse("@@images").scale("image", scale="preview").url
    transaction.commit()
    for url in (scale, f"{picture.absolute_url()}/@@images/image"):
        mine = requests.get(url, auth=OWNER, timeout=60)
        assert mine.status_code == 200
        assert "public" not in mine.headers.get("Cache-Control", "public"), url
        assert "s-maxage" not in mine.headers["Cache-Control"]
        assert requests.get(url, timeout=60, allow_redirects=False).status_code in (302, 401)


# -- parts of pages ---------------------------------------------------------------


@pytest.fixture
def counted(functional_portal):
    """A function that says how often it was asked."""
    ram.global_cache.invalidateAll()
    transaction.commit()
    calls = []

    def make():
        calls.append(None)
        return len(calls)

    return make


def test_parts_are_made_once_for_visitors(functional_portal, counted):
    logout()
    site = functional_portal
    assert [memory.fragment(site, "x", counted, "1") for _time in range(3)] == [1, 1, 1]
    assert memory.fragment(site, "y", counted, "1") == 2
    assert memory.fragment(site, "x", counted, "2") == 3
    assert memory.fragment(site, "x", counted, "2") == 3


def test_parts_are_made_each_time_for_who_is_logged_in(functional_portal, counted):
    assert [memory.fragment(functional_portal, "x", counted, "1") for _time in (1, 2)] == [1, 2]
    logout()
    assert memory.fragment(functional_portal, "x", counted, "1") == 3


def test_parts_are_not_kept_by_who_writes(functional_portal, counted):
    logout()
    assert memory.fragment(functional_portal, "x", counted, "1") == 1
    functional_portal.title = "Anders"
    assert memory.fragment(functional_portal, "x", counted, "1") == 2
    transaction.abort()
    assert memory.fragment(functional_portal, "x", counted, "1") == 1


# -- install and uninstall ---------------------------------------------------------


def test_uninstall_leaves_no_rule_behind_and_install_brings_them_back(portal):
    registry = getUtility(IRegistry)
    enabled = "plone.caching.interfaces.ICacheSettings.enabled"
    mapping = "plone.caching.interfaces.ICacheSettings.operationMapping"
    assert registry[enabled] and registry[mapping]["kaarst.policy.page"] == "kaarst.policy.pages"
    applyProfile(portal, "kaarst.policy:uninstall")
    assert not registry[enabled]
    assert not registry[mapping]
    assert not [name for name in registry.records if name.startswith("kaarst.policy.pages")]
    for name in ("contentTypeRulesetMapping", "templateRulesetMapping"):
        rules = registry[f"plone.app.caching.interfaces.IPloneCacheSettings.{name}"] or {}
        assert not [rule for rule in rules.values() if rule.startswith("kaarst.")]
    applyProfile(portal, "kaarst.policy:default")
    assert registry[enabled] and registry[mapping]["kaarst.policy.page"] == "kaarst.policy.pages"
