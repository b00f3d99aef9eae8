"""Why something could not be done, as a code with a translatable sentence.

Each reason has one sentence for people. Its values (a field's name, a limit) are filled in when it
is shown, so that a stored reason can be read in any language later.
"""

from kaarst.metering import _
from zope.i18nmessageid import Message


REASONS = {
    "claim-used": _(
        "This letter was used by another account. If that was not you, please tell us."
    ),
    "no-mapping": _("No mapping knows this topic yet."),
    "unassigned": _("The device ${device} is not assigned to any meter or probe yet."),
    "empty": _("The message contains no value that is assigned to a meter or probe."),
    "ignored": _("A mapping says that messages of this topic are not needed."),
    "no-consent": _(
        "Nobody agrees to readings of this meter being stored, so the value was not kept."
    ),
    "long-topic": _("The topic is longer than ${limit} characters."),
    "too-large": _("The message is longer than ${limit} bytes."),
    "not-json": _("The message is not valid JSON."),
    "not-an-object": _("The message is JSON, but not an object with named values."),
    "not-a-number": _("The value ${value} of ${field} is not a number."),
    "out-of-range": _("The value ${value} of ${field} is larger than a meter can count."),
    "missing-field": _("The value ${field} is missing."),
    "no-device": _("The message does not say which device it comes from."),
    "not-a-time": _("The time ${value} cannot be understood."),
    "no-codec": _("The network server sent no decoded values: it needs a codec for this device."),
    "probe-fault": _("The probe reports a fault instead of a measurement."),
    "wrong-unit": _("The unit ${unit} does not fit: ${expected} was expected."),
    "clock-not-set": _("The device's clock is not set: it says ${time}."),
    "future": _("The device's clock is ahead: it says ${time}."),
    "retained": _("An old value kept by the broker, without a time of its own."),
    "no-register-then": _("No register was in use at ${time}."),
    "too-old": _("Readings before ${time} have already been condensed."),
    "negative": _("A counter cannot be negative: ${value}."),
    "contradiction": _("Another value is already stored for ${time}: ${value}."),
    "bad-mapping": _("The mapping cannot be used: ${problem}."),
    "failed": _("The message could not be processed; the log of the bridge says why."),
}


class MeteringError(ValueError):
    """Something from outside does not fit. `reason` is a key of `REASONS`, `values` its values."""

    def __init__(self, reason: str, **values):
        self.reason = reason
        self.values = {name: _short(value) for name, value in values.items()}
        super().__init__(reason, self.values)

    @property
    def message(self) -> Message:
        """The sentence for people, to be translated where it is shown."""
        return sentence(self.reason, self.values)

    def __str__(self):
        return f"{self.reason} {self.values}"


class DecodeError(MeteringError):
    """A decoder cannot read this message. The only exception a decoder raises."""


class MappingError(MeteringError):
    """A mapping, template or path was entered wrongly."""


def sentence(reason: str, values: dict) -> Message:
    """Returns the translatable sentence of a stored reason."""
    return Message(REASONS.get(reason, REASONS["failed"]), mapping=values)


def _short(value) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
