"""What an editor chooses from."""

from kaarst.services import _
from plone.app.vocabularies.catalog import StaticCatalogVocabulary
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


# The levels of the OZG maturity model a town may claim by itself. Higher ones need the register
# network NOOTS and are not offered.
ONLINE_LEVELS = SimpleVocabulary(
    [
        SimpleTerm(0, "0", _("0 – not online")),
        SimpleTerm(1, "1", _("1 – described online")),
        SimpleTerm(2, "2", _("2 – form to download")),
        SimpleTerm(3, "3", _("3 – application can be sent online")),
        SimpleTerm(4, "4", _("4 – from application to answer online")),
    ]
)


# A StaticCatalogVocabulary keeps what it was asked first (catalogue, site), so each request and each
# site needs one of its own.


@provider(IVocabularyFactory)
def topics(context):
    """The life situations of the site by title."""
    return _content("Topic")


@provider(IVocabularyFactory)
def departments(context):
    """The departments of the site by title."""
    return _content("Department")


def _content(portal_type: str) -> StaticCatalogVocabulary:
    return StaticCatalogVocabulary(
        {"portal_type": portal_type, "sort_on": "sortable_title"}, title_template="{brain.Title}"
    )
