"""The editor's page on which the home page is arranged: `@@arrange`.

Every button is a form of its own and works without a script. What it does, Plone does: the order
is the container's, hiding and showing are transitions of the workflow.
"""

from AccessControl import getSecurityManager
from kaarst.policy import _
from kaarst.policy.home.interfaces import IBlock
from kaarst.policy.home.kinds import kinds
from kaarst.policy.home.view import HomeView
from plone import api
from plone.api.exc import InvalidParameterError
from plone.protect import CheckAuthenticator
from Products.CMFCore.permissions import DeleteObjects
from Products.CMFCore.permissions import ModifyPortalContent
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from Products.statusmessages.interfaces import IStatusMessage
from zExceptions import BadRequest
from zExceptions import Unauthorized
from zope.i18n import translate


ADD = "kaarst.policy: Add home page block"
PUBLISH, HIDE = "publish", "retract"
#: An editor who may not take back what was published can still make it private.
HIDING = (HIDE, "reject", "hide")


class Arrange(HomeView):
    """Lists all blocks and does what the buttons say."""

    index = ViewPageTemplateFile("templates/arrange.pt")

    def __call__(self):
        if self.request.method == "POST":
            return self.act()
        return self.index()

    @property
    def page_title(self) -> str:
        return translate(_("Arrange the home page"), context=self.request)

    # -- what the page shows -----------------------------------------------------

    def rows(self) -> list[dict]:
        names = {term.value: term.title for term in kinds(self.context)}
        check = getSecurityManager().checkPermission
        blocks = [block for block in self.context.objectValues() if IBlock.providedBy(block)]
        last = len(blocks) - 1
        return [
            {
                "id": block.getId(),
                "title": block.title,
                "kind": names.get(block.kind, block.kind),
                "shown": api.content.get_state(block, default="published") == "published",
                "can_show": transition(block, (PUBLISH,)) is not None,
                "can_hide": transition(block, HIDING) is not None,
                "can_edit": bool(check(ModifyPortalContent, block)),
                "can_remove": bool(check(DeleteObjects, block)),
                "edit_url": f"{block.absolute_url()}/edit",
                "first": number == 0,
                "last": number == last,
            }
            for number, block in enumerate(blocks)
        ]

    def offered_kinds(self) -> list[dict]:
        if not getSecurityManager().checkPermission(ADD, self.context):
            return []
        return [{"value": term.value, "title": term.title} for term in kinds(self.context)]

    # -- what the buttons do --------------------------------------------------------

    def act(self):
        CheckAuthenticator(self.request)
        # Not "action": to scripts a button of this name hides the address of its form.
        action = self.request.form.get("step", "")
        handler = getattr(self, f"do_{action}", None) if action in ACTIONS else None
        if handler is None:
            raise BadRequest("step")
        return handler()

    def block(self):
        """The block that the form names."""
        name = self.request.form.get("block", "")
        block = self.context.get(name) if isinstance(name, str) else None
        if block is None or not IBlock.providedBy(block):
            raise BadRequest("block")
        return block

    def do_up(self):
        return self._move(-1, _("“${title}” has moved up."))

    def do_down(self):
        return self._move(1, _("“${title}” has moved down."))

    def _move(self, delta: int, message):
        block = self.block()
        blocks = [b.getId() for b in self.context.objectValues() if IBlock.providedBy(b)]
        ordering = self.context.getOrdering()
        ordering.moveObjectsByDelta([block.getId()], delta, subset_ids=blocks)
        # An order alone touches no index, and cached pages would stay as they are.
        self.context.notifyModified()
        self.context.reindexObject(idxs=["modified"])
        return self._done(block, message)

    def do_show(self):
        return self._change(PUBLISH, (PUBLISH,), _("“${title}” is shown now."))

    def do_hide(self):
        return self._change(HIDE, HIDING, _("“${title}” is hidden now."))

    def _change(self, name: str, names: tuple[str, ...], message):
        block = self.block()
        found = transition(block, names)
        if found is None:
            raise Unauthorized(name)
        api.content.transition(block, transition=found)
        return self._done(block, message)

    def do_remove(self):
        block = self.block()
        if not getSecurityManager().checkPermission(DeleteObjects, block):
            raise Unauthorized("remove")
        title = block.title
        api.content.delete(block)
        return self._answer(_("“${title}” has been removed.", mapping={"title": title}))

    def do_add(self):
        title = (self.request.form.get("title") or "").strip()
        kind = self.request.form.get("kind", "")
        if kind not in kinds(self.context):
            raise BadRequest("kind")
        if not title:
            self.error = translate(_("Please give the block a heading."), context=self.request)
            return self.index()
        block = api.content.create(self.context, "HomeBlock", title=title, kind=kind)
        self._say(
            _(
                "“${title}” has been added. It is hidden until you show it.",
                mapping={"title": title},
            )
        )
        return self.request.response.redirect(f"{block.absolute_url()}/edit")

    error = ""

    def _done(self, block, message):
        text = _(str(message), default=message.default, mapping={"title": block.title})
        return self._answer(text, block.getId())

    def _say(self, message) -> None:
        IStatusMessage(self.request).addStatusMessage(message, type="info")

    def _answer(self, message, anchor: str = "blocks"):
        self._say(message)
        return self.request.response.redirect(f"{self.context.absolute_url()}/@@arrange#{anchor}")


ACTIONS = frozenset(name[3:] for name in dir(Arrange) if name.startswith("do_"))


def transition(block, names: tuple[str, ...]) -> str | None:
    """The first of `names` that this user may do with `block` now."""
    tool = api.portal.get_tool("portal_workflow")
    try:
        possible = {action["id"] for action in tool.getTransitionsFor(block)}
    except InvalidParameterError:
        return None
    return next((name for name in names if name in possible), None)
