"""A stranger goes to every door and tries each with what belongs to somebody else.

What a door asks for is read from its source, or for REST from the city's OpenAPI document: so a new
view is tried with another's number, step by step, without anyone thinking of it.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from kaarst.core.openapi.document import document
from kaarst.core.reference import new_number
from pathlib import Path
from tests.doors import of_the_city
from tests.doors import registered
from tests.metering.flat import KEY
from tests.policy.strangers.people import JSON

import inspect
import re
import secrets
import sys
import zipfile


SOURCES = Path(__file__).parents[3] / "src"
#: Whose numbers a package's doors may be asked for; policy knows all of them.
KINDS = {
    "core": ("case", "code"),
    "services": ("case", "draft"),
    "appointments": ("booking", "wish"),
    "metering": ("letter",),
}
#: What differs from one answer to the next whatever was asked for: tokens, new numbers and their PINs.
CHANGING = re.compile(
    r"[\w-]{22,}(?:\.[\w-]{22,})*|\b[A-Z]{2,5}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b|\b\d{4} \d{4}\b"
)
#: What answers 5xx to everybody alike: says that something in the city is out of order; and what is of
#: Plone and Zope and breaks before it looks at anything.
MAY_BREAK = ("@health", "@@getVocabulary?name=plone.app.vocabularies.Catalog", "_data")


@dataclass(frozen=True)
class Door:
    """A view or service at a place. `asks_for`: names that may be what it reads from a request."""

    place: str
    method: str
    name: str
    package: str
    asks_for: frozenset

    @property
    def path(self):
        return "/".join(filter(None, (self.place, self.name)))

    @property
    def is_service(self):
        return self.name.startswith("@") or self.method != "GET"


def every_door(places):
    """The city's own doors at all places; one that is everywhere is tried at the first and the last."""
    found, last = {}, {}
    for place, context in places.items():
        for method, name, factory in registered(context):
            if name in of_the_city():
                known = (method, name, factory)
                last[known] = door_of(place, method, name, factory)
                found.setdefault(known, last[known])
    return sorted({*found.values(), *last.values()}, key=lambda one: (one.path, one.method))


def door_of(place, method, name, factory):
    bases = [one.__module__ for one in getattr(factory, "__mro__", ())]
    modules = [one for one in bases if one.startswith("kaarst.") and one in sys.modules]
    package = modules[0].split(".")[1] if modules else "policy"
    if name.startswith("@"):
        asked = parameters_of(name, method)
    else:
        asked = frozenset().union(*(quoted_in(one) for one in modules))
    return Door(place, method, name, package, asked)


@cache
def quoted_in(module):
    """Every quoted word of a module, and names of steps, whose methods begin with `do_`."""
    source = inspect.getsource(sys.modules[module])
    pairs = re.findall(r"[\"'](\w+)[\"']|def do_(\w+)", source)
    return frozenset(word for pair in pairs for word in pair if word)


@cache
def steps():
    """What buttons of the city's pages may ask for."""
    found = set()
    for path in SOURCES.rglob("*.pt"):
        for tag in re.findall(r'<\w+\s[^<>]*name="step"[^<>]*>', path.read_text("utf-8")):
            found |= set(re.findall(r'\svalue="(\w+)"', tag))
    assert len(found) > 20
    return frozenset(found)


@cache
def parameters_of(name, method):
    """What a service's address or body may hold, after the OpenAPI document."""
    described = document("City", "http://localhost")
    found = set()
    for path, operations in described["paths"].items():
        if path.rpartition("/")[2] != name or method.lower() not in operations:
            continue
        operation = operations[method.lower()]
        found |= {one["name"] for one in operation.get("parameters", ()) if "name" in one}
        content = operation.get("requestBody", {}).get("content", {})
        found |= set(_properties(content.get("application/json", {}).get("schema", {}), described))
    return frozenset(found)


def _properties(schema, described):
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    yield from schema.get("properties", {})
    for part in ("allOf", "oneOf", "anyOf"):
        for inner in schema.get(part, ()):
            yield from _properties(inner, described)


