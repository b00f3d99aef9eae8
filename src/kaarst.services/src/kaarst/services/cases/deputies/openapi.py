"""What the endpoints of deputies answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class DeputiesFragment(YamlFragment):
    """The endpoints `@deputies` and `@deputies-end`."""

    package = "kaarst.services.cases.deputies"
