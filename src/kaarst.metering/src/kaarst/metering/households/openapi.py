"""One's own meters, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class HouseholdsFragment(YamlFragment):
    """The endpoints `@my-meters…` and `@my-meter-…`."""

    package = "kaarst.metering.households"
