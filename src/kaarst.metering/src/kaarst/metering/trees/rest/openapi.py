"""What trees answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class TreesFragment(YamlFragment):
    """All endpoints about trees."""

    package = "kaarst.metering.trees.rest"
