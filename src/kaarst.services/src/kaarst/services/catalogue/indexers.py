"""What portal_catalog knows of a service."""

from kaarst.services.catalogue.interfaces import IService
from kaarst.services.catalogue.interfaces import ITopic
from kaarst.services.catalogue.plaintext import plain_text
from plone.indexer import indexer


@indexer(IService)
def service_text(service) -> str:
    """All words of a service, for the search over the whole site."""
    return "\n".join(
        [
            service.Title(),
            service.Description(),
            *(service.synonyms or ()),
            plain_text(service.text),
            plain_text(service.requirements),
            *(service.documents or ()),
            *(service.fees or ()),
            *(service.legal_basis or ()),
        ]
    )


@indexer(ITopic)
def topic_text(topic) -> str:
    """All words of a life situation."""
    return "\n".join([topic.Title(), topic.Description(), plain_text(topic.text)])
