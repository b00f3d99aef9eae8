"""Filling in "Anmeldung bei Zuzug", as several stories do."""

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CONFIRMATION = {
    "name": "Wohnungsgeberbestätigung.pdf",
    "mimeType": "application/pdf",
    "buffer": PDF,
}


def fill_in(page):
    """All steps up to the last."""
    page.get_by_label("Vornamen").fill("Erika")
    page.get_by_label("Familienname").fill("Mustermann")
    page.get_by_label("Geburtsdatum").fill("1980-02-29")
    fill_in_the_rest(page)


def fill_in_the_rest(page):
    """The same for somebody whom the login has named."""
    onward = page.get_by_role("button", name="Weiter", exact=True)
    page.locator("input[name=q_others][value=false]").check()
    onward.click()
    page.locator("input[name=q_from_abroad][value=true]").check()
    page.get_by_label("Aus welchem Land?").fill("Österreich")
    page.get_by_label("Bisherige Anschrift").fill("Ring 1\n1010 Wien")
    page.get_by_label("Neue Wohnung in Kaarst").fill("Maubisstraße 1")
    page.get_by_label("Tag des Einzugs").fill("2026-01-02")
    page.get_by_label("meine einzige Wohnung").check()
    onward.click()
    page.get_by_label("Name des Wohnungsgebers").fill("Wohnbau GmbH")
    page.locator("#q_landlord_confirmation").set_input_files(CONFIRMATION)
    onward.click()