class Walk:
    """One stranger's walk; `found` is what was wrong, `count` how many requests it took.

    `thorough`: with all that is hers at each door, and beside it what is nobody's; otherwise with one
    thing only.
    """

    def __init__(self, estate, stranger, who, knows=(), thorough=True):
        self.estate, self.stranger, self.who, self.thorough = estate, stranger, who, thorough
        self.secrets = {name: word for name, word in estate.secrets.items() if name not in knows}
        self.count, self.found = 0, []

    def ask(self, method, path, **options):
        """Asks, and notes what must be nowhere in the answer."""
        answer = self.stranger.ask(method, path, **options)
        self.count += 1
        at = (self.who, method, path, options.get("data") or options.get("json") or "")
        if answer.status_code >= 500 and answer.status_code != 501 and path not in MAY_BREAK:
            self.found.append((*at, answer.status_code, answer.text[:200]))
        told, said = told_by(answer), f"{path} {options}"
        self.found += [
            (*at, answer.status_code, f"tells {what}")
            for what, word in self.secrets.items()
            if word.encode() in told and word not in said
        ]
        return answer

    def try_door(self, door):
        """Everything that there is to be tried at a door."""
        self.stranger.come_back()
        if door.is_service:
            self._try_service(door)
        else:
            self._try_view(door)

    def _try_view(self, door):
        bags = self.bags(door)
        answer = self._alike("GET", door, "params", bags, {})
        if is_refused(answer):
            self.ask("POST", door.path)
            return
        named = sorted(steps() & door.asks_for) if "step" in door.asks_for and self.thorough else []
        for step in (*named, ""):
            more = {"_authenticator": self.stranger.authenticator()}
            self._alike("POST", door, "data", bags, {**more, "step": step} if step else more)

    def _try_service(self, door):
        place = "json" if door.method == "POST" else "params"
        self._alike(door.method, door, place, self.bags(door), {}, headers=JSON)

    def _alike(self, method, door, place, bags, more, **options):
        """What is hers is answered as what is nobody's. Returns the last answer."""
        nobodys = None
        for taken, free in bags:
            answer = self.ask(method, door.path, **{place: {**taken, **more}}, **options)
            if not self.thorough or is_refused(answer):
                return answer
            mine = plain(answer, taken)
            if nobodys != mine:
                self.stranger.come_back()
                other = self.ask(method, door.path, **{place: {**free, **more}}, **options)
                nobodys = plain(other, free)
            if mine != nobodys:
                told = difference(mine, nobodys)
                self.found.append((self.who, method, door.path, taken, more, "differs", *told))
        return answer if bags else self.ask(method, door.path, **{place: more}, **options)

    def bags(self, door):
        """Pairs of what is hers and what is nobody's, for all that a door asks for."""
        estate, asked = self.estate, door.asks_for
        found = []
        for kind, number in estate.numbers.items() if "number" in asked else ():
            if kind in KINDS.get(door.package, estate.numbers):
                more = {name: "1" for name in ("id", "document") if name in asked}
                nobodys = new_number(number.partition("-")[0])
                found.append(({"number": number, **more}, {"number": nobodys, **more}))
        named = {
            "id": (estate.business["id"], estate.code["id"]), "meter": (KEY,),
            "end": (estate.handle,), "founded_on": (estate.business["id"],),
            "wish": (estate.wish["number"],),
        }  # fmt: skip
        for name, values in named.items():
            for value in values if name in asked else ():
                nobodys = secrets.token_hex(len(value))[: len(value)]
                found.append(({name: value}, {name: nobodys}))
        return found


def plain(answer, bag):
    """Status, address and text, without what was asked for and what changes anyway."""
    text = told_by(answer).decode("utf-8", "replace") if is_archive(answer) else answer.text
    location = answer.headers.get("Location", "")
    for name, value in bag.items():
        if len(value) > 3:
            text = text.replace(value, f"({name})")
            location = location.replace(value, f"({name})")
    return answer.status_code, CHANGING.sub("token", location), CHANGING.sub("token", text)


def difference(mine, nobodys):
    """Where two answers part, for whoever reads the report."""
    if mine[:2] != nobodys[:2]:
        return mine[:2], nobodys[:2]
    one, other = mine[2], nobodys[2]
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return one[max(place - 60, 0) : place + 90], other[max(place - 60, 0) : place + 90]


def told_by(answer):
    """All that an answer tells, and what lies in it if it is an archive."""
    content = answer.content
    if is_archive(answer):
        with zipfile.ZipFile(BytesIO(content)) as parcel:
            content = b"".join(parcel.read(name) for name in parcel.namelist())
    return content + str(answer.headers).encode()


def is_archive(answer):
    return answer.content.startswith(b"PK")


def is_refused(answer):
    """Whether somebody else would have to ask, whatever it was about."""
    return answer.status_code in (401, 403) or "require_login" in answer.headers.get("Location", "")
