"""How tests ask the services about trees."""

from tests.appointments.clicking import PASSWORD

import requests


SHELTERED = "baum-12"


def ask(content, name="", method="GET", who="", **options):
    headers = {"Accept": "application/json", "Accept-Language": "de"}
    return requests.request(
        method,
        f"{content.absolute_url()}/{name}",
        auth=(who, PASSWORD) if who else None,
        headers=headers | options.pop("headers", {}),
        timeout=60,
        **options,
    )
