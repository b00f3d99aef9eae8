"""The pages that anybody may read, one for each template, and what is measured on a page."""

from axe_playwright_python.sync_playwright import Axe
from functools import cache
from pathlib import Path
from playwright.sync_api import TimeoutError

import json
import re


AXE = Axe()

#: One address for every template that answers without signing in: name and path.
PAGES = {
    "home": "",
    "catalogue": "leistungen",
    "search": "leistungen?q=umgezogen",
    "search, misspelt": "leistungen?q=reisepas",
    "search, nothing found": "leistungen?q=xqzvw",
    "letter": "leistungen?letter=A",
    "services of a department": "leistungen?department=standesamt",
    "service with a form": "leistungen/anmeldung-und-ummeldung",
    "service without a form": "leistungen/personalausweis",
    "service in easy language": "leistungen/anmeldung-und-ummeldung/leicht",
    "service in English": "leistungen/anmeldung-und-ummeldung/en",
    "ways to sign in": "sign-in",
    "sign in, higher": "sign-in?level=high",
    "sign in with a code": "sign-in-code",
    "sign in with a link": "sign-in-link",
    "topics": "lebenslagen",
    "topic": "lebenslagen/umzug",
    "departments": "rathaus/bereiche",
    "department": "rathaus/bereiche/standesamt-und-buergerbuero/buergerbuero",
    "contact": "rathaus/bereiche/standesamt-und-buergerbuero/buergerbuero/schalter-kaarst",
    "places": "rathaus/orte",
    "place": "rathaus/orte/rathaus-kaarst",
    "news": "aktuelles",
    "news item": "aktuelles/buergerkoffer",
    "events": "veranstaltungen",
    "events, past": "veranstaltungen?when=past",
    "event": "veranstaltungen/ratssitzung",
    "recurring event": "veranstaltungen/wochenmarkt",
    "forms": "formulare",
    "form": "formulare/anmeldung-bei-zuzug",
    "form that needs a login": "formulare/meldebescheinigung-bestellen",
    "how to get a BundID": "leistungen/bundid",
    "appointments": "termine",
    "free times": "termine/times?service=reisepass&service=personalausweis",
    "free times, nothing chosen": "termine/times",
    "my appointment": "termine/my-appointment",
    "waiting for an earlier time": "termine/wish?service=reisepass&desk=buergerbuero-kaarst",
    "how times are given out": "termine/how-times-are-given",
    "taking part in a draw": "termine/draw?service=reisepass&desk=buergerbuero-buettgen",
    "draws": "termine/draws",
    "desk": "termine/buergerbuero-kaarst",
    "how long the wait is": "termine/waiting-times",
    "call display": "termine/buergerbuero-kaarst/display",
    "my waiting number": "termine/buergerbuero-kaarst/my-ticket",
    "energy": "energie",
    "building": "energie/rathaus",
    "building, another medium by the year": "energie/gbg?medium=gas&period=year",
    "dashboard": "energie/schulen?period=week",
    "meter": "energie/rathaus/rathaus-strom?period=day",
    "figures of households": "energie/households",
    "trees": "baeume",
    "trees, some of them": "baeume?state=good&district=Kaarst",
    "tree": "baeume/baum-12",
    "report a barrier": "@@report-barrier?page=http%3A%2F%2Flocalhost%2Fkaarst",
    "state of a case": "status",
    "what an account is": "my-town",
    "wishes for online services": "digitalwuensche",
    "imprint": "impressum",
    "privacy": "datenschutz",
    "accessibility": "barrierefreiheit",
    "easy language": "leichte-sprache",
    "sign language": "gebaerdensprache",
    "English": "en",
    "English page": "en/registering-your-address",
    "sitemap": "sitemap",
    "site search": "@@search?SearchableText=Rathaus",
    "site search, nothing found": "@@search?SearchableText=xqzvw",
    "sign in": "login",
    "password forgotten": "@@login-help",
    "contact form": "contact-info",
    "not found": "gibt-es-nicht",
    "not allowed": "@@town-settings",
}
STATUS = {"not found": 404, "free times, nothing chosen": 400}

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What depends on the colours alone.
COLOURS = ["color-contrast", "link-in-text-block"]

WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""


class Watch:
    """What a page asked for, was refused and complained about since the last `clear`."""

    def __init__(self, page):
        self.page, self.asked, self.said = page, [], []
        page.add_init_script(WATCH)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def _console(self, message):
        # The browser reports the status of the page itself, which is checked elsewhere.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.said.append(message.text)

    def clear(self):
        self.asked, self.said = [], []

    def refused(self):
        """Violations of the Content-Security-Policy."""
        return self.page.evaluate("window.refused") + [
            text for text in self.said if "Content Security Policy" in text
        ]

    def strangers(self, address):
        """Addresses of requests that went to another origin than that of `address`."""
        origin = "/".join([*address.split("/")[:3], ""])
        return [url for url in self.asked if not url.startswith((origin, "data:", "blob:"))]


