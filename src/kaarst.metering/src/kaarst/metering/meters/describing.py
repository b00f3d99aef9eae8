"""What can be chosen for a register, and what was entered as the store wants it. No Plone."""

from collections.abc import Iterable
from decimal import Decimal
from kaarst.metering import _
from kaarst.metering.entered import Entered
from kaarst.metering.obis import QUANTITIES
from kaarst.metering.store.channels import Received
from kaarst.metering.store.registers import BEGINNING
from kaarst.metering.store.registers import Register
from kaarst.metering.units import KNOWN_UNITS
from kaarst.metering.units import MICRO
from kaarst.metering.units import stored_unit

import json


#: In place of a device: readings come by hand or from files.
NO_CHANNEL = ""
_LIMIT = 140


def codes(medium: str) -> dict:
    """The quantities a meter of this medium can have, by OBIS code."""
    return {code: one for code, one in QUANTITIES.items() if one.medium == medium}


def units(medium: str) -> list[str]:
    """The units in which devices may send them."""
    stored = {one.unit for one in codes(medium).values()}
    return [unit for unit in KNOWN_UNITS if stored_unit(unit) in stored]


def channel_value(device: str, channel: str) -> str:
    """A device's channel as the value of an option."""
    return json.dumps([device, channel], ensure_ascii=False) if device else NO_CHANNEL


def channel_of(value: str) -> tuple[str, str] | None:
    """What `channel_value` made; ("", "") for none, None for what cannot be one."""
    if value == NO_CHANNEL:
        return "", ""
    try:
        device, channel = json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return None
    for one in (device, channel):
        if not isinstance(one, str) or not 0 < len(one) <= _LIMIT or not one.isprintable():
            return None
    return device, channel


def channel_groups(received: Iterable[Received], own: str = "") -> tuple:
    """Options for a channel: those of nobody first, then those that belong to a meter."""
    free, taken = [], []
    for one in received:
        text = f"{one.device} · {one.channel}: {shown(one.value)} {one.unit}".rstrip()
        if one.meter and one.meter != own:
            text = f"{text} ({one.meter})"
        (taken if one.meter else free).append((channel_value(one.device, one.channel), text))
    groups = [(NO_CHANNEL, _("No device: readings are entered or imported"))]
    if free:
        groups.append((_("Received, not assigned yet"), tuple(free)))
    if taken:
        groups.append((_("Belongs to a meter already"), tuple(taken)))
    return tuple(groups)


def shown(value, limit: int = 40) -> str:
    """A value out of a message, cut."""
    text = str(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def amount_text(micro: int | None) -> str:
    """Stored millionths as an editor types them: "1234,5"."""
    if micro is None:
        return ""
    return f"{Decimal(micro) / MICRO:f}".replace(".", ",")


def micro(value: Decimal | None) -> int | None:
    """An entered number of the stored unit as stored."""
    return None if value is None else round(value * MICRO)


def read_channel(entered: Entered, received: Iterable[Received]) -> Received | None:
    """The chosen channel as it was received; one without device where none was chosen."""
    value = entered.text("channel", 600)
    pair = channel_of(value)
    if pair == ("", ""):
        return Received("", "", None, "", None, "", 0, "")
    for one in received:
        if (one.device, one.channel) == pair:
            return one
    entered.mistake("channel", _("This device has not sent anything of late."))
    return None


def new_register(entered: Entered, medium: str, received: Iterable[Received]) -> dict:
    """The arguments of `registers.create`; mistakes are in `entered`."""
    obis = entered.choice("obis", codes(medium))
    channel = read_channel(entered, received)
    unit = entered.choice("unit", units(medium), required=False)
    factor = entered.decimal("factor")
    start, since = entered.decimal("start_value"), entered.moment("since")
    if start is not None and since is None:
        entered.mistake("since", _("Please say when it showed this."))
    if obis and channel and not unit:
        unit = sent_unit(channel, QUANTITIES[obis].unit)
    if obis and unit and stored_unit(unit) != QUANTITIES[obis].unit:
        entered.mistake("unit", _("This unit does not fit what is counted."))
    if factor is not None and factor <= 0:
        entered.mistake("factor", _("This must be more than nothing."))
    return {
        "obis": obis,
        "device": channel.device if channel else "",
        "channel": channel.channel if channel else "",
        "source_unit": unit,
        "factor": "1" if factor is None else f"{factor:f}",
        "valid_from": BEGINNING if since is None else since,
        "start_value": micro(start),
        **_settings(entered),
    }


def changed_register(entered: Entered, register: Register, received: list[Received]) -> dict:
    """The arguments of `registers.change`; mistakes are in `entered`."""
    pair = channel_of(entered.text("channel", 600))
    if pair == (register.device, register.channel):
        device, channel = pair
    else:
        found = read_channel(entered, received)
        device, channel = (found.device, found.channel) if found else ("", "")
    return {"device": device, "channel": channel, **_settings(entered)}


def _settings(entered: Entered) -> dict:
    """What may be changed at any time."""
    peak = entered.decimal("peak")
    gap = entered.whole("gap", 1, 400 * 1440)
    return {
        "digits": entered.whole("digits", 3, 9),
        "gap": 7200 if gap is None else gap * 60,
        "peak": micro(peak) or None,
        "serial": entered.text("serial", 60),
    }


def sent_unit(channel: Received, stored: str) -> str:
    """The unit the device says, where it fits; the stored one where it says nothing or nonsense."""
    known = channel.unit if channel.unit in KNOWN_UNITS else ""
    return known if known and stored_unit(known) == stored else stored
