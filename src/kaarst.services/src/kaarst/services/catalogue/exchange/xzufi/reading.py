"""Reads services out of XML, also from other portals, and says what it did not understand."""

from collections.abc import Iterator
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from kaarst.services import _
from kaarst.services.catalogue.exchange.fields import clean
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import LEVEL
from kaarst.services.catalogue.exchange.fields import MANY
from kaarst.services.catalogue.exchange.fields import RICH
from kaarst.services.catalogue.exchange.records import check_count
from kaarst.services.catalogue.exchange.records import check_size
from kaarst.services.catalogue.exchange.records import NotReadable
from kaarst.services.catalogue.exchange.records import Parsed
from kaarst.services.catalogue.exchange.records import Record
from kaarst.services.catalogue.exchange.xzufi import codes
from kaarst.services.catalogue.exchange.xzufi.html import lines
from kaarst.services.catalogue.fees import parse_fee
from lxml import etree
from typing import Any
from xml.etree.ElementTree import ParseError


FEE_WORD = {"": "Gebühr", "_en": "Fee"}
LEVELS = {str(level): level for level in range(5)}


class _Nobody:
    """Takes what the parser finds and keeps nothing."""

    def close(self):
        return None


def read(data: bytes) -> Parsed:
    """The services of a file. Raises NotReadable.

    No DTD, so no entities; no network; a module that is missing leaves its fields alone.
    """
    check_size(data)
    root = _root(data)
    namespace = etree.QName(root).namespace or ""
    if not namespace.startswith(codes.NAMESPACES):
        raise NotReadable(_("This is no XZuFi file of version 2."))
    parsed = Parsed()
    if namespace != codes.NAMESPACE:
        parsed.note(
            root.sourceline,
            _("The file is of another version than XZuFi 2.2. What is alike was read."),
        )
    for element in _elements(root):
        name = etree.QName(element).localname
        if name == "schreibe":
            for written in _elements(element):
                _read_written(written, parsed)
        elif name == "leistung":
            _read_written(element, parsed)
        elif name not in ("nachrichtenkopf", "transaktionID", "transaktionPosition"):
            parsed.note(element.sourceline, _left_out(name))
    return parsed


def _root(data: bytes):
    try:
        guard = DefusedXMLParser(forbid_dtd=True, target=_Nobody())
        guard.feed(data)
        guard.close()
        return etree.fromstring(
            data,
            etree.XMLParser(
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                remove_comments=True,
                remove_pis=True,
            ),
        )
    except DefusedXmlException:
        raise NotReadable(_("A file with a DOCTYPE is not read.")) from None
    except ParseError as error:
        raise NotReadable(_damaged(error.position[0])) from None
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise NotReadable(_damaged(getattr(error, "lineno", None) or 1)) from None


def _damaged(line: int):
    return _("The file is no XML, or it is damaged in line ${line}.", mapping={"line": line})


def _left_out(name: str):
    return _("note_left_out", default="“${name}” is left out.", mapping={"name": name[:60]})


def _elements(parent) -> Iterator:
    return (child for child in parent if isinstance(child.tag, str))


def _read_written(element, parsed: Parsed) -> None:
    name = etree.QName(element).localname
    if name != "leistung":
        parsed.note(element.sourceline, _left_out(name))
        return
    parsed.records.append(_Service(element, parsed).read())
    check_count(parsed.records)


