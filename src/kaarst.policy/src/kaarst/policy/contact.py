"""Somebody to turn to, beside every page: “Do you have questions?”.

An editor names a contact point at a page or at a section; what lies below it has the same, until
somebody nearer is named. A department answers for its own pages. At last there is the switchboard.
"""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from Acquisition import aq_chain
from Acquisition import aq_inner
from dataclasses import dataclass
from kaarst.core.places.interfaces import IDepartment
from kaarst.core.town import town
from kaarst.policy import _
from kaarst.policy.interfaces import IContact
from plone.app.vocabularies.catalog import CatalogSource
from plone.app.z3cform.widgets.contentbrowser import ContentBrowserFieldWidget
from plone.autoform import directives
from plone.autoform.interfaces import IFormFieldProvider
from plone.base.interfaces import IPloneSiteRoot
from plone.dexterity.interfaces import IDexterityContent
from plone.supermodel import model
from Products.CMFCore.permissions import View
from z3c.relationfield.schema import RelationChoice
from zope.component import adapter
from zope.interface import implementer
from zope.interface import provider


@provider(IFormFieldProvider)
class IContactChoice(model.Schema):
    """Behavior `kaarst.policy.contact`."""

    model.fieldset("contact", label=_("Contact"), fields=["contact_point"])
    directives.widget(
        "contact_point",
        ContentBrowserFieldWidget,
        pattern_options={"mode": "search", "selectableTypes": ["ContactPoint"]},
    )
    contact_point = RelationChoice(
        title=_("Who answers questions"),
        description=_(
            "Stands beside this page and those below it. Empty: the one of the section above."
        ),
        source=CatalogSource(portal_type="ContactPoint"),
        required=False,
    )


@dataclass(frozen=True)
class Contact:
    """Who can be asked; empty texts where nothing is known."""

    name: str
    function: str = ""
    phone: str = ""
    email: str = ""
    room: str = ""
    url: str = ""


@implementer(IContact)
@adapter(IDexterityContent)
def contact_of(context) -> Contact:
    """The nearest contact that this visitor may see; the town's switchboard at last."""
    check = getSecurityManager().checkPermission
    for content in aq_chain(aq_inner(context)):
        if IPloneSiteRoot.providedBy(content):
            break
        relation = getattr(aq_base(content), "contact_point", None)
        target = relation.to_object if relation is not None else None
        if target is None and IDepartment.providedBy(content) and content is not context:
            target = content
        if target is not None and check(View, target):
            return _of_content(target)
    current = town()
    return Contact(name=current.full_name, phone=current.phone or "", email=current.email or "")


def _of_content(target) -> Contact:
    return Contact(
        name=target.Title(),
        function=getattr(target, "function", None) or "",
        phone=target.phone or "",
        email=target.email or "",
        room=target.room or "",
        url=target.absolute_url(),
    )
