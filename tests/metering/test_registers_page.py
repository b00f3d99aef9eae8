"""Registers in the browser: choosing a device's value, exchange, import, questions."""

from io import BytesIO
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.entered import Entered
from kaarst.metering.meters import describing
from kaarst.metering.meters import uploads
from kaarst.metering.store import channels
from kaarst.metering.store import mappings
from kaarst.metering.store import questions
from kaarst.metering.store import registers
from kaarst.metering.store.batch import Message
from kaarst.metering.store.intake import Intake
from tests.metering.helpers import at
from tests.metering.helpers import stored
from tests.metering.site import ask
from tests.metering.site import building
from tests.metering.site import meter
from tests.metering.site import register
from tests.metering.site import send
from zExceptions import NotFound

import pytest


TOPIC = "tele/keller/SENSOR"
CHANNEL = describing.channel_value("tasmota:keller", "SML.Total_in")


def say(store, moment, value, power=120):
    """The device in the cellar sends what it counts."""
    payload = f'{{"Time":"{moment}","SML":{{"Total_in":{value},"Power_curr":{power}}}}}'
    message = Message(TOPIC, payload.encode(), at(moment) + 1000)
    return Intake(store).take([message])[0].kind


@pytest.fixture
def main(energy_page, site_store):
    """A meter, and a device in its cellar that nobody has assigned."""
    with site_store.writing() as connection:
        mappings.add(connection, Mapping("tele/{device}/SENSOR", "tasmota"))
    say(site_store, "2026-03-02T10:00:00", 1000.5)
    return meter(building(energy_page))


def only(store):
    with store.reading() as connection:
        [found] = registers.registers(connection)
    return found


def test_what_was_received_can_be_chosen(main, site_store):
    with site_store.reading() as connection:
        found = channels.received(connection)
    assert [(one.device, one.channel, one.meter) for one in found] == [
        ("tasmota:keller", "SML.Power_curr", ""),
        ("tasmota:keller", "SML.Total_in", ""),
    ]
    page, status, _target = ask(main, "registers")
    assert status == 200
    assert "tasmota:keller · SML.Total_in: 1000.5" in page
    assert "noch kein Zählwerk" in page


def test_a_register_is_added_and_counts(main, site_store):
    page, status, target = send(
        main, "registers", "add", obis="1-0:1.8.0", channel=CHANNEL, unit="", factor="40",
        digits="6", gap="30", peak="12,5", serial="1 EMH 0012", since="", start_value="",
    )  # fmt: skip
    assert target == main.absolute_url() + "/registers"
    made = only(site_store)
    assert (made.meter, made.device, made.channel) == (
        "rathaus-strom",
        "tasmota:keller",
        "SML.Total_in",
    )
    assert (made.digits, made.gap, made.peak, made.source_unit) == (6, 1800, 12_500_000, "kWh")
    assert say(site_store, "2026-03-02T10:15:00", 1001) == "stored"
    assert [value for _ts, value in stored(site_store)] == [40_040]
    page, _status, _target = ask(main, "registers")
    assert "40.040 kWh" in page
    # What it is called stands in the list of devices as well.
    with site_store.reading() as connection:
        assert {one.meter for one in channels.received(connection, TOPIC)} == {"", "rathaus-strom"}


def test_mistakes_stand_beside_the_field_and_nothing_typed_is_lost(main, site_store):
    page, status, target = send(
        main, "registers", "add", obis="8-0:1.0.0", channel='["x","<b>"]', unit="", factor="12.345",
        digits="99", gap="120", peak="", serial="Nr. <7>", since="", start_value="5",
    )  # fmt: skip
    assert (status, target) == (400, None)
    for words in (
        "eine der Möglichkeiten",
        "nichts gesendet",
        "ohne Tausenderpunkt",
        "von 3 bis 9",
        "wann er das zeigte",
    ):
        assert words in page
    assert "Nr. &lt;7&gt;" in page
    assert "<b>" not in page.split("<main")[-1]
    with site_store.reading() as connection:
        assert registers.registers(connection) == []


def test_another_meters_register_cannot_be_named(main, energy_page, site_store):
    other = meter(building(energy_page, "Schule"))
    foreign = register(site_store, other.getId())
    for step in ("change", "exchange", "end"):
        page = "registers" if step == "change" else "exchange"
        with pytest.raises(NotFound):
            send(main, page, step, register=str(foreign.id), at="2026-03-02T10:00")


