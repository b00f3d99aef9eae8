"""Which cases somebody may see, as something a list can be filtered by. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace


@dataclass(frozen=True)
class Scope:
    """Cases of some departments, whosever they are, and of colleagues somebody stands in for.

    `departments`: ids (UID) of departments; the empty text is cases that have none.
    `stands_in`: user id of a colleague → the departments whose cases that colleague may see.
    `everything`: for the worker and for requests after the GDPR, which answer to no department.
    """

    departments: frozenset[str] = frozenset()
    stands_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everything: bool = False

    def covers(self, department: str, clerk: str) -> bool:
        """Whether a case of a department that `clerk` (user id, or empty) has is within it."""
        if self.everything or department in self.departments:
            return True
        return bool(clerk) and department in self.stands_in.get(clerk, ())

    def within(self, department: str) -> "Scope":
        """What is left of it in one department."""
        one = frozenset((department,))
        return replace(
            self,
            departments=one if self.everything else self.departments & one,
            stands_in={clerk: found & one for clerk, found in self.stands_in.items()},
            everything=False,
        )


EVERYTHING = Scope(everything=True)
