"""Draws the home page."""

from AccessControl import getSecurityManager
from kaarst.policy.caching.memory import fragment
from kaarst.policy.home.interfaces import IBlock
from kaarst.policy.home.interfaces import IHomeView
from kaarst.policy.home.kinds import kind_of
from plone.memoize.view import memoize
from Products.CMFCore.permissions import ModifyPortalContent
from Products.CMFCore.permissions import View
from Products.Five import BrowserView
from zope.component import getMultiAdapter
from zope.interface import implementer


@implementer(IHomeView)
class HomeView(BrowserView):
    """The blocks this visitor may see, in the editors' order."""

    @memoize
    def blocks(self) -> list[dict]:
        """Each with `id`, `css_class` and `html`."""
        check = getSecurityManager().checkPermission
        drawn = []
        for block in self.context.objectValues():
            if not IBlock.providedBy(block) or not check(View, block):
                continue
            kind = kind_of(block, self.request, self)
            html = self._html(block, kind) if kind is not None else ""
            if html:
                drawn.append(
                    {
                        "id": block.getId(),
                        "css_class": f"block {kind.css_class}",
                        "level": kind.heading_level,
                        "html": html,
                    }
                )
        return drawn

    def _html(self, block, kind) -> str:
        """The markup of `block`; empty when it has nothing to show."""

        def draw() -> str:
            return kind.render() if kind.available() else ""

        stamp = kind.stamp()
        if stamp is None:
            return draw()
        frame = getMultiAdapter((self.context, self.request), name="site-frame")
        path = "/".join(block.getPhysicalPath())
        name = f"block|{path}|{block.kind}|{frame.language}"
        return fragment(frame.portal, name, draw, stamp)

    def has_heading(self) -> bool:
        """Whether one of the blocks brings the page's main heading."""
        return any(block["level"] == 1 for block in self.blocks())


@implementer(IHomeView)
class BlockView(BrowserView):
    """A block is no page of its own: visitors go to where it stands, editors see it alone."""

    def block(self):
        return kind_of(self.context, self.request, self)

    def __call__(self):
        if not getSecurityManager().checkPermission(ModifyPortalContent, self.context):
            parent = self.context.aq_parent
            return self.request.response.redirect(f"{parent.absolute_url()}#{self.context.getId()}")
        return self.index()
