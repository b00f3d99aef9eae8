"""What somebody may do at a desk beyond working there."""

from plone import api


OVERBOOK = "kaarst.appointments: Overbook"


def may_overbook(desk) -> bool:
    """Whether the user may give what there is no time for at a desk (content)."""
    return api.user.has_permission(OVERBOOK, obj=desk)
