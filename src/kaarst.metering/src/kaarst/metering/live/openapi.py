"""What is told live, for the town's OpenAPI document."""

from kaarst.core.openapi.fragment import YamlFragment


class LiveFragment(YamlFragment):
    """The endpoint `@live`."""

    package = "kaarst.metering.live"
