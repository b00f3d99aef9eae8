"""Style sheets, scripts, fonts and pictures: how heavy, and who may keep them."""

from html.parser import HTMLParser
from io import BytesIO
from PIL import Image
from plone import api
from plone.namedfile.file import NamedBlobImage
from tests.policy.caching.town import OWNER
from urllib.parse import urljoin

import gzip
import pytest
import requests
import transaction


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
