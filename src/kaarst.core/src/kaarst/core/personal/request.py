"""A request of a person: what all packages know, as a whole."""

from kaarst.core import _
from kaarst.core import audit
from kaarst.core import reference
from kaarst.core.interfaces import IPersonalData
from kaarst.core.personal.log import note
from kaarst.core.personal.person import Finding
from kaarst.core.personal.person import Person
from zope.component import getUtilitiesFor


FOUND, GIVEN, ERASED = "found", "given", "erased"
PAGE = "personal-data"


class Held(Exception):
    """Something may not be erased at present; the message (translatable) says why."""

    def __init__(self, finding: Finding):
        super().__init__(finding.hold)
        self.finding = finding
        self.message = finding.hold


class Gone(KeyError):
    """What was chosen is not there any more, or was never the person's."""


def sources() -> list[tuple[str, IPersonalData]]:
    """The utilities with their names, in order."""
    return sorted(getUtilitiesFor(IPersonalData), key=lambda pair: (pair[1].order, pair[0]))


def find(site, person: Person) -> list[tuple[str, Finding]]:
    """Everything about a person, newest first within each source. Keys name source and finding."""
    found = []
    for name, source in sources():
        findings = sorted(source.find(site, person), key=lambda one: one.when, reverse=True)
        found += [(f"{name}/{finding.id}", finding) for finding in findings]
    return found


def chosen(site, person: Person, keys: list[str] | None) -> list[tuple[str, Finding]]:
    """What of the person's own was chosen; None means all. Raises Gone.

    Looked for anew each time: no key opens what is not about this person.
    """
    found = find(site, person)
    if keys is None:
        return found
    there = dict(found)
    try:
        return [(key, there[key]) for key in dict.fromkeys(keys)]
    except KeyError as error:
        raise Gone(str(error)) from None


def give(site, person: Person, keys: list[str] | None) -> list[dict]:
    """What is known, ready to be written: `{kind, title, when, data, files}`. Noted in the log."""
    picked = chosen(site, person, keys)
    known = dict(sources())
    given = []
    for key, finding in picked:
        name, _slash, id = key.partition("/")
        data, files = known[name].export(site, id)
        given.append(
            {
                "kind": known[name].title,
                "title": finding.title,
                "when": finding.when,
                "data": data,
                "files": list(files),
            }
        )
    note(site, GIVEN, kinds(picked))
    _record(audit.kinds.EXPORT, picked)
    return given


def erase(site, person: Person, keys: list[str]) -> int:
    """Erases what was chosen, all or nothing. Raises Held and Gone. Noted in the log."""
    picked = chosen(site, person, keys)
    for _key, finding in picked:
        if finding.hold:
            raise Held(finding)
    known = dict(sources())
    for key, _finding in picked:
        name, _slash, id = key.partition("/")
        known[name].erase(site, id)
    note(site, ERASED, kinds(picked))
    _record(audit.kinds.DELETION, picked)
    return len(picked)


def look(site, person: Person) -> list[tuple[str, Finding]]:
    """As `find`, by somebody who answers a request: the audit log says that they have looked."""
    found = find(site, person)
    _record(audit.kinds.READ, found)
    return found


def _record(kind: str, findings) -> None:
    """One entry for each number, and one for what has none; never who was looked for."""
    numbers = {}
    for key, finding in findings:
        name = key.partition("/")[0]
        number = finding.number or _number(finding.id)
        counts = numbers.setdefault(number, {})
        counts[name] = counts.get(name, 0) + 1
    for number, counts in sorted(numbers.items()) or [("", {})]:
        audit.record(kind, subject=number, detail={"page": PAGE, "found": counts})


def _number(id: str) -> str:
    """The number of a case or a booking that an id of a finding is, or begins with; or nothing."""
    try:
        return reference.normalise(id.partition(":")[0])
    except reference.InvalidNumber:
        return ""


def kinds(picked) -> dict[str, int]:
    """How many of each source; the log keeps no more than that."""
    counts = {}
    for key, _finding in picked:
        name = key.partition("/")[0]
        counts[name] = counts.get(name, 0) + 1
    return counts


WHO_IS_MEANT = _(
    "person_not_enough",
    "Please enter an e-mail address, a number, or a name together with the date of birth.",
)
