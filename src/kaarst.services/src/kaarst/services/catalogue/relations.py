"""What a service points to, as far as the reader may see it."""

from AccessControl import getSecurityManager
from Products.CMFCore.permissions import View


def targets(values) -> list:
    """The objects that relation values point to; those that are gone are left out."""
    found = []
    for value in values or ():
        if value is None or value.isBroken():
            continue
        target = value.to_object
        if target is not None:
            found.append(target)
    return found


def visible_targets(values) -> list:
    """The targets that the current user may view."""
    check = getSecurityManager().checkPermission
    return [target for target in targets(values) if check(View, target)]


def visible_target(value):
    """The target of one relation value, or None where there is none or it may not be viewed."""
    return next(iter(visible_targets([value])), None)
