"""What the endpoints of departments answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class DepartmentsFragment(YamlFragment):
    """The endpoints `@case-departments` and `@hand-over`."""

    package = "kaarst.services.cases.departments"