def test_an_exchange_keeps_the_consumption(main, site_store):
    old = register(site_store, main.getId(), "tasmota:keller")
    say(site_store, "2026-03-02T10:15:00", 1001)
    _page, _status, target = send(
        main, "exchange", "exchange", register=str(old.id), at="2026-03-02T11:00",
        end_value="1002,5", start_value="3", serial="Neu 1", digits="", channel=CHANNEL,
    )  # fmt: skip
    assert target
    say(site_store, "2026-03-02T11:15:00", 4)
    with site_store.reading() as connection:
        first, second = registers.chain(connection, main.getId(), "1-0:1.8.0")
    assert (first.end_value, second.start_value, second.serial) == (
        1_002_500_000,
        3_000_000,
        "Neu 1",
    )
    page, status, target = send(
        main, "exchange", "exchange", register=str(second.id), at="2031-01-01T00:00"
    )
    assert (status, target) == (400, None)
    assert "in der Zukunft" in page
    send(main, "exchange", "end", register=str(second.id), at="2026-03-03T00:00", end_value="9")
    assert say(site_store, "2026-03-03T10:00:00", 10) == "dead"


def test_a_file_is_looked_at_before_it_is_imported(main, site_store):
    one = register(site_store, main.getId(), "")
    content = "Datum;Zählerstand\n01.01.2025;100,5\n02.01.2025;abc\n03.01.2025;120\n"

    class File(BytesIO):
        filename = "alt.csv"

    fields = {"register": str(one.id), "kind": "readings", "unit": "kWh", "stamp": "start"}
    page, status, _target = send(
        main, "import-readings", "try", file=File(content.encode()), **fields
    )
    assert status == 200
    assert "Was eingelesen würde" in page
    assert "02.01.2025;abc" in page
    assert stored(site_store) == []
    token = uploads.kept(main).token
    page, status, _target = send(main, "import-readings", "import", register=str(one.id), token="x")
    assert status == 400
    page, status, _target = send(
        main, "import-readings", "import", register=str(one.id), token=token
    )
    assert "Was eingelesen wurde" in page
    assert uploads.kept(main) is None
    assert [str(value) for _ts, value in stored(site_store)] == ["100.5", "120"]
    page, status, _target = send(main, "import-readings", "try", file=File(b" "), **fields)
    assert "Die Datei ist leer" in page
    # What is looked at and never imported goes after a week.
    send(main, "import-readings", "try", file=File(content.encode()), **fields)
    came = uploads.kept(main).at
    assert uploads.forget_old([main], came + uploads.DAYS * 86_400_000) == 0
    assert uploads.forget_old([main], came + uploads.DAYS * 86_400_000 + 1) == 1
    assert uploads.kept(main) is None


def test_a_fall_is_asked_about_and_answered(main, energy_page, site_store):
    one = register(site_store, main.getId(), "tasmota:keller")
    say(site_store, "2026-03-02T10:15:00", 1001)
    say(site_store, "2026-03-02T10:30:00", 2)
    page, _status, _target = ask(energy_page, "questions")
    assert "Rathaus: Strom" in page
    assert "zurückgesetzt" in page
    assert "übergelaufen" not in page
    moment = str(at("2026-03-02T10:30:00"))
    send(energy_page, "questions", "answer", register=str(one.id), moment=moment, answer="reset")
    with site_store.reading() as connection:
        assert questions.open_questions(connection) == []
    # Again, after somebody else was faster.
    _page, status, target = send(
        energy_page, "questions", "answer", register="99", moment=moment, answer="reset"
    )
    assert target


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("12.3", "12.3"),
        ("12.345", None),
        ("NaN", None),
        ("-1", None),
        ("1e30", None),
    ],
)
def test_numbers_as_people_type_them(typed, number):
    entered = Entered({"field": typed})
    found = entered.decimal("field")
    assert (None if found is None else str(found)) == number
    assert bool(entered.mistakes) == (number is None)


def test_whatever_is_sent_only_makes_mistakes():
    for value in (["a"], None, 7, "\0", "x" * 900, "٣", "2026-13-01"):
        entered = Entered({"field": value})
        assert entered.decimal("field") is None
        assert entered.whole("field", 1, 9) is None
        assert entered.day("field") is None
        assert entered.moment("field") is None
        assert entered.choice("field", ("b",)) == ""
        assert describing.channel_of(str(value)) is None
