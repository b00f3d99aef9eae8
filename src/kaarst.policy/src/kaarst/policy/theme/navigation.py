"""The main navigation: two levels, read from the catalogue once for everybody with the same rights."""

from AccessControl import getSecurityManager
from plone import api
from plone.base.navigationroot import get_navigation_root
from plone.memoize import ram


#: More children than this are left to the section's own page.
CHILDREN = 9


def _cache_key(_function, context, language):
    """New with every indexed write, so that an edit shows at once."""
    catalog = api.portal.get_tool("portal_catalog")
    rights = ",".join(sorted(catalog._listAllowedRolesAndUsers(getSecurityManager().getUser())))
    return (
        f"{get_navigation_root(context)}|{language}|{rights}|{catalog.getCounter()}"
        f"|{context.absolute_url()[:12]}|{api.portal.get().absolute_url()}"
    )


@ram.cache(_cache_key)
def sections(context, language: str) -> list[dict]:
    """The sections of the site in the editors' order.

    Each is `{"path", "url", "title", "children": [...]}`; children have the same shape.
    """
    setting = api.portal.get_registry_record
    root = get_navigation_root(context)
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
