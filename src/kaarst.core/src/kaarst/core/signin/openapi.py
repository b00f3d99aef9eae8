"""What signing in answers, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class SignInFragment(YamlFragment):
    """The endpoints `@session`, `@sign-in`, `@sign-in-mail`, `@sign-in-code`, `@sign-out`, `@staff-sessions`."""

    package = "kaarst.core.signin"
