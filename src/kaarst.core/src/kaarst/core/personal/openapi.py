"""What requests for personal data answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class PersonalDataFragment(YamlFragment):
    """The endpoints `@personal-data`, `@personal-data-export` and `@personal-data-erase`."""

    package = "kaarst.core.personal"
