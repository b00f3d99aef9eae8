"""Pages: the home page of the demo city beside the home page of a stock Plone 6.2 Classic site.

Both anonymous, on `localhost`, one process with one thread, FileStorage, warm. First with page
caches off (ours has more on it), then ours with its cache on, as it is delivered, against the
stock site as it is delivered. Requests go over one kept connection, in turn, in rounds.
"""

from bench.instances import environment
from bench.instances import Instance
from pathlib import Path

import gzip
import html.parser
import http.client
import statistics
import tempfile
import time
import urllib.parse
import urllib.request


STOCK = (
    "plone.app.caching",
    "plone.app.upgrade",
    "plone.classicui",
    "plone.distribution",
    "plone.restapi",
    "Products.CMFPlone",
)

CREATE_STOCK = """
from plone.distribution.api import site
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
newSecurityManager(None, system)
answers = {"site_id": "stock", "title": "Stock", "default_language": "de",
           "portal_timezone": "Europe/Berlin", "setup_content": True}
site.create(app, "classic", answers)
transaction.commit()
"""

CREATE_OURS = """
from kaarst.policy.create import create
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.users import system
newSecurityManager(None, system)
create(app, "kaarst", "Kaarst", True, print)
transaction.commit()
"""

SWITCH_CACHE = """
from zope.component.hooks import setSite
from plone import api
setSite(app.kaarst)
api.portal.set_registry_record("plone.caching.interfaces.ICacheSettings.enabled", {enabled})
transaction.commit()
"""


class Pages:
    """One kept connection that asks for one page again and again."""

    def __init__(self, port, path):
        self.connection = http.client.HTTPConnection("localhost", port)
        self.path = path

    def ask(self):
        self.connection.request("GET", self.path)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.path} answered {answer.status}")
        return body

    def seconds(self, times):
        """Return the seconds that each of `times` requests took."""
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            self.ask()
            taken.append(time.perf_counter() - start)
        return taken


class Resources(html.parser.HTMLParser):
    """Collects the addresses of the style sheets and scripts that a page loads."""

    def __init__(self):
        super().__init__()
        self.found = {"css": [], "js": []}

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "link" and "stylesheet" in (attrs.get("rel") or ""):
            self.found["css"].append(attrs["href"])
        if tag == "script" and attrs.get("src"):
            self.found["js"].append(attrs["src"])


def weight(url):
    """Return kB gzipped of CSS and of JS that the page at `url` loads."""
    page = Resources()
    page.feed(urllib.request.urlopen(url).read().decode())
    sums = {}
    for kind, addresses in page.found.items():
        bodies = (urllib.request.urlopen(urllib.parse.urljoin(url, a)).read() for a in addresses)
        sums[kind] = sum(len(gzip.compress(body, 6)) for body in bodies) / 1000
    return sums["css"], sums["js"]


def in_turn(ours, stock, rounds=6, times=25):
    """Ask `ours` and `stock` (instance, path) in turn, so that drift hits both.

    Returns for each the median seconds of a request and the seconds of processor time of one.
    """
    sides = [(instance, Pages(instance.ports[0], path)) for instance, path in (ours, stock)]
    for _instance, page in sides:
        page.seconds(10)
    taken, spent = ([], []), [0.0, 0.0]
    for _ in range(rounds):
        for number, (instance, page) in enumerate(sides):
            before = instance.processor_seconds()
            taken[number].extend(page.seconds(times))
            spent[number] += instance.processor_seconds() - before
    return [
        (statistics.median(seconds), processor / (rounds * times))
        for seconds, processor in zip(taken, spent, strict=True)
    ]


def make_instances(folder):
    stock = Instance(f"{folder}/stock", environment_of_stock(folder))
    stock.script(CREATE_STOCK)
    ours = Instance(f"{folder}/ours", filters=("egg:kaarst.core#security-headers",))
    ours.script(CREATE_OURS)
    return ours, stock


def environment_of_stock(folder):
    return environment(Path(folder) / "stock-environment", *STOCK)


def measure():
    with tempfile.TemporaryDirectory() as folder:
        ours, stock = make_instances(folder)
        ours.script(SWITCH_CACHE.format(enabled=False))
        with stock.running("stock"), ours.running("kaarst"):
            (uncached, work), (plain, plain_work) = in_turn((ours, "/kaarst"), (stock, "/stock"))
            our_bytes, stock_bytes = weight(ours.url("kaarst")), weight(stock.url("stock"))
        ours.script(SWITCH_CACHE.format(enabled=True))
        with stock.running("stock"), ours.running("kaarst"):
            (cached, less), (plain_again, as_before) = in_turn((ours, "/kaarst"), (stock, "/stock"))
    return f"""\
## Pages

The demo city's home page beside that of a stock Plone 6.2 Classic site (theme Barceloneta, its
example content): anonymous, one process, one thread, FileStorage, `localhost`, median. The processor time
of the server counts only what it did itself; the other figures hold what else ran on the machine.
"Caches off" means no kept pages; what visitors share of a page (header, footer, the blocks of the home
page) stays in memory until somebody edits or the minute ends, as it does for every page that is made.

| | Kaarst | stock Plone | ratio | goal |
| --- | --- | --- | --- | --- |
| page, caches off | {uncached * 1000:.1f} ms | {plain * 1000:.1f} ms | {uncached / plain:.2f} | ≤ 0.5 |
| requests/s, as delivered (ours with its cache) | {1 / cached:.0f} | {1 / plain_again:.0f} | \
{plain_again / cached:.1f} | ≥ 12 |
| processor time of a page, caches off | {work * 1000:.1f} ms | {plain_work * 1000:.1f} ms | \
{work / plain_work:.2f} | |
| processor time of a page, as delivered | {less * 1000:.1f} ms | {as_before * 1000:.1f} ms | \
1 : {as_before / less:.1f} | |
| CSS, gzipped | {our_bytes[0]:.1f} kB | {stock_bytes[0]:.1f} kB | \
{our_bytes[0] / stock_bytes[0]:.2f} | |
| JS, gzipped | {our_bytes[1]:.1f} kB | {stock_bytes[1]:.1f} kB | \
{our_bytes[1] / stock_bytes[1]:.2f} | ≤ 40 kB |
| CSS and JS together | {sum(our_bytes):.1f} kB | {sum(stock_bytes):.1f} kB | \
{sum(our_bytes) / sum(stock_bytes):.2f} | ≤ 120 kB |
"""
