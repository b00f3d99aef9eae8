"""Every sentence of the wire and the store exists in German and in English."""

from kaarst.metering.decoders import presets
from kaarst.metering.errors import REASONS
from kaarst.metering.obis import QUANTITIES
from pathlib import Path
from zope.i18nmessageid import Message

import kaarst.metering
import pytest
import re


LOCALES = Path(kaarst.metering.__file__).parent / "locales"


@pytest.mark.parametrize("language", ["de", "en"])
def test_reasons_quantities_and_presets_are_translated(language):
    path = LOCALES / language / "LC_MESSAGES" / "kaarst.metering.po"
    found = dict(
        re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
    )
    wanted = [*REASONS.values(), *(quantity.title for quantity in QUANTITIES.values())]
    for _name, decoder in presets():
        wanted += [decoder.title, decoder.description]
    for sentence in wanted:
        if isinstance(sentence, Message):
            assert found.get(str(sentence)), sentence
            # What is filled in is filled in in every language.
            assert found[str(sentence)].count("${") == sentence.count("${")
