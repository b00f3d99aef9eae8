"""A front end that compares every answer with what the OpenAPI document says of it."""

from jsonschema import Draft202012Validator
from tests.appointments.clicking import PASSWORD

import requests


class Described:
    """Calls endpoints below a site; an answer that is not as described is a failure.

    `call(method, content, "@name", data, who, **headers)`: `data` is the query of a GET and the
    body of a POST, `who` the name of an account with `password`.
    """

    def __init__(self, site, password=PASSWORD):
        self.site, self.password = site.absolute_url(), password
        self.headers = {"Accept": "application/json", "Accept-Language": "de"}
        self.document = requests.get(
            f"{self.site}/@openapi", headers=self.headers, timeout=60
        ).json()

    def call(self, method, content, name, data=None, who="", **headers):
        address = content.absolute_url()
        answer = requests.request(
            method,
            f"{address}/{name}",
            **{"params" if method == "GET" else "json": data or {}},
            auth=(who, self.password) if who else None,
            headers={**self.headers, **headers},
            timeout=60,
        )
        path = f"/{name}" if address == self.site else f"/{{desk}}/{name}"
        self.compare(self.document["paths"][path][method.lower()], answer)
        return answer

    def compare(self, operation, answer):
        code = str(answer.status_code)
        assert code in operation["responses"], (code, answer.text)
        response = self._resolved(operation["responses"][code])
        if "content" not in response:
            return
        schema = response["content"]["application/json"]["schema"]
        whole = {**schema, "components": self.document["components"]}
        Draft202012Validator(whole).validate(answer.json())
        if answer.ok:
            self._nothing_else(schema, answer.json())

    def _resolved(self, schema):
        while "$ref" in schema:
            found = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return schema

    def _parts(self, schema):
        schema = self._resolved(schema)
        yield schema
        for way in ("allOf", "anyOf", "oneOf"):
            for one in schema.get(way, ()):
                yield from self._parts(one)

    def _nothing_else(self, schema, value, place="answer"):
        """No member that the document does not know."""
        parts = list(self._parts(schema))
        if isinstance(value, list):
            items = [part["items"] for part in parts if "items" in part]
            for one in value if items else ():
                self._nothing_else({"anyOf": items}, one, f"{place}[]")
        if not isinstance(value, dict) or any("additionalProperties" in part for part in parts):
            return
        known = [part["properties"] for part in parts if "properties" in part]
        for name, inner in value.items() if known else ():
            found = [one[name] for one in known if name in one]
            assert found, f"{place}.{name} is not described"
            self._nothing_else({"anyOf": found}, inner, f"{place}.{name}")
