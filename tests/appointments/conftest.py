"""Fixtures of the tests of appointments."""

from datetime import date
from datetime import timedelta
from tests.appointments import town

import pytest
import time_machine


@pytest.fixture
def noon():
    """Shortly after the next noon: late in the evening there is nothing any more to be tried.

    Not at it: what begins at noon is over between looking and booking.
    """
    noon = town.at(date.today() + timedelta(days=1), "12:00")
    with time_machine.travel(noon + 10, tick=True):
        yield
