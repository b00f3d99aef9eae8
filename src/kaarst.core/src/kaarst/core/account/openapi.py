"""What the citizen's account answers, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class AccountFragment(YamlFragment):
    """The endpoints `@account` and `@account-…`."""

    package = "kaarst.core.account"
