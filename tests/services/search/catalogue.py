"""A small catalogue to ask, with synonyms of its own."""

from kaarst.services.catalogue.search.index import Document
from kaarst.services.catalogue.search.index import Index


DOCUMENTS = [
    Document(
        "wohnsitz",
        "Anmeldung und Ummeldung des Wohnsitzes",
        ("Umzug", "umziehen", "neue Adresse", "Zuzug"),
        "Wer in eine neue Wohnung zieht, meldet sie innerhalb von zwei Wochen an.",
        ("Umziehen und Wohnen", "Bürgerbüro"),
        "Bringen Sie die Bestätigung des Wohnungsgebers mit. Der Einzug muss schon geschehen sein.",
    ),
    Document(
        "personalausweis",
        "Personalausweis",
        ("Perso", "neuer Ausweis", "Ausweis verlängern"),
        "Den Personalausweis beantragen Sie persönlich.",
        ("Ausweise und Urkunden", "Bürgerbüro"),
        "Das Passfoto muss digital sein. Für Kinder ist er freiwillig.",
    ),
    Document(
        "verlust",
        "Verlust eines Ausweises",
        ("Ausweis verloren", "Perso weg", "gestohlen"),
        "Ist Ihr Ausweis verloren gegangen, melden Sie es sofort.",
        ("Ausweise und Urkunden", "Bürgerbüro"),
        "Lassen Sie auch die Online-Funktion sperren.",
    ),
    Document(
        "hund",
        "Hundesteuer",
        ("Hund anmelden", "Hundemarke"),
        "Wer einen Hund hält, zahlt Hundesteuer und meldet ihn an.",
        ("Tiere", "Steuern"),
        "Die Hundemarke kommt mit der Post.",
    ),
    Document(
        "tonnen",
        "Abfalltonnen",
        ("Mülltonne", "Restmüll"),
        "Tonnen bestellen, tauschen und zurückgeben.",
        ("Wohnen", "Baubetriebshof"),
        "Es gibt Tonnen für Papier, Restmüll und Bioabfall.",
    ),
    Document(
        "strasse",
        "Straßenschäden",
        (),
        "Melden Sie ein Schlagloch.",
        (),
        "Wir kümmern uns innerhalb von fünf Tagen darum.",
    ),
]


def small_index() -> Index:
    return Index(DOCUMENTS)
