"""The demo city as visitors find it: every service complete, no link that leads nowhere."""

from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from urllib.parse import urldefrag
from urllib.parse import urljoin

import pytest
import requests


pytestmark = pytest.mark.timeout(400)

FOUNDED = Path(str(files("kaarst.policy.demo"))) / "content" / "leistungen"
LEGAL = (
    "impressum",
    "datenschutz",
    "barrierefreiheit",
    "leichte-sprache",
    "gebaerdensprache",
    "en",
)


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.found.update(filter(None, (given.get("href"), given.get("src"))))


@pytest.fixture(scope="module")
def services(city):
    """All services that the city was founded with, with every field, as REST gives them."""
    session = requests.Session()
    session.headers["Accept"] = "application/json"
    items = session.get(city.url("@services?b_size=100"), timeout=60).json()["items"]
    # Other tests publish services of their own in the same city.
    names = {path.stem for path in FOUNDED.glob("*.md")}
    items = [item for item in items if item["@id"].rpartition("/")[2] in names]
    assert len(items) == len(names) >= 25
    return [session.get(item["@id"], timeout=60).json() for item in items]


@pytest.mark.parametrize(
    "field",
    ["description", "synonyms", "topics", "department", "contact_points", "text", "documents"],
)
def test_every_service_says(services, field):
    missing = [service["id"] for service in services if not service[field]]
    assert missing == []


def test_every_service_says_what_it_costs_and_how_long_it_takes(services):
    assert [found["id"] for found in services if not found["fees"]] == []
    assert [found["id"] for found in services if not found["processing_time"]] == []
    assert [found["id"] for found in services if not found["channels"]] == []


@pytest.mark.parametrize("page", LEGAL)
def test_legal_pages_are_there(city, page):
    answer = requests.get(city.url(page), timeout=60)
    assert answer.status_code == 200 and len(answer.text) > 5_000
    assert "${" not in answer.text


#: Pages that say nothing without what was chosen before; followed once, as they are linked first.
NEED_A_QUERY = ("/times", "/wish", "/draw")
#: Doors that lead to another house, with a cookie to find back by.
LEADS_OUT = ("/sign-in-bundid", "/sign-in-staff")


def test_no_link_leads_nowhere(city):
    """Follows every link of the site from the home page on."""
    home = city.url().rstrip("/")
    session, waiting, broken, outside = requests.Session(), {home: "-"}, {}, set()
    seen = set(waiting)
    while waiting:
        address, source = waiting.popitem()
        answer = session.get(address, timeout=60)
        if answer.status_code >= 400:
            broken[address] = f"{answer.status_code} from {source}"
            continue
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        assert not session.cookies, address
        for link in Links(answer.text).found:
            target = urldefrag(urljoin(answer.url, link)).url
            if not target.startswith("http"):
                continue
            if not target.startswith(home):
                outside.add(target)
                continue
            # The same page once more: filters, months of the calendar, where a report comes from.
            known = target.split("?")[0]
            if known.endswith(LEADS_OUT):
                continue
            if not known.endswith(NEED_A_QUERY) and not target.endswith("/@@report-barrier"):
                target = known
            if known not in seen:
                seen.update((known, target))
                waiting[target] = address
    assert broken == {}
    assert len(seen) > 150
    assert not [target for target in outside if target.startswith(home.rsplit("/", 1)[0])]
