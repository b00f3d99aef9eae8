"""The toolbar's menu for states, which is of no use where work has a page of its own."""

from plone.app.contentmenu.menu import WorkflowSubMenuItem


class NoStateMenu(WorkflowSubMenuItem):
    """Stands in its place. A case is worked on its page; a template has one state."""

    def available(self):
        return False
