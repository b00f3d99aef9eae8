"""The kinds of blocks there are: the editors' choice and what all kinds have in common."""

from AccessControl import getSecurityManager
from kaarst.policy.home.interfaces import IBlock
from kaarst.policy.home.interfaces import IHomeBlock
from kaarst.policy.home.interfaces import IHomeView
from kaarst.policy.icon import icon_of
from kaarst.policy.interfaces import IKaarstPolicyLayer
from plone.memoize.instance import memoize
from Products.CMFCore.permissions import View
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from zope.component import getGlobalSiteManager
from zope.component import getMultiAdapter
from zope.component import queryMultiAdapter
from zope.interface import implementer
from zope.interface import provider
from zope.schema.interfaces import IVocabularyFactory
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary


@provider(IVocabularyFactory)
def kinds(context) -> SimpleVocabulary:
    """Every registered kind, in its order."""
    found = getGlobalSiteManager().adapters.lookupAll(
        (IBlock, IKaarstPolicyLayer, IHomeView), IHomeBlock
    )
    ordered = sorted(found, key=lambda pair: (pair[1].order, pair[0]))
    return SimpleVocabulary([SimpleTerm(name, name, factory.title) for name, factory in ordered])


def kind_of(block, request, view) -> IHomeBlock | None:
    """The kind of `block`; None when the package that brought it is gone."""
    return queryMultiAdapter((block, request, view), IHomeBlock, name=block.kind or "")


@implementer(IHomeBlock)
class Kind:
    """Base of the kinds in this package."""

    title = ""
    order = 100
    heading_level = 2
    css_class = ""
    template: ViewPageTemplateFile

    def __init__(self, context, request, view):
        self.context = context
        self.request = request
        self.view = view
        self.frame = getMultiAdapter((context, request), name="site-frame")

    def available(self) -> bool:
        return True

    def render(self) -> str:
        return self.template()

    def stamp(self) -> str | None:
        return None

    @property
    def heading(self) -> str:
        return self.context.title

    @property
    def lead(self) -> str:
        return self.context.description or ""

    @memoize
    def chosen(self) -> list:
        """The chosen objects this visitor may see, in the editor's order."""
        check = getSecurityManager().checkPermission
        targets = (relation.to_object for relation in self.context.items or ())
        return [target for target in targets if target is not None and check(View, target)]

    def tile(self, target) -> dict:
        """What a list of pages needs of one of them."""
        return {
            "url": target.absolute_url(),
            "title": target.Title(),
            "description": target.Description(),
            "icon": icon_of(target),
        }
