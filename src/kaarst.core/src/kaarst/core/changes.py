"""What tells caches, in every process, that something the public sees has changed.

Whatever editors change passes through the catalogue, which counts it; settings count as well. The
count lies in the database, so another process sees it with the change itself.
"""

from plone.registry.interfaces import IRecordEvent
from Products.CMFCore.interfaces import ICatalogTool
from zope.component import adapter
from zope.component import queryUtility


def place(site) -> str:
    """Names `site` among all sites of all databases of this process."""
    return f"{site._p_jar.db().database_name}:{'/'.join(site.getPhysicalPath())}"


def state(site) -> str | None:
    """What `site` stands at: equal texts, equal content and settings. None: do not keep anything.

    The serial of the counter and not the count: after a transaction that came to nothing, or with
    a restored backup, the same count can stand for something else. None in a transaction that
    has changed something itself, because it may come to nothing.
    """
    catalog = queryUtility(ICatalogTool, context=site)
    if catalog is None:
        return None
    # Works off what waits to be indexed, and loads the counter.
    catalog.getCounter()
    counter = catalog._counter
    jar = catalog._p_jar
    # ZODB has no public question for "has this connection written in this transaction".
    if counter is None or counter._p_jar is None or not jar._needs_to_join:
        return None
    return counter._p_serial.hex()


@adapter(IRecordEvent)
def count_setting(event) -> None:
    """A setting was made, changed or removed: it counts as a change of what the public sees.

    plone.app.caching knows the catalogue's counter only; a town's new address would be shown
    when somebody next edits a page.
    """
    catalog = queryUtility(ICatalogTool)
    if catalog is not None and getattr(catalog, "_p_jar", None) is not None:
        catalog._increment_counter()
