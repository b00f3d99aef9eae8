"""The pages of life situations."""

from functools import cached_property
from kaarst.core.places.relations import related
from kaarst.services.catalogue.browser.resources import WithStylesheet
from kaarst.services.catalogue.finder import Finder
from plone import api
from Products.Five.browser import BrowserView


class TopicView(WithStylesheet, BrowserView):
    """One life situation with its services."""

    @cached_property
    def services(self) -> list[dict]:
        """The services of this life situation: those the editor put first, then the others by name."""
        finder = Finder()
        own = {
            entry.uid: entry for entry in finder.select(topic=api.content.get_uuid(self.context))
        }
        first = {}
        for service in related(self.context, "first_services"):
            uid = api.content.get_uuid(service)
            if uid in finder.entries:
                first[uid] = finder.entries[uid]
        return [
            {
                "url": finder.url(entry.path),
                "title": entry.title,
                "description": entry.description,
            }
            for entry in (first | own).values()
        ]

    @cached_property
    def text(self) -> str:
        return self.context.text.output_relative_to(self.context) if self.context.text else ""


class TopicsView(WithStylesheet, BrowserView):
    """The life situations inside a folder, in the folder's order."""

    @cached_property
    def topics(self) -> list[dict]:
        finder = Finder()
        count = {group.uid: group.count for group in finder.topics()}
        brains = api.content.find(
            self.context, depth=1, portal_type="Topic", sort_on="getObjPositionInParent"
        )
        return [
            {
                "url": brain.getURL(),
                "title": brain.Title,
                "description": brain.Description,
                "count": count.get(brain.UID, 0),
            }
            for brain in brains
        ]
