"""Seams of the page frame."""

from zope.interface import Attribute
from zope.interface import Interface


class IFrame(Interface):
    """What `main_template` asks about the page it draws (`@@site-frame`)."""

    anonymous = Attribute("Whether nobody is logged in")
    body_class = Attribute("Classes of the body element")
    page_title = Attribute("Text of the title element")
    stylesheet_url = Attribute("Address of the style sheet, new with every change of it")
    script_url = Attribute("Address of the script, new with every change of it")
    icons_url = Attribute("Address of the icon sprite, new with every change of it")

    def icon(name: str, css_class: str = "icon") -> str:
        """An icon of the sprite as markup; hidden from screen readers."""

    def breadcrumbs() -> tuple:
        """The way from the start page to here, each step with `absolute_url` and `Title`."""
