"""Acting for others, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class ActingFragment(YamlFragment):
    """The endpoints `@authorisations` and `@authorisation-…`."""

    package = "kaarst.core.acting"
