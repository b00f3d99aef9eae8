"""Names and codes of XZuFi 2.2, and which field of a service each of them is."""

NAMESPACE = "http://xoev.de/schemata/xzufi/2_2_0"
#: XZuFi 2.0 to 2.2 have the same elements for what is read here.
NAMESPACES = "http://xoev.de/schemata/xzufi/2_"
#: What a service has and XZuFi has no element for.
OWN = "urn:kaarst:leistung:1"
AGENCY = "kaarst"

LEIKA_LIST = "urn:de:fim:leika:leistung"
TEXT_LIST = "urn:de:xzufi:codeliste:leistungstextmodulleika"
TERM_LIST = "urn:de:xzufi:codeliste:begriffimkontexttyp"
SYNONYM = "01"
LIFE_SITUATION = "Lebenslage"

#: The end of a field's name for a language tag. "simple" is the registered variant for plain forms
#: of a language (IANA); XZuFi names no way of its own for Leichte Sprache.
LANGUAGES = {"de": "", "en": "_en", "de-simple": "_easy"}

TITLE, SECOND_TITLE = "02", "03"
SHORT_TEXT, TEASER = "05", "24"
FORMS = "14"
#: Text modules by code: the German field of each. Those in HTML are read as such.
PLAIN_MODULES = {TITLE: "title"}
MODULES = {
    TEASER: "description",
    "06": "text",
    "07": "legal_basis",
    "08": "documents",
    "09": "requirements",
    "22": "department",
    "23": "contact_points",
}
#: What the other modules are called, for the report.
MODULE_NAMES = {
    "05": "Kurztext",
    "11": "Verfahrensablauf",
    "14": "Formulare",
    "15": "Weiterführende Informationen",
    "16": "Hinweise",
    "18": "Urheber",
    "24": "Teaser",
    "25": "Rechtsbehelf",
}
#: Modules that describe a time in words.
TIMES = {"modulFrist": "deadline", "modulBearbeitungsdauer": "processing_time"}
OWN_LINES = {"telefon": "phone", "onlinestufe": "online_level"}
RELATED = "verwandteLeistung"
