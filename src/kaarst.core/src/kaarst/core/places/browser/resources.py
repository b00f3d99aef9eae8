"""The style sheet of these pages: one small file beside the theme's."""

from functools import lru_cache
from importlib.resources import files
from plone import api

import hashlib


STYLESHEET = "places.css"


@lru_cache(maxsize=1)
def _version() -> str:
    data = (files("kaarst.core.places.browser") / "static" / STYLESHEET).read_bytes()
    return hashlib.sha256(data).hexdigest()[:12]


def stylesheet_url() -> str:
    """Its address, which changes with its content."""
    portal_url = api.portal.get().absolute_url()
    return f"{portal_url}/++resource++kaarst.core.places/{STYLESHEET}?v={_version()}"
