"""Puts the parts together."""

from copy import deepcopy
from functools import lru_cache
from importlib.metadata import version
from kaarst.core.interfaces import IOpenAPIFragment
from zope.component import getUtilitiesFor


class DuplicateEntry(ValueError):
    """Two packages describe the same path with the same method, or the same component."""


def document(title: str, server: str) -> dict:
    """Returns the OpenAPI 3.1 document. `server`: the site's address.

    Raises DuplicateEntry.
    """
    fragments = tuple(sorted(getUtilitiesFor(IOpenAPIFragment), key=lambda named: named[0]))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version("kaarst.core"),
            "license": {"name": "GPL-2.0-only", "identifier": "GPL-2.0-only"},
        },
        "servers": [{"url": server}],
        **_merged(fragments),
    }


@lru_cache(maxsize=4)
def _merged(fragments: tuple) -> dict:
    """The parts are fixed while a process lives; the key is the utilities themselves."""
    merged: dict = {"paths": {}, "components": {}, "tags": []}
    for _, utility in fragments:
        part = deepcopy(utility.fragment())
        for path, operations in part.get("paths", {}).items():
            _add(merged["paths"].setdefault(path, {}), operations, path)
        for kind, entries in part.get("components", {}).items():
            _add(merged["components"].setdefault(kind, {}), entries, kind)
        merged["tags"] += part.get("tags", [])
    return merged


def _add(target: dict, entries: dict, where: str) -> None:
    for name, entry in entries.items():
        if name in target:
            raise DuplicateEntry(f"{where}: {name} is described twice.")
        target[name] = entry
