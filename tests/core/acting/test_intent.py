"""For whom a page was drawn, and for whom it would be sent."""

from kaarst.core.acting.current import Acting
from kaarst.core.acting.intent import changed
from kaarst.core.acting.intent import SELF

import pytest


ANNA = Acting("one", "person", "Anna", "Bernd", "2027-01-31", False)


@pytest.mark.parametrize(
    ("drawn", "now", "ended", "says"),
    [
        (SELF, None, "", ""),
        ("one", ANNA, "", ""),
        # Somebody read that it has ended, and opened the form after that.
        (SELF, None, "Anna", ""),
        ("one", None, "Anna", "acting_ended_unsent"),
        # Stopped in another tab, signed out, or signed in as somebody else.
        ("one", None, "", "acting_stopped_unsent"),
        (SELF, ANNA, "", "acting_begun_unsent"),
        ("two", ANNA, "", "acting_other_unsent"),
        # A program that does not say.
        (None, None, "", ""),
        (None, ANNA, "", ""),
        (None, None, "Anna", "acting_ended_unsent"),
    ],
)
def test_what_has_changed_since(drawn, now, ended, says):
    found = changed(drawn, now, ended)
    assert (str(found.message) if found else "") == says
    assert found is None or found.now is now
