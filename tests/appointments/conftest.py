"""Fixtures of the tests of appointments."""

from datetime import date
from datetime import timedelta
from tests.appointments import town

import pytest
import time_machine


@pytest.fixture
def noon():
    """The next noon: late in the evening there is nothing any more that could be tried."""
    with time_machine.travel(town.at(date.today() + timedelta(days=1), "12:00"), tick=True):
        yield
