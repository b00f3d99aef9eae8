"""The demo city as it runs, served once for all tests that visit it."""

from tests.faults.city import City

import pytest


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The demo city in processes of its own; `city.url(path)` is the address of a page."""
    city = City(
        tmp_path_factory.mktemp("city"), webs=1, demo=True, furnish="tests.demo_readings:fill"
    )
    try:
        city.start()
        yield city
    finally:
        city.stop()
