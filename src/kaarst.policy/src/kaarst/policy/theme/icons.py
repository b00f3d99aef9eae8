"""The icon sprite: drawn for this site, one file, fetched once."""

from functools import lru_cache
from html import escape
from importlib.resources import files

import hashlib


SPRITE = "icons.svg"
SKYLINE = "skyline.svg"
SCRIPT = "site.js"


@lru_cache(maxsize=8)
def versioned(name: str) -> str:
    """The path of a static file with a key that changes with its content."""
    data = (files("kaarst.policy.theme") / "static" / name).read_bytes()
    return f"++resource++kaarst.policy/{name}?v={hashlib.sha256(data).hexdigest()[:12]}"


def icon(portal_url: str, name: str, css_class: str = "icon") -> str:
    """Markup of one icon; it says nothing to screen readers."""
    return (
        f'<svg class="{escape(css_class)}" aria-hidden="true" focusable="false">'
        f'<use href="{escape(portal_url)}/{versioned(SPRITE)}#{escape(name)}"></use></svg>'
    )
