"""The description of what the readings say."""

from kaarst.core.openapi.fragment import YamlFragment


class ReadingsFragment(YamlFragment):
    """Readings, overview and open data."""

    package = "kaarst.metering.dashboards"
