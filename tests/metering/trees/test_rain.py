"""Amounts of rain out of files that people have."""

from datetime import date
from hypothesis import given
from hypothesis import strategies as st
from kaarst.metering.trees import rain

import io
import pytest
import zipfile


# The head and some lines as in https://opendata.dwd.de/climate_environment/CDC/observations_germany/
# climate/daily/more_precip/recent/ (produkt_nieder_tag_…), with invented amounts.
DWD = (
    b"STATIONS_ID;MESS_DATUM;QN_6;  RS;RSF;SH_TAG;NSH_TAG;eor\r\n"
    b"       2629;20260712;    3;   0.0;   0;   0;-999;eor\r\n"
    b"       2629;20260713;    3;  12.4;   6;   0;-999;eor\r\n"
    b"       2629;20260714;    3;-999.0;-999;-999;-999;eor\r\n"
)


def packed(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("Metadaten_Stationsname.txt", b"x")
        made.writestr(name, content)
    return file.getvalue()


def test_the_weather_services_daily_values():
    expected = {date(2026, 7, 12): 0, date(2026, 7, 13): 124}
    assert rain.read(DWD).days == expected
    assert rain.read(packed("produkt_nieder_tag_20250101_20260714_02629.txt", DWD)).days == expected


def test_a_spreadsheet():
    text = "Datum;Regen\n13.07.2026;12,4\n\n14.07.2026;viel\n15.07.2026;900\n2026-07-16;3\n"
    found = rain.read(text.encode("latin-1"))
    assert found.days == {date(2026, 7, 13): 124, date(2026, 7, 16): 30}
    assert found.refused == [4, 5]
    assert rain.read(b"13.07.2026\t0.5\n").days == {date(2026, 7, 13): 5}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a;b\n",
        b"PK\x03\x04rubbish",
        packed("other.txt", DWD),
        b"\xff\xfe\x00",
        b"x" * (10 * 2**20 + 1),
    ],
)
def test_what_is_no_rain(content):
    with pytest.raises(rain.NotRain) as error:
        rain.read(content)
    assert error.value.message


@given(st.binary(max_size=300))
def test_no_file_breaks_it(content):
    try:
        found = rain.read(content)
    except rain.NotRain:
        return
    assert all(0 <= amount <= 4000 for amount in found.days.values())
