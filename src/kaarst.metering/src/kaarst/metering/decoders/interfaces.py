"""The seam for payload formats: a decoder is a named utility providing IDecoder."""

from zope.interface import Attribute
from zope.interface import Interface


class IDecoder(Interface):
    """Reads the messages of one kind of device.

    Registered in ZCML as a named utility; the name is stored in mappings and never changes.
    Decoders have no state. They raise DecodeError for every message they cannot read, and nothing
    else for any bytes whatever.
    """

    title = Attribute("Translatable name for people who choose it.")
    description = Attribute("Translatable sentence: which devices, which settings they need.")
    templates = Attribute("Usual topic templates, the first one is offered.")
    example = Attribute("(topic, payload bytes) as the device's documentation shows it.")

    def decode(captured, payload, received, options):
        """Returns a list of Frame, empty if the message carries no measurement.

        `captured`: dict, what stood in the topic at the template's placeholders.
        `payload`: bytes. `received`: UTC milliseconds. `options`: Options.
        """

    def describe(channel, options):
        """Returns the Channel for a channel name: its unit and the OBIS code it probably is."""
