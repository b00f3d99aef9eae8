"""`POST /@personal-data`, `/@personal-data-export` and `/@personal-data-erase`, for case files elsewhere."""

from kaarst.core import _
from kaarst.core.personal import request as requests
from kaarst.core.personal.browser import read
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from plone.restapi.serializer.converters import json_compatible

import base64


class PersonalDataPost(JsonPost):
    """`{email, number, name, born}` → `items: [{key, kind, title, when, hold, erased_by}]`."""

    max_body = 100_000
    changes = False

    def handle(self, data):
        person, _keys = self._asked(data)
        return 200, {"items": self._items(requests.look(self.context, person))}

    def _asked(self, data):
        person, errors = read(data)
        keys = data.get("keys", [])
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            errors["keys"] = _("Please choose what is meant.")
        if errors:
            raise invalid(errors)
        return person, keys

    def _items(self, found):
        titles = {name: source.title for name, source in requests.sources()}
        return [
            {
                "key": key,
                "kind": titles[key.partition("/")[0]],
                "title": finding.title,
                "when": finding.when.isoformat(timespec="seconds"),
                "hold": finding.hold,
                "erased_by": finding.erased_by,
            }
            for key, finding in found
        ]

    def _gone(self):
        message = _("Something you chose is not there any more. Please look again.")
        return ApiError(409, "Gone", message)


class PersonalDataExportPost(PersonalDataPost):
    """The same with `keys` (none: all) → `items: [{kind, title, when, data, files}]`."""

    # It is noted in log and cases that data were given out, but the answer is kept nowhere.
    def handle(self, data):
        person, keys = self._asked(data)
        try:
            given = requests.give(self.context, person, keys or None)
        except requests.Gone:
            raise self._gone() from None
        for one in given:
            one["when"] = one["when"].isoformat(timespec="seconds")
            one["data"] = json_compatible(one["data"])
            one["files"] = [
                {"filename": name, "encoding": "base64", "data": base64.b64encode(content).decode()}
                for name, content in one["files"]
            ]
        return 200, {"items": given}


class PersonalDataErasePost(PersonalDataPost):
    """The same with `keys` → `erased`: how many; 409 if something must not be erased."""

    changes = True

    def handle(self, data):
        person, keys = self._asked(data)
        if not keys:
            raise invalid({"keys": _("Please choose what is meant.")})
        try:
            return 200, {"erased": requests.erase(self.context, person, keys)}
        except requests.Held as held:
            raise ApiError(409, "Held", held.message) from None
        except requests.Gone:
            raise self._gone() from None