def follow(page, link, name):
    """Click a link whose row a script may be drawing anew at this very moment; `name` ends its page's path."""
    for _ in range(5):
        try:
            link.click()
            page.wait_for_url(lambda url: name in url.split("?")[0].split("/"), timeout=5_000)
            return
        except TimeoutError:
            continue
    raise AssertionError(f"{link} leads nowhere")


def settle(page):
    """Wait until no colour is on its way to another any more."""
    page.evaluate("""() => Promise.all(document.getAnimations()
      .filter((animation) => animation instanceof CSSTransition)
      .map((animation) => animation.finished.catch(() => {})))""")


def violations(page, rules=None, within=None):
    """Return what axe finds: rule, and for each place its selector and the reason."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {
        "resultTypes": ["violations"],
        "runOnly": only,
        # The only rule of WCAG 2.2 AA, which axe leaves out unless told.
        "rules": {} if rules else {"target-size": {"enabled": True}},
    }
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    settle(page)
    arguments = ",".join(json.dumps(item) for item in (within, options) if item)
    found = page.evaluate(f"axe.run({arguments})")["violations"]
    return [
        f"{item['id']}: {' '.join(map(str, node['target']))} – {node['failureSummary']}"
        for item in found
        for node in item["nodes"]
    ]


def too_wide(page):
    """Return what makes the page scroll sideways; empty when it does not."""
    return page.evaluate("""() => {
      const root = document.documentElement;
      if (root.scrollWidth <= root.clientWidth) return [];
      const wide = [...document.body.querySelectorAll("*")].filter(
        (element) => element.getBoundingClientRect().right > root.clientWidth + 1);
      return [`${root.scrollWidth} px`, ...wide.slice(-5).map((e) => e.outerHTML.slice(0, 120))];
    }""")


def clipped(page):
    """Return elements whose text is cut off because they do not grow with it."""
    return page.evaluate("""() => {
      const hidden = (element) => {
        const style = getComputedStyle(element);
        return style.clipPath !== "none" || style.position === "absolute" && element.offsetWidth <= 1
          || style.visibility === "hidden";
      };
      return [...document.body.querySelectorAll("*")].filter((element) => {
        const style = getComputedStyle(element);
        const cuts = (way) => ["hidden", "clip"].includes(way);
        // Teasers end after some lines on purpose; the whole of them is one click away.
        if (style.webkitLineClamp !== "none") return false;
        if (!element.textContent.trim() || !element.checkVisibility() || hidden(element)) return false;
        return cuts(style.overflowX) && element.scrollWidth > element.clientWidth + 1
          || cuts(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
      }).map((element) => element.outerHTML.slice(0, 160));
    }""")


SOURCES = Path(__file__).parents[2] / "src"
MESSAGE = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', re.MULTILINE)


@cache
def foreign_texts(language):
    """Texts of this site's catalogues that a page in `language` must not show, longest first."""
    texts = {"de": {}, "en": {}}
    for path in SOURCES.glob("*/src/kaarst/*/locales/*/LC_MESSAGES/*.po"):
        for message in MESSAGE.finditer(path.read_text(encoding="utf-8")):
            msgid, text = ("".join(re.findall(r'"(.*)"', part)) for part in message.groups())
            texts[path.parts[-3]][path.stem, msgid] = text.replace('\\"', '"')
    other = texts["en" if language == "de" else "de"]
    own = set(texts[language].values())
    return sorted(
        # Short words may be the same in both; what has gaps is looked for up to the first one.
        {
            part
            for text in other.values()
            if (part := text.split("${")[0].strip()) not in own and len(part) > 9 and " " in part
        },
        key=len,
        reverse=True,
    )


def untranslated(page, language):
    """Return texts of the site on this page that are not in `language` and not marked as such."""
    text = page.evaluate(
        """(language) => {
      const parts = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (element.closest("[lang]").lang === language) parts.push(walker.currentNode.data);
      }
      for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
        for (const name of ["aria-label", "placeholder", "title", "alt"])
          parts.push(element.getAttribute(name) || "");
      return parts.join(" ").replace(/\\s+/g, " ");
    }""",
        language,
    )
    return [foreign for foreign in foreign_texts(language) if foreign in text]
