"""What an editor of templates chooses from."""

from plone.app.vocabularies.catalog import StaticCatalogVocabulary
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory


@provider(IVocabularyFactory)
def forms(context):
    """The forms of the site by title; of each request its own, since it keeps the catalogue."""
    query = {"portal_type": "EasyForm", "sort_on": "sortable_title"}
    return StaticCatalogVocabulary(query, title_template="{brain.Title}")
