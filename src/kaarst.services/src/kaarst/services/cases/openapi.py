"""What forms and cases answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class CasesFragment(YamlFragment):
    """The endpoints `@form` and `@case`."""

    package = "kaarst.services.cases"
