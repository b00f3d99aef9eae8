"""Addresses that nobody's browser makes: refused or read kindly, and never an error of the server.

Plone's own lists read `b_start` with `int()`, and what is no UTF-8 in a query cannot be written into
a link again. The services for front ends check their input themselves.
"""

from kaarst.core.interfaces import IKaarstCoreLayer
from kaarst.core.whole_number import whole_number
from plone.base.interfaces import IPloneSiteRoot
from plone.browserlayer.utils import registered_layers
from plone.rest.interfaces import IAPIRequest
from zExceptions import BadRequest
from zope.component import adapter
from zope.traversing.interfaces import IBeforeTraverseEvent


#: What a list reads as a number. Anything else there means the list's beginning.
NUMBERS = ("b_start", "b_size")
#: A position beyond every list; longer numbers are no positions.
DIGITS = 9


@adapter(IPloneSiteRoot, IBeforeTraverseEvent)
def clean(site, event) -> None:
    """Drops positions that are no numbers; raises BadRequest for text that is no UTF-8.

    On the way to a page and not at its end: some of Plone's views read the position when they are made.
    """
    request = event.request
    if IAPIRequest.providedBy(request) or IKaarstCoreLayer not in registered_layers():
        return
    form = request.form
    for name in NUMBERS:
        if name in form and not _is_position(form[name]):
            del form[name]
            request.other.pop(name, None)
    if not all(_is_text(name) and _is_text(value) for name, value in form.items()):
        raise BadRequest("The address holds what is no text.")


def _is_position(value) -> bool:
    return whole_number(str(value) if isinstance(value, int) else value, DIGITS) is not None


def _is_text(value) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_text, value))
    if not isinstance(value, str):
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
