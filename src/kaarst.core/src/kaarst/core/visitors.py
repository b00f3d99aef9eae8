"""Whether anybody has signed in: asked many times in each request, so it has to cost nothing."""

from AccessControl import getSecurityManager


#: What Zope calls who has not signed in (AccessControl.users.nobody).
NOBODY = "Anonymous User"


def is_visitor() -> bool:
    """Whether who is asking has not signed in. As `plone.api.user.is_anonymous`, without the tool."""
    user = getSecurityManager().getUser()
    return user is None or user.getUserName() == NOBODY
