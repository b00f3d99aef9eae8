"""Seams of the home page: its two content types and the kinds of blocks."""

from kaarst.policy import _
from plone.app.textfield import RichText
from plone.app.vocabularies.catalog import CatalogSource
from plone.app.z3cform.widgets.contentbrowser import ContentBrowserFieldWidget
from plone.autoform import directives
from plone.namedfile.field import NamedBlobImage
from plone.supermodel import model
from z3c.relationfield.schema import RelationChoice
from z3c.relationfield.schema import RelationList
from zope import schema
from zope.interface import Attribute
from zope.interface import Interface


class IHomePage(model.Schema):
    """The page people land on: a container of blocks."""


class IBlock(model.Schema):
    """One block of the home page; its kind decides what it shows."""

    title = schema.TextLine(
        title=_("Heading"),
        description=_("The search block shows it as its question."),
    )
    description = schema.Text(
        title=_("One sentence below the heading"), required=False, missing_value=""
    )
    kind = schema.Choice(
        title=_("What the block shows"), vocabulary="kaarst.policy.home_block_kinds"
    )
    items = RelationList(
        title=_("Chosen pages"),
        description=_(
            "Services, life situations, places or other pages, in the order in which they appear. "
            "Only published ones are shown."
        ),
        value_type=RelationChoice(source=CatalogSource()),
        required=False,
        default=[],
    )
    directives.widget("items", ContentBrowserFieldWidget)
    count = schema.Int(
        title=_("How many"),
        description=_("For news and events."),
        min=1,
        max=12,
        default=3,
        required=False,
    )
    text = RichText(title=_("Text"), required=False)
    image = NamedBlobImage(
        title=_("Picture"),
        description=_("For the search block and for a text; at least 1200 pixels wide."),
        required=False,
    )
    image_text = schema.TextLine(
        title=_("What the picture shows"),
        description=_("Read out to blind people. Empty if the picture only decorates."),
        required=False,
    )


class IHomeView(Interface):
    """The view that draws the blocks; kinds are looked up for it."""


class IHomeBlock(Interface):
    """A kind of block: named multi-adapter of (IBlock, request, IHomeView).

    The name is what the editor's choice stores. A package adds a kind by registering one more.
    """

    title = Attribute("Name of the kind in the editor's list (a message)")
    order = Attribute("Place in the editor's list (an integer)")
    heading_level = Attribute("1 if the block brings the page's main heading, otherwise 2")
    css_class = Attribute("Classes of the section that the block is drawn in")

    def available() -> bool:
        """Whether there is anything to show to this visitor now."""

    def render() -> str:
        """The block's markup, heading included."""

    def stamp() -> str | None:
        """New whenever visitors are to see something else though nobody has edited anything.

        None: drawn for each page, for what changes by itself. The markup is kept for visitors as
        long as the site and the stamp are the same (kaarst.policy.caching.memory.fragment).
        """
