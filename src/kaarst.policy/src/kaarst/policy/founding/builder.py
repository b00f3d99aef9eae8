"""Makes content from records."""

from datetime import datetime
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.founding.moments import moment
from kaarst.policy.founding.records import Record
from kaarst.services.forms.library import make_form
from pathlib import Path
from plone import api
from plone.app.event.base import default_timezone
from plone.app.textfield.interfaces import IRichText
from plone.app.textfield.value import RichTextValue
from plone.dexterity.utils import createContent
from plone.dexterity.utils import iterSchemataForType
from plone.namedfile.interfaces import INamedField
from Products.CMFCore.utils import getToolByName
from z3c.relationfield import RelationValue
from z3c.relationfield.event import updateRelations
from z3c.relationfield.interfaces import IRelation
from z3c.relationfield.interfaces import IRelationList
from zope.component import getUtility
from zope.intid.interfaces import IIntIds
from zope.schema import getFieldsInOrder
from zope.schema.interfaces import IDatetime

import re


#: An address in a text that means content of the site.
INTERNAL = re.compile(r'(href|src)="/([^"#?]*)([#?][^"]*)?"')


class Builder:
    """Makes the contents of a set of records in a site, in two passes.

    First every object with its plain fields, then relations and links in texts, which may point
    forward. What exists is left as it is: a town is founded once. Runs with the rights of the caller.
    """

    def __init__(self, site):
        self.site = site
        self.today = datetime.now(BERLIN).date()
        self.made: list[tuple[Record, object]] = []
        self._fields: dict[str, dict] = {}

    def build(self, records: list[Record]) -> int:
        """Makes what is missing and returns how many objects that were. Raises KeyError for a wrong path."""
        types = getToolByName(self.site, "portal_types").objectIds()
        for record in records:
            if record.portal_type not in types:
                raise KeyError(f"{record.source}: there is no type {record.portal_type}")
            if self.find(record.path) is None:
                self.made.append((record, self._make(record)))
        for record, content in self.made:
            self._link(record, content)
        return len(self.made)

    def find(self, path: str):
        """The content at `path` below the site, or None. Never one that is only acquired."""
        content = self.site
        for part in filter(None, path.strip("/").split("/")):
            if part not in content.objectIds():
                return None
            content = content[part]
        return content

    def _schema(self, portal_type: str) -> dict:
        """Fields of a type by name, with the schema each belongs to."""
        if portal_type not in self._fields:
            self._fields[portal_type] = {
                name: (interface, field)
                for interface in iterSchemataForType(portal_type)
                for name, field in getFieldsInOrder(interface)
            }
        return self._fields[portal_type]

    def _make(self, record: Record):
        container = self.find(record.parent)
        if container is None:
            raise KeyError(f"{record.source}: there is no {record.parent}")
        if "library" in record.options:
            return make_form(container, record.options["library"])
        content = createContent(record.portal_type, id=record.id)
        content.language = record.fields.get("language", self._language(container))
        for name, value in record.fields.items():
            interface, field = self._field(record, name)
            if not _is_relation(field):
                setattr(_target(content, interface), name, self._value(record, field, value))
        if not content.creators:
            # Plone would enter whoever first opens the edit form: a GET that writes, which ends in
            # the question whether that was meant (plone.app.dexterity, Ownership).
            content.creators = (self.site.title,)
        container._setObject(record.id, content)
        content = container[record.id]
        if "layout" in record.options:
            content.setLayout(record.options["layout"])
        self._publish(record, content)
        return content

    def _language(self, container) -> str:
        return getattr(container, "language", "") or api.portal.get_default_language()

    def _field(self, record: Record, name: str):
        try:
            return self._schema(record.portal_type)[name]
        except KeyError:
            raise KeyError(f"{record.source}: {record.portal_type} has no field {name}") from None

    def _value(self, record: Record, field, value):
        if IRichText.providedBy(field):
            return RichTextValue(value, "text/html", "text/x-html-safe")
        if INamedField.providedBy(field):
            return _file(field, record.source.parent / value)
        if IDatetime.providedBy(field):
            # The database cannot keep a zoneinfo.ZoneInfo.
            return moment(value, self.today, BERLIN).astimezone(default_timezone(as_tzinfo=True))
        if isinstance(value, list) and field._type is tuple:
            return tuple(value)
        return value

    def _publish(self, record: Record, content) -> None:
        state = record.options.get("state", "published")
        workflow = getToolByName(self.site, "portal_workflow")
        if state == "published" and workflow.getChainFor(content):
            workflow.doActionFor(content, "publish")

    def _link(self, record: Record, content) -> None:
        if "default_page" in record.options:
            content.setDefaultPage(record.options["default_page"])
        changed = False
        for name, value in record.fields.items():
            interface, field = self._field(record, name)
            target = _target(content, interface)
            if IRichText.providedBy(field):
                raw = INTERNAL.sub(
                    lambda match: self._address(match, record), getattr(target, name).raw
                )
                setattr(target, name, RichTextValue(raw, "text/html", "text/x-html-safe"))
            elif IRelationList.providedBy(field):
                setattr(target, name, [self._relation(record, path) for path in value])
            elif IRelation.providedBy(field):
                setattr(target, name, self._relation(record, value))
            else:
                continue
            changed = True
        if changed:
            updateRelations(content, None)
            content.reindexObject()

    def _relation(self, record: Record, path: str) -> RelationValue:
        content = self.find(path)
        if content is None:
            raise KeyError(f"{record.source}: there is no {path}")
        return RelationValue(getUtility(IIntIds).getId(content))

    def _address(self, match: re.Match, record: Record) -> str:
        """A link by the content's identifier, as the editor writes it, so that it survives a move."""
        attribute, path, rest = match.groups()
        path, view = (path.split("/@@", 1) + [""])[:2] if "@@" in path else (path, "")
        content = self.find(path)
        if content is None or content is self.site:
            raise KeyError(f"{record.source}: a link leads to /{path}, which is no content")
        view = f"/@@{view}" if view else ""
        return f'{attribute}="resolveuid/{content.UID()}{view}{rest or ""}"'


def _is_relation(field) -> bool:
    return IRelation.providedBy(field) or IRelationList.providedBy(field)


def _target(content, interface):
    """What the fields of a schema are set on: the behavior's adapter, or the content itself."""
    return interface(content, content)


def _file(field, path: Path):
    return field._type(data=path.read_bytes(), filename=path.name)
