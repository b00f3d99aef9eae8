"""Every text of the city is there in German and English, and nothing is translated in vain.

Read from the sources, without loading them: `_("...")` in Python, and `i18n:translate` and
`i18n:attributes` in page templates and in XML of profiles. Titles and descriptions in ZCML (of
permissions, profiles, behaviours) are for those who set a site up: they may be translated, but
need not.
"""

from babel.messages.pofile import read_po
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import ast
import html
import pytest
import re


ROOT = Path(__file__).parents[2] / "src"
PACKAGES = ("core", "services", "appointments", "metering", "policy")
DOMAINS = tuple(f"kaarst.{package}" for package in PACKAGES)
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
NAME = re.compile(r"\$\{(\w+)\}")


class Element:
    """A tag with what is in it; `parts` are texts and elements."""

    def __init__(self, tag, attributes, domain):
        self.tag = tag
        self.attributes = attributes
        self.domain = attributes.get("i18n:domain") or attributes.get("i18n_domain") or domain
        self.parts = []

    def text(self):
        """The text as the msgid has it: named elements as ${name}, blanks folded."""
        words = []
        for part in self.parts:
            if isinstance(part, str):
                words.append(part)
            elif name := part.attributes.get("i18n:name"):
                words.append(f"${{{name}}}")
            else:
                words.append(f"<{part.tag}>")
        return " ".join("".join(words).split())


class Markup(HTMLParser):
    """Reads templates and XML alike and collects (domain, msgid)."""

    def __init__(self, path):
        super().__init__()
        self.found = set()
        self.open = [Element("", {}, None)]
        self.feed(path.read_text(encoding="utf-8"))
        while len(self.open) > 1:
            self.leave()

    def handle_starttag(self, tag, attributes):
        element = Element(
            tag, {name: value or "" for name, value in attributes}, self.open[-1].domain
        )
        self.open[-1].parts.append(element)
        self.open.append(element)
        if tag in VOID:
            self.leave()

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.leave()

    def handle_endtag(self, tag):
        if tag in [element.tag for element in self.open[1:]]:
            while self.open[-1].tag != tag:
                self.leave()
            self.leave()

    def handle_data(self, data):
        self.open[-1].parts.append(data)

    def leave(self):
        element = self.open.pop()
        attributes = element.attributes
        if "i18n:translate" in attributes:
            self.add(element, attributes["i18n:translate"] or element.text())
        for entry in attributes.get("i18n:attributes", "").split(";"):
            name, _, msgid = entry.strip().partition(" ")
            if name and (msgid or attributes.get(name)):
                self.add(element, msgid.strip() or " ".join(attributes[name].split()))

    def add(self, element, msgid):
        # Numbers, signs and what an expression alone makes are no texts.
        if re.search(r"[^\W\d_]", NAME.sub("", msgid)):
            self.found.add((element.domain, msgid))


def in_python(path):
    """Yields (domain, msgid) of each call of the message factory."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    factories = {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in DOMAINS
        for alias in node.names
        if alias.name == "_"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            domain = factories.get(node.func.id)
            if domain and node.args and isinstance(node.args[0], ast.Constant):
                yield domain, node.args[0].value


@cache
def used():
    """Where each (domain, msgid) is used."""
    found = {}
    for path in sorted(ROOT.glob("kaarst.*/src/**/*")):
        entries = ()
        if path.suffix == ".py":
            entries = in_python(path)
        elif path.suffix in (".pt", ".xml"):
            entries = Markup(path).found
        for entry in entries:
            found.setdefault(entry, []).append(str(path.relative_to(ROOT)))
    return found


@cache
def in_zcml():
    """Titles and descriptions in ZCML, blanks folded."""
    written = (path.read_text(encoding="utf-8") for path in ROOT.glob("kaarst.*/src/**/*.zcml"))
    return {
        " ".join(html.unescape(text).split())
        for zcml in written
        for text in re.findall(r'\b(?:title|description)="([^"]*)"', zcml)
    }


@cache
def catalogue(domain, language):
    name = domain.split(".")[1]
    folder = ROOT / domain / "src" / "kaarst" / name / "locales" / language / "LC_MESSAGES"
    with (folder / f"{domain}.po").open("rb") as file:
        return {message.id: message for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_is_translated(domain, language):
    known = catalogue(domain, language)
    missing = [
        f"{msgid!r} in {places[0]}"
        for (used_domain, msgid), places in sorted(used().items(), key=str)
        if used_domain == domain and not (msgid in known and known[msgid].string)
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_translation_is_sound(domain, language):
    """Decided, not guessed; in the same order for everybody; with the same gaps to fill in."""
    messages = catalogue(domain, language)
    assert [id for id, message in messages.items() if message.fuzzy] == []
    assert [
        id
        for id, message in messages.items()
        if set(NAME.findall(message.string)) - set(NAME.findall(id)) and NAME.search(id)
    ] == []
    assert set(messages) == set(catalogue(domain, "en"))


@pytest.mark.parametrize("domain", DOMAINS)
def test_nothing_is_translated_in_vain(domain):
    needed = {msgid for used_domain, msgid in used() if used_domain == domain}
    assert sorted(set(catalogue(domain, "de")) - needed - in_zcml()) == []


def test_texts_are_in_a_domain():
    ours = {*DOMAINS, "plone"}
    assert sorted(str(entry) for entry in used() if entry[0] not in ours) == []


def test_what_templates_say_is_found_in_the_catalogue():
    """An entity is read as it is written when a template looks a text up, and never found."""
    inline = re.compile(r'i18n:translate=""[^>]*>[^<]*&(?:[lr][sd]quo|[nm]dash|hellip|rarr);')
    assert [str(path) for path in ROOT.rglob("*.pt") if inline.search(path.read_text())] == []
