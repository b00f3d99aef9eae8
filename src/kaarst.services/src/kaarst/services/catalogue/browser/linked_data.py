"""A service as schema.org's GovernmentService, for search engines and assistants."""

from zope.i18n import translate

import json


def government_service(view) -> dict:
    """The linked data of the service that `view` (a `ServiceView`) shows: nothing a reader does not
    see on the page."""
    service = view.context
    data = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": service.absolute_url(),
        "url": view.url,
        "name": view.title,
        "description": view.description,
        "areaServed": {"@type": "AdministrativeArea", "name": view.town.name},
        "provider": {"@type": "GovernmentOrganization", "name": view.town.full_name},
        "availableChannel": [_channel(channel, view) for channel in view.channels],
        "offers": [_offer(fee) for fee in view.fees if fee.least is not None],
    }
    if view.department is not None:
        data["serviceOperator"] = {
            "@type": "GovernmentOrganization",
            "name": view.department.title,
            "url": view.department.absolute_url(),
        }
    return {name: value for name, value in data.items() if value}


def as_script(data: dict) -> str:
    """JSON that may stand in a script element: no text in it can end the element."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _channel(channel: dict, view) -> dict:
    data = {
        "@type": "ServiceChannel",
        "name": translate(channel["title"], context=view.request),
    }
    if channel["url"].startswith("tel:"):
        data["servicePhone"] = {
            "@type": "ContactPoint",
            "telephone": channel["url"].removeprefix("tel:"),
        }
    else:
        data["serviceUrl"] = channel["url"]
    if channel["kind"] == "counter":
        data["serviceLocation"] = [
            {"@type": "Place", "name": point["place"].title, "address": ", ".join(point["address"])}
            for point in view.contact_points
            if point["place"] is not None
        ]
    return data


def _offer(fee) -> dict:
    price = (
        {"price": f"{fee.least:.2f}"}
        if fee.least == fee.most
        else {
            "priceSpecification": {
                "@type": "PriceSpecification",
                "minPrice": f"{fee.least:.2f}",
                "maxPrice": f"{fee.most:.2f}",
                "priceCurrency": "EUR",
            }
        }
    )
    offer = {"@type": "Offer", "priceCurrency": "EUR", **price}
    if fee.label:
        offer["name"] = fee.label
    return offer
