"""Static files by versioned addresses, first the icon sprite: drawn for this site, one file, fetched once."""

from functools import lru_cache
from html import escape
from importlib.resources import files
from kaarst.policy.caching.static import key
from pathlib import Path


SPRITE = "icons.svg"
SKYLINE = "skyline.svg"
SCRIPT = "site.js"
FONT = "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"


@lru_cache(maxsize=32)
def versioned(name: str) -> str:
    """The path of a static file with a key that changes with its content (kaarst.policy.caching.static)."""
    path = Path(str(files("kaarst.policy.theme"))) / "static" / name
    return f"++resource++kaarst.policy/{name}?v={key(path)}"


def icon(portal_url: str, name: str, css_class: str = "icon") -> str:
    """Markup of one icon; it says nothing to screen readers."""
    return (
        f'<svg class="{escape(css_class)}" aria-hidden="true" focusable="false">'
        f'<use href="{escape(portal_url)}/{versioned(SPRITE)}#{escape(name)}"></use></svg>'
    )
