"""The one style sheet of a page: Bootstrap as Plone ships it, KERN's tokens, and the site's own rules.

Plone's compiled sheet is put into a cascade layer: every rule of the site wins over it whatever its
selector, and the editors' pages keep all they need. The town's accent colour comes last.
"""

from functools import lru_cache
from importlib.resources import files
from kaarst.core.town import town
from kaarst.policy.theme.icons import versioned
from plone.memoize.view import memoize
from Products.Five import BrowserView

import hashlib
import re


#: Joins Plone's sheet in its layer: the site's elements yield to Plone's classes.
ELEMENTS = "css/elements.css"
#: In the order of the cascade, above the layer.
OWN = (
    "kern/tokens.css",
    "css/tokens.css",
    "css/bootstrap.css",
    "css/base.css",
    "css/text.css",
    "css/frame.css",
    "css/components.css",
    "css/home.css",
    "css/editing.css",
    "css/print.css",
)
PLONE = "theme/css/barceloneta.min.css"

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
FONT = re.compile(r'url\("\.\./([^"]+)"\)')
FONT_FACE = re.compile(r"@font-face\s*{[^}]*}")
SPACE = re.compile(r"\s+")
AROUND = re.compile(r"\s*([{};,>])\s*")
CHARSET = re.compile(r'@charset "[^"]*";')


def minified(css: str) -> str:
    """Without comments and needless white space; strings and calc() keep theirs."""
    css = COMMENT.sub("", css)
    css = SPACE.sub(" ", css)
    css = AROUND.sub(r"\1", css)
    return css.replace(";}", "}").strip()


@lru_cache(maxsize=1)
def common() -> str:
    """The part that is the same for every town."""
    plone = (files("plonetheme.barceloneta") / PLONE).read_text(encoding="utf-8")
    # The site has its own typeface; Plone's would only be named here and never be found.
    plone = FONT_FACE.sub("", COMMENT.sub("", CHARSET.sub("", plone)))
    static = files("kaarst.policy.theme") / "static"
    own = "\n".join((static / name).read_text(encoding="utf-8") for name in OWN)
    elements = minified((static / ELEMENTS).read_text(encoding="utf-8"))
    return f"@layer plone{{{plone}\n{elements}}}\n{minified(own)}"


@lru_cache(maxsize=1)
def writing() -> str:
    """The part that the rich text editor shows its text in."""
    static = files("kaarst.policy.theme") / "static"
    names = ("kern/tokens.css", "css/tokens.css", ELEMENTS, "css/text.css")
    return minified("\n".join((static / name).read_text(encoding="utf-8") for name in names))


@lru_cache(maxsize=64)
def sheet(rules: str, accent: str, accent_dark: str) -> tuple[str, str]:
    """The sheet of a town and its key: a new sheet has a new address."""
    text = FONT.sub(lambda found: f'url("{versioned(found[1])}")', rules)
    text = f"{text}\n:root{{--accent-light:{accent};--accent-dark:{accent_dark}}}\n"
    return text, hashlib.sha256(text.encode()).hexdigest()[:12]


class StyleSheet(BrowserView):
    """`@@site.css`: cached for a year, since its address changes with its content."""

    rules = staticmethod(common)

    @memoize
    def content(self) -> tuple[str, str]:
        current = town()
        return sheet(self.rules(), current.accent, current.accent_dark)

    @property
    def href(self) -> str:
        return f"@@site.css?v={self.content()[1]}"

    def __call__(self) -> bytes:
        text, key = self.content()
        response = self.request.response
        response.setHeader("Content-Type", "text/css; charset=utf-8")
        named = self.request.form.get("v") == key
        age = "max-age=31536000, immutable" if named else "max-age=300"
        response.setHeader("Cache-Control", f"public, {age}")
        return text.encode()


class WritingSheet(StyleSheet):
    """`@@editor.css`: what a text looks like while it is written."""

    rules = staticmethod(writing)
