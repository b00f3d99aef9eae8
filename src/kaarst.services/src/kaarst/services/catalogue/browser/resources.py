"""The catalogue's own style sheet: one small file beside the theme's."""

from functools import lru_cache
from importlib.resources import files
from plone import api

import hashlib


STYLESHEET = "catalogue.css"


@lru_cache(maxsize=1)
def _version() -> str:
    data = (files("kaarst.services.catalogue.browser") / "static" / STYLESHEET).read_bytes()
    return hashlib.sha256(data).hexdigest()[:12]


class WithStylesheet:
    """A page that links the catalogue's style sheet; its address changes with its content."""

    @property
    def stylesheet_url(self) -> str:
        portal_url = api.portal.get().absolute_url()
        return f"{portal_url}/++resource++kaarst.services.catalogue/{STYLESHEET}?v={_version()}"
