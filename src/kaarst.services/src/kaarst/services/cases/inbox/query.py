"""What a clerk's list shows, asked for in the browser or over REST."""

from functools import cached_property
from kaarst.services.cases import assignment
from kaarst.services.cases.content import current_user
from kaarst.services.cases.departments import rights
from plone import api


#: What a list asks for instead of a department: cases that have none.
NONE = "none"


class Inbox:
    """The cases of the user of the request at a desk, and the words around them."""

    def __init__(self, desk):
        self.desk = desk

    @cached_property
    def scope(self):
        """What the user may see."""
        return rights.my_scope(self.desk)

    def within(self, department: str):
        """What the user may see of one department: UID, NONE, or an empty text for all."""
        if not department:
            return self.scope
        return self.scope.within(rights.MAIL_ROOM if department == NONE else department)

    @cached_property
    def colleagues(self):
        """User ids of those the user stands in for today."""
        return frozenset(self.scope.stands_in)

    def clerk(self, whose: str):
        """What `CaseIndex.find` is asked for: mine and those of the colleagues, nobody's, anybody's."""
        if whose == "mine":
            return frozenset((current_user(), *self.colleagues))
        return assignment.NOBODY if whose == "nobody" else None

    @cached_property
    def departments(self) -> dict[str, str]:
        """UID → title of the departments the user sees anything of; the empty UID is first."""
        seen = self.scope.departments.union(*self.scope.stands_in.values())
        titles = {place.UID(): place.Title() for place in rights.departments()}
        found = {uid: title for uid, title in titles.items() if uid in seen}
        return {rights.MAIL_ROOM: "", **found} if rights.MAIL_ROOM in seen else found

    @cached_property
    def clerks(self) -> dict[str, str]:
        """User id → name of everybody cases on this list may be given to, by name."""
        return assignment.clerks_of(self.scope.departments, self.desk)

    @cached_property
    def _names(self):
        return {}

    def name(self, clerk: str) -> str:
        """The name of a user id; the id itself of who has left."""
        if clerk not in self._names:
            user = api.user.get(userid=clerk) if clerk else None
            self._names[clerk] = rights.name_of(user) if user is not None else clerk
        return self._names[clerk]

    def stands_in_for(self, summary) -> str:
        """User id of the colleague whose case it is, where the user stands in; or an empty text."""
        return summary["clerk"] if summary["clerk"] in self.colleagues else ""
