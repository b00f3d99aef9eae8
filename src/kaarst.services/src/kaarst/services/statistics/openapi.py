"""What the figures answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class StatisticsFragment(YamlFragment):
    """The endpoint `@case-statistics`."""

    package = "kaarst.services.statistics"
