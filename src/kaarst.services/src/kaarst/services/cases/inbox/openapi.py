"""What the clerks' services answer, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class ClerksFragment(YamlFragment):
    """Filing for a citizen, notes, several cases at once, splitting and merging."""

    package = "kaarst.services.cases.inbox"
