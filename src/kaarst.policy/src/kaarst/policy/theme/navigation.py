"""The main navigation: two levels, read from the catalogue once for everybody with the same rights."""

from AccessControl import getSecurityManager
from kaarst.policy.caching import spans
from kaarst.policy.caching.memory import remembered
from plone import api
from plone.base.navigationroot import get_navigation_root


#: More children than this are left to the section's own page.
CHILDREN = 9


def sections(context, language: str) -> list[dict]:
    """The sections of the site in the editors' order.

    Each is `{"path", "url", "title", "children": [...]}`; children have the same shape.
    """
    site = api.portal.get()
    root = get_navigation_root(context)
    catalog = api.portal.get_tool("portal_catalog")
    rights = ",".join(sorted(catalog._listAllowedRolesAndUsers(getSecurityManager().getUser())))
    return remembered(
        site,
        f"sections|{root}|{language}|{rights}",
        lambda: _sections(root),
        # Pages appear and expire by themselves.
        stamp=spans.stamp(site),
    )


def _sections(root: str) -> list[dict]:
    setting = api.portal.get_registry_record
    query = {
        "path": {"query": root, "depth": 2},
        "portal_type": list(setting("plone.displayed_types")),
        "is_default_page": False,
        "exclude_from_nav": False,
        "sort_on": "getObjPositionInParent",
    }
    if setting("plone.filter_on_workflow"):
        query["review_state"] = list(setting("plone.workflow_states_to_show"))
    tree: dict[str, list] = {}
    for brain in api.portal.get_tool("portal_catalog")(**query):
        path = brain.getPath()
        tree.setdefault(path.rpartition("/")[0], []).append(
            {"path": path, "url": brain.getURL(), "title": brain.Title, "children": []}
        )
    top = tree.get(root, [])
    for section in top:
        children = tree.get(section["path"], [])
        section["children"] = children if len(children) <= CHILDREN else []
    return top
