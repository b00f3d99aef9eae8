"""What the Posteingang answers, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class DeadLettersFragment(YamlFragment):
    """What came in and was not understood."""

    package = "kaarst.metering.rest.dead_letters"
