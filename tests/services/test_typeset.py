"""PDF files: accessible, archivable, and deaf to markup in what people typed."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.services.documents.typeset import typeset
from pypdf import PdfReader

import io
import pytest
import typst


TEMPLATE = b"""#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: 2026, month: 3, day: 2))
#set text(lang: "de")
= #data.title
#data.text
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "letter.typ"
    path.write_bytes(TEMPLATE)
    return path


def read(pdf):
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf):
    return "".join(page.extract_text() for page in read(pdf).pages)


def test_the_file_says_that_it_is_accessible_and_archivable(template):
    pdf = read(typeset(template, {"title": "Bescheid", "text": "Guten Tag"}))
    metadata = pdf.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "de"


@pytest.mark.parametrize(
    "typed", ['#import "x"', "*fett* _schräg_ $x^2$", "= Titel", "#read('/x')"]
)
def test_nothing_typed_is_markup(template, typed):
    assert typed in text_of(typeset(template, {"title": "Titel", "text": typed}))


def test_characters_no_font_knows_are_shown_by_their_number(template):
    text = text_of(typeset(template, {"title": "王小明", "text": "Дмитро Łukasz 😀 \U00013000"}))
    assert "[U+738B][U+5C0F][U+660E]" in text
    assert "Дмитро Łukasz [U+1F600] [U+13000]" in text


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_text_can_be_set(template, text):
    assert typeset(template, {"title": "Titel", "text": text}).startswith(b"%PDF-1.7")


def test_a_broken_template_is_not_hidden(tmp_path):
    broken = tmp_path / "broken.typ"
    broken.write_text("#nobody-knows-this()")
    with pytest.raises(typst.TypstError):
        typeset(broken, {})
