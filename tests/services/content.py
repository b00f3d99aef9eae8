"""A small catalogue as site content."""

from plone import api
from plone.app.textfield.value import RichTextValue


def rich(html):
    return RichTextValue(html, "text/html", "text/x-html-safe")


def published(item):
    api.content.transition(item, "publish")
    return item


def make_catalogue(portal):
    """Folders /leistungen and /lebenslagen with three published services and a private one.

    Returns the folder of the services. The caller has to be a Manager.
    """
    topics = published(api.content.create(portal, "Folder", "lebenslagen", title="Lebenslagen"))
    topics.setLayout("topics_view")
    moving = published(
        api.content.create(
            topics,
            "Topic",
            title="Umziehen",
            description="Neu in der Stadt",
            text=rich("<p>Willkommen!</p>"),
        )
    )
    town_hall = published(api.content.create(portal, "Folder", "rathaus", title="Rathaus"))
    office = published(api.content.create(town_hall, "Department", title="Bürgerbüro"))
    place = published(
        api.content.create(
            town_hall,
            "Place",
            title="Rathaus Kaarst",
            street="Am Neumarkt 2",
            postal_code="41564",
            city="Kaarst",
        )
    )
    counter = published(
        api.content.create(
            town_hall, "ContactPoint", title="Meldestelle", phone="02131 987-100", room="E 12"
        )
    )
    api.relation.create(counter, place, "place")
    folder = published(api.content.create(portal, "Folder", "leistungen", title="Leistungen"))
    folder.setLayout("catalogue_view")
    residence = published(
        api.content.create(
            folder,
            "Service",
            title="Wohnsitz anmelden",
            description="Wer umzieht, meldet die neue Wohnung an.",
            synonyms=["umgezogen", "neue Adresse"],
            text=rich("<p>Sie bekommen sofort eine Bestätigung.</p><script>alert(1)</script>"),
            requirements=rich("<p>Alle, die eine Wohnung beziehen.</p>"),
            documents=["Ausweis", "Bestätigung des Wohnungsgebers <b>"],
            fees=["Anmeldung: gebührenfrei", "Zweitschrift: 5,50 €"],
            deadline="innerhalb von zwei Wochen",
            processing_time="sofort",
            legal_basis=["§ 17 Bundesmeldegesetz (BMG)"],
            online_url="https://www.wohnsitzanmeldung.example/start?a=1&b=2",
            phone="02131 987-0",
        )
    )
    pass_ = published(
        api.content.create(
            folder, "Service", title="Reisepass", description="Für Reisen außerhalb der EU."
        )
    )
    oath = published(api.content.create(folder, "Service", title="Ärztekammer: Beglaubigung"))
    draft = api.content.create(
        folder,
        "Service",
        title="Geheimplan Nordstern",
        description="Noch nicht öffentlich.",
        synonyms=["Nordstern"],
    )
    for service in (residence, draft):
        api.relation.create(service, moving, "topics")
    api.relation.create(residence, office, "department")
    api.relation.create(residence, counter, "contact_points")
    api.relation.create(residence, pass_, "related_services")
    api.relation.create(residence, draft, "related_services")
    api.relation.create(oath, moving, "topics")
    api.relation.create(moving, residence, "first_services")
    for item in (residence, draft, oath, moving, counter):
        item.reindexObject()
    return folder