class _Service:
    """One service while it is read. `values` grows; what is left out is noted at the end."""

    def __init__(self, element, parsed: Parsed):
        self.element = element
        self.parsed = parsed
        self.id = ""
        self.values: dict[str, Any] = {}
        self.notes: list[tuple] = []
        self.second_titles: dict[str, str] = {}
        self.short_texts: dict[str, str] = {}

    def read(self) -> Record:
        for child in _elements(self.element):
            name = etree.QName(child).localname
            reader = getattr(self, f"_read_{name}", None)
            if reader is not None:
                reader(child)
            elif name in codes.TIMES:
                self._times(child, codes.TIMES[name])
            else:
                self._leave_out(child, name)
        self._titles()
        values = {name: clean(FIELDS[name], value) for name, value in self.values.items()}
        for line, message, wrong in self.notes:
            self.parsed.note_next(line, values.get("title", ""), message, wrong)
        return Record(self.id, values, self.element.sourceline)

    def _titles(self) -> None:
        """The second title is the one for citizens; the official one is found by the search then."""
        for end, title in self.second_titles.items():
            official = self.values.get(f"title{end}", "")
            self.values[f"title{end}"] = title
            if official and official != title and f"synonyms{end}" in FIELDS:
                self.values.setdefault(f"synonyms{end}", []).append(official)
        for end, text in self.short_texts.items():
            self.values.setdefault(f"description{end}", text)

    def _leave_out(self, element, name: str) -> None:
        self.notes.append((element.sourceline, _left_out(name), False))

    def _text(self, element) -> str:
        return (element.text or "").strip(" \t\r\n")

    def _spoken(self, element, name: str) -> Iterator[tuple[str, Any]]:
        """(end of the field's name, element) of children in a language that services have."""
        for child in _elements(element):
            if etree.QName(child).localname != name:
                continue
            language = child.get("languageCode") or "de"
            end = codes.LANGUAGES.get(language)
            if end is None:
                end = codes.LANGUAGES.get(language.split("-")[0])
            if end is None:
                self._leave_out(child, f"{name} ({language})")
            else:
                yield end, child

    def _code(self, element, name: str) -> str:
        found = element.find(f"{{*}}{name}/{{*}}code")
        return "" if found is None else self._text(found)

    def _read_id(self, element) -> None:
        self.id = self._text(element)

    def _read_referenzLeiKa(self, element) -> None:
        found = element.find("{*}code")
        key = "" if found is None else self._text(found).replace(" ", "")
        if key and "leika_key" in self.values:
            self._leave_out(element, f"referenzLeiKa {key}")
        elif key:
            self.values["leika_key"] = key

    def _read_modulText(self, element) -> None:
        code = self._code(element, "leikaTextmodul")
        if code == codes.FORMS:
            self._links(element)
        elif code in (codes.TITLE, codes.SECOND_TITLE):
            into = self.second_titles if code == codes.SECOND_TITLE else None
            for end, child in self._spoken(element, "inhalt"):
                if into is None:
                    self.values[f"title{end}"] = self._text(child)
                elif title := self._text(child):
                    into[end] = title
        elif code == codes.SHORT_TEXT:
            for end, child in self._spoken(element, "inhalt"):
                if f"description{end}" in FIELDS:
                    self.short_texts[end] = " ".join(lines(child.text))
        elif code in codes.MODULES:
            self._module(element, codes.MODULES[code])
        else:
            name = codes.MODULE_NAMES.get(code, "")
            self._leave_out(element, f"modulText {code} {name}".strip())

    def _module(self, element, name: str) -> None:
        for end, child in self._spoken(element, "inhalt"):
            field = FIELDS.get(f"{name}{end}")
            if field is None:
                if lines(child.text):
                    self._leave_out(child, f"{name}{end}")
            elif field.kind == RICH:
                self.values[field.name] = child.text or ""
            elif field.kind in MANY:
                self.values[field.name] = lines(child.text)
            else:
                self.values[field.name] = "\n".join(lines(child.text))

    def _links(self, element) -> None:
        for uri in element.iterfind("{*}weiterfuehrenderLink/{*}uri"):
            url = self._text(uri)
            if url and "online_url" not in self.values:
                self.values["online_url"] = url
            elif url:
                self._leave_out(uri, url)
        for child in element.iterfind("{*}inhalt"):
            if lines(child.text):
                self._leave_out(child, "modulText 14 Formulare")

    def _times(self, element, name: str) -> None:
        described = False
        for end, child in self._spoken(element, "beschreibung"):
            if f"{name}{end}" in FIELDS:
                described = True
                self.values[f"{name}{end}"] = " ".join(lines(child.text))
        if not described:
            self._leave_out(element, etree.QName(element).localname)

    def _read_modulKosten(self, element) -> None:
        described = False
        for end, child in self._spoken(element, "beschreibung"):
            if f"fees{end}" not in FIELDS:
                continue
            for line in lines(child.text):
                described = True
                read = line if parse_fee(line) else f"{FEE_WORD[end]}: {line}"
                self.values.setdefault(f"fees{end}", []).append(read)
        if not described:
            for amount in element.iterfind("{*}kosten/{*}betrag"):
                euros = self._text(amount).replace(".", ",")
                self.values.setdefault("fees", []).append(f"{FEE_WORD['']}: {euros} €")
                described = True
        if not described:
            self._leave_out(element, "modulKosten")

    def _read_modulBegriffImKontext(self, element) -> None:
        for term in element.iterfind("{*}begriffImKontext"):
            for end, child in self._spoken(term, "begriff"):
                if f"synonyms{end}" in FIELDS:
                    self.values.setdefault(f"synonyms{end}", []).append(self._text(child))

    def _read_kategorie(self, element) -> None:
        for end, child in self._spoken(element, "bezeichnung"):
            if not end:
                self.values.setdefault("topics", []).append(self._text(child))

    def _read_zusatz(self, element) -> None:
        if etree.QName(element).namespace != codes.OWN:
            self._leave_out(element, "zusatz")
            return
        for child in _elements(element):
            name, text = etree.QName(child).localname, self._text(child)
            field = FIELDS.get(codes.OWN_LINES.get(name, ""))
            if name == codes.RELATED:
                self.values.setdefault("related_services", []).append(text)
            elif field is None:
                self._leave_out(child, name)
            elif field.kind != LEVEL:
                self.values[field.name] = text
            elif text in LEVELS:
                self.values[field.name] = LEVELS[text]
            else:
                message = _(
                    "note_level",
                    default="“${text}” is no level from 0 to 4.",
                    mapping={"text": text[:60]},
                )
                self.notes.append((child.sourceline, message, True))
