"""Writes services as XML."""

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import datetime
from datetime import UTC
from html import escape
from kaarst.services.catalogue.exchange.fields import clean
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import LINE
from kaarst.services.catalogue.exchange.fields import MANY
from kaarst.services.catalogue.exchange.fields import RICH
from kaarst.services.catalogue.exchange.records import Record
from kaarst.services.catalogue.exchange.xzufi import codes
from kaarst.services.catalogue.fees import parse_fee
from lxml import etree
from typing import Any


X = f"{{{codes.NAMESPACE}}}"
OWN = f"{{{codes.OWN}}}"


def write(records: Iterable[Record]) -> bytes:
    """The file. Fields that say nothing are left out."""
    root = etree.Element(
        f"{X}transfer.operation.040502",
        nsmap={"xzufi": codes.NAMESPACE, codes.AGENCY: codes.OWN},
        produktbezeichnung="kaarst.services",
        produkthersteller="kaarst",
        xzufiVersion="2.2.0",
    )
    head = etree.SubElement(root, f"{X}nachrichtenkopf")
    _add(head, "erstellungszeitpunkt", datetime.now(UTC).isoformat(timespec="seconds"))
    for record in records:
        service = etree.SubElement(etree.SubElement(root, f"{X}schreibe"), f"{X}leistung")
        _Service(service, record).write()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _add(parent, name: str, text: str, language: str = ""):
    element = etree.SubElement(parent, f"{X}{name}")
    element.text = text
    if language:
        element.set("languageCode", language)
    return element


def _code(parent, name: str, code: str, code_list: str):
    # In XÖV the code itself is in no namespace.
    element = etree.SubElement(parent, f"{X}{name}", listURI=code_list)
    etree.SubElement(element, "code").text = code


class _Service:
    """One service below its element."""

    def __init__(self, element, record: Record):
        self.element = element
        self.record = record

    def value(self, name: str) -> Any:
        field = FIELDS.get(name)
        return clean(field, self.record.values.get(name)) if field else ""

    def spoken(self, name: str) -> Iterator[tuple[str, Any]]:
        """(language, value) of a field in every language that says something."""
        for language, end in codes.LANGUAGES.items():
            if value := self.value(name + end):
                yield language, value

    def write(self) -> None:
        if self.record.id:
            _add(self.element, "id", self.record.id).set("schemeAgencyID", codes.AGENCY)
        if key := self.value("leika_key"):
            _code(self.element, "referenzLeiKa", key, codes.LEIKA_LIST)
        for code, name in (codes.PLAIN_MODULES | codes.MODULES).items():
            self._module(code, name)
        self._online()
        for element, name in codes.TIMES.items():
            self._time(element, name)
        self._fees()
        self._synonyms()
        self._topics()
        self._own()

    def _module(self, code: str, name: str) -> None:
        texts = list(self.spoken(name))
        if not texts:
            return
        module = etree.SubElement(self.element, f"{X}modulText")
        for language, value in texts:
            plain = code in codes.PLAIN_MODULES
            _add(module, "inhalt", value if plain else _html(name, value), language)
        _code(module, "leikaTextmodul", code, codes.TEXT_LIST)

    def _online(self) -> None:
        if url := self.value("online_url"):
            module = etree.SubElement(self.element, f"{X}modulText")
            link = etree.SubElement(module, f"{X}weiterfuehrenderLink")
            _add(link, "uri", url)
            _code(module, "leikaTextmodul", codes.FORMS, codes.TEXT_LIST)

    def _time(self, element: str, name: str) -> None:
        texts = list(self.spoken(name))
        if texts:
            module = etree.SubElement(self.element, f"{X}{element}")
            for language, value in texts:
                _add(module, "beschreibung", _html(name, value), language)

    def _fees(self) -> None:
        """One module a fee, in every language that has one at this place; the amount as a number."""
        fees = dict(self.spoken("fees"))
        for number in range(max(map(len, fees.values()), default=0)):
            module = etree.SubElement(self.element, f"{X}modulKosten")
            there = {lang: lines[number] for lang, lines in fees.items() if number < len(lines)}
            fee = parse_fee(next(iter(there.values())))
            if fee is not None and fee.least is not None and fee.least == fee.most:
                costs = etree.SubElement(module, f"{X}kosten")
                _add(costs, "betrag", f"{fee.least:.2f}")
                _code(costs, "waehrung", "EUR", "urn:un:unece:uncefact:codelist:currency")
            for language, line in there.items():
                _add(module, "beschreibung", escape(line, quote=False), language)

    def _synonyms(self) -> None:
        terms = [(language, word) for language, words in self.spoken("synonyms") for word in words]
        if terms:
            module = etree.SubElement(self.element, f"{X}modulBegriffImKontext")
            for language, word in terms:
                term = etree.SubElement(module, f"{X}begriffImKontext")
                _add(term, "begriff", word, language)
                _code(term, "typ", codes.SYNONYM, codes.TERM_LIST)

    def _topics(self) -> None:
        for topic in self.value("topics"):
            category = etree.SubElement(self.element, f"{X}kategorie")
            _add(category, "bezeichnung", topic, "de")
            group = etree.SubElement(category, f"{X}klasse")
            _add(group, "bezeichnung", codes.LIFE_SITUATION, "de")

    def _own(self) -> None:
        own = etree.Element(f"{OWN}zusatz")
        for element, name in codes.OWN_LINES.items():
            value = self.value(name)
            if value not in ("", None):
                etree.SubElement(own, f"{OWN}{element}").text = str(value)
        for title in self.value("related_services"):
            etree.SubElement(own, f"{OWN}{codes.RELATED}").text = title
        if len(own):
            self.element.append(own)


def _html(name: str, value: Any) -> str:
    """A value as HTML: a list for several entries, RICH as it is."""
    kind = FIELDS[name].kind
    if kind == RICH:
        return value
    if kind in MANY:
        items = "".join(f"<li>{escape(line, quote=False)}</li>" for line in value)
        return f"<ul>{items}</ul>"
    text = escape(value, quote=False)
    return text if kind == LINE else text.replace("\n", "<br/>")
