"""What the virus scan answers operators, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class ScansFragment(YamlFragment):
    """The endpoints `@scans` and `@scan-repeat`."""

    package = "kaarst.services.scanning"
