"""GET /@services"""

from functools import cached_property
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.services import _
from kaarst.services.catalogue.finder import Finder
from kaarst.services.catalogue.search.query import LONGEST_QUERY
from kaarst.services.catalogue.variants import EASY
from kaarst.services.catalogue.variants import ENGLISH
from plone.restapi.batching import HypermediaBatch
from zExceptions import BadRequest

import re


MOST_AT_ONCE = 100


class ServicesGet(JsonGet):
    """The services the caller may view: all by title, or those that answer `q`, best first.

    Query: `q` (at most 200 characters), `letter` (A–Z or #), `topic` and `department` (UID or id),
    `variant` ("en" or "leicht": only what has this variant, under its titles and addresses),
    `b_start` (from 0) and `b_size` (1 to 100). Anything else of these is a 400 that names it.
    """

    @cached_property
    def finder(self):
        variant = self.request.form.get("variant", "")
        return Finder(self.context, variant if variant in (ENGLISH, EASY) else "")

    def handle(self) -> dict:
        query, groups = self._read()
        chosen = self.finder.select(
            letter=query["letter"],
            topic=groups["topic"].uid if groups["topic"] else "",
            department=groups["department"].uid if groups["department"] else "",
        )
        corrected = ""
        if query["q"]:
            result = self.finder.search(query["q"])
            corrected = result.corrected
            uids = {entry.uid for entry in chosen}
            found = [hit for hit in result.hits if hit.key in uids]
        else:
            found = chosen
        batch = self._batch(found)
        answer = {
            "@id": batch.canonical_url,
            "items_total": batch.items_total,
            "items": [self._hit(item) if query["q"] else self._item(item) for item in batch],
            "corrected": corrected or None,
            "letters": self.finder.letters(),
            "topics": [self._group(group, "Topic") for group in self.finder.topics()],
            "departments": [
                self._group(group, "Department") for group in self.finder.departments()
            ],
        }
        if links := batch.links:
            answer["batching"] = links
        return answer

    def _batch(self, found) -> HypermediaBatch:
        try:
            batch = HypermediaBatch(self.request, found)
        except BadRequest:
            # it reads a body as well, which nobody has to send
            raise ApiError(400, "BadRequest", _("Please check your entries.")) from None
        if not 1 <= batch.b_size <= MOST_AT_ONCE or batch.b_start < 0:
            raise ApiError(400, "BadRequest", _("Please check your entries."))
        return batch

    def _read(self) -> tuple[dict, dict]:
        """The texts of the query and the groups they name. Raises ApiError with every bad field."""
        names = ("q", "letter", "topic", "department", "variant", "b_start", "b_size")
        given = {name: self.request.form.get(name, "") for name in names}
        errors = {
            name: _("Please give this only once.")
            for name, value in given.items()
            if not isinstance(value, str)
        }
        given = {name: "" if name in errors else value.strip() for name, value in given.items()}
        given["letter"] = given["letter"].upper()
        if len(given["q"]) > LONGEST_QUERY:
            errors["q"] = _("At most ${count} characters.", mapping={"count": LONGEST_QUERY})
        if given["letter"] and not re.fullmatch("[A-Z#]", given["letter"]):
            errors["letter"] = _("One letter from A to Z, or #.")
        if given["variant"] not in ("", ENGLISH, EASY):
            errors["variant"] = _("There is none of this name.")
        if given["b_start"] and not re.fullmatch("[0-9]{1,6}", given["b_start"]):
            errors["b_start"] = _("A number from 0.")
        if given["b_size"] and not (
            re.fullmatch("[0-9]{1,3}", given["b_size"])
            and 1 <= int(given["b_size"]) <= MOST_AT_ONCE
        ):
            errors["b_size"] = _("A number from 1 to ${most}.", mapping={"most": MOST_AT_ONCE})
        groups = {"topic": None, "department": None}
        known = {"topic": self.finder.topics, "department": self.finder.departments}
        for name in groups:
            if given[name]:
                groups[name] = self.finder.group_named(known[name](), given[name])
                if groups[name] is None:
                    errors[name] = _("There is none of this name.")
        if errors:
            raise invalid(errors)
        return given, groups

    def _item(self, entry) -> dict:
        return {
            "@id": self.finder.url(entry.path),
            "@type": "Service",
            "UID": entry.uid,
            "title": entry.title,
            "description": entry.description,
            "letter": entry.letter,
            "login_level": entry.login_level or None,
        }

    def _hit(self, hit) -> dict:
        found = self.finder.explain(hit)
        return {
            **self._item(found.entry),
            "score": round(found.score, 3),
            "via": found.via or None,
            "title_pieces": _pieces(found.title),
            "snippet": _pieces(found.snippet),
        }

    def _group(self, group, portal_type: str) -> dict:
        return {
            "@id": self.finder.url(group.path),
            "@type": portal_type,
            "UID": group.uid,
            "id": group.id,
            "title": group.title,
            "services_total": group.count,
        }


def _pieces(pieces) -> list[dict]:
    return [{"text": piece.text, "marked": piece.marked} for piece in pieces]
