"""What belongs together: who works where, and which department somebody is in."""

from Acquisition import aq_inner
from Acquisition import aq_parent
from plone import api
from Products.CMFCore.utils import getToolByName


def related(source, name: str) -> list:
    """Targets of the relation field `name` that the current user may see, in the editor's order."""
    value = getattr(source, name, None) or []
    relations = value if isinstance(value, list | tuple) else [value]
    targets = [None if relation.isBroken() else relation.to_object for relation in relations]
    return [target for target in targets if target is not None and _visible(target)]


def first(source, name: str):
    """The one target of a relation field, or None."""
    return next(iter(related(source, name)), None)


def sources(target, name: str, portal_type: str) -> list:
    """Content of a type whose relation field `name` leads to `target`, by title."""
    relations = api.relation.get(target=target, relationship=name, as_dict=False)
    found = [relation.from_object for relation in relations]
    return sorted(
        (item for item in found if item is not None and item.portal_type == portal_type),
        key=lambda item: item.Title().casefold(),
    )


def children(container, portal_type: str) -> list:
    """Content of a type inside `container` that the current user may see, in its order."""
    catalog = getToolByName(container, "portal_catalog")
    query = {
        "path": {"query": "/".join(container.getPhysicalPath()), "depth": 1},
        "portal_type": portal_type,
        "sort_on": "getObjPositionInParent",
    }
    return [brain.getObject() for brain in catalog(**query)]


def department_of(contact):
    """The department a contact point names, or else the one it lies in, or None."""
    named = first(contact, "department")
    if named is not None:
        return named
    parent = aq_parent(aq_inner(contact))
    return parent if getattr(parent, "portal_type", None) == "Department" else None


def _visible(content) -> bool:
    return bool(api.user.has_permission("View", obj=content))
