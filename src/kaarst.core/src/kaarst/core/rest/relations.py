"""Related content in answers: only what the reader may view.

plone.restapi writes title and description of every target of a relation into the answer, private
ones as well.
"""

from AccessControl import getSecurityManager
from kaarst.core.interfaces import IKaarstCoreLayer
from plone.dexterity.interfaces import IDexterityContent
from plone.restapi.interfaces import IFieldSerializer
from plone.restapi.serializer.relationfield import RelationChoiceFieldSerializer
from plone.restapi.serializer.relationfield import RelationListFieldSerializer
from Products.CMFCore.permissions import View
from z3c.relationfield.interfaces import IRelationChoice
from z3c.relationfield.interfaces import IRelationList
from zope.component import adapter
from zope.interface import implementer


def _visible(relation) -> bool:
    target = relation.to_object
    return target is not None and bool(getSecurityManager().checkPermission(View, target))


@implementer(IFieldSerializer)
@adapter(IRelationChoice, IDexterityContent, IKaarstCoreLayer)
class VisibleRelation(RelationChoiceFieldSerializer):
    """One target, or nothing where it may not be viewed."""

    def get_value(self, default=None):
        value = super().get_value(default)
        return value if value and _visible(value) else default


@implementer(IFieldSerializer)
@adapter(IRelationList, IDexterityContent, IKaarstCoreLayer)
class VisibleRelations(RelationListFieldSerializer):
    """The targets that may be viewed."""

    def get_value(self, default=None):
        return [value for value in super().get_value(default) or () if _visible(value)]
