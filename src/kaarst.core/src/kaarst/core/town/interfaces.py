"""What a town says about itself: the records of the control panel."""

from kaarst.core import _
from kaarst.core.opening_hours.fields import IOpeningHoursFields
from kaarst.core.town import checks
from plone.supermodel import model
from zope import schema


#: The records are kaarst.town.name, kaarst.town.accent_colour and so on.
PREFIX = "kaarst.town"


class ITown(model.Schema, IOpeningHoursFields):
    """Settings of one town; every site has its own."""

    model.fieldset(
        "contact",
        label=_("Town hall"),
        fields=["street", "postal_code", "city", "phone", "email", "postal_places"],
    )
    model.fieldset(
        "hours",
        label=_("Opening hours of the town hall"),
        fields=sorted(
            IOpeningHoursFields.names(), key=lambda name: IOpeningHoursFields[name].order
        ),
    )
    model.fieldset(
        "legal",
        label=_("Legal notice"),
        fields=[
            "legal_form",
            "represented_by",
            "content_responsible",
            "supervisory_authority",
            "vat_id",
            "creditor_id",
            "bank_accounts",
        ],
    )
    model.fieldset(
        "duties",
        label=_("Data protection and accessibility"),
        fields=[
            "data_protection_officer",
            "data_protection_email",
            "data_protection_phone",
            "data_protection_authority",
            "account_months",
            "accessibility_contact",
            "accessibility_email",
            "accessibility_phone",
            "accessibility_reviewed",
        ],
    )

    name = schema.TextLine(
        title=_("Name of the town"),
        description=_("As in the header of every page, for example: Kaarst"),
        default="Musterstadt",
    )
    official_name = schema.TextLine(
        title=_("Official name"),
        description=_("For letters and the legal notice, for example: Stadt Kaarst"),
        required=False,
    )
    prefix = schema.TextLine(
        title=_("Short form for case numbers"),
        description=_("Two to four capital letters, for example: KAA"),
        default="MST",
        constraint=checks.valid_prefix,
    )
    claim = schema.TextLine(
        title=_("Claim"),
        description=_("One line below the name; may stay empty."),
        required=False,
    )
    accent_colour = schema.TextLine(
        title=_("Accent colour"),
        description=_(
            "For buttons and links, as #rrggbb. It must stand out from white (contrast 4.5 : 1); "
            "the lighter colour for the dark theme is worked out from it."
        ),
        default="#14508c",
        constraint=checks.valid_accent,
    )
    coat_of_arms = schema.Bytes(
        title=_("Coat of arms or logo"),
        description=_("SVG or PNG. Scripts in an SVG are removed before it is shown."),
        required=False,
        constraint=checks.valid_coat_of_arms,
    )

    street = schema.TextLine(title=_("Street and number"), required=False)
    postal_code = schema.TextLine(title=_("Postal code"), required=False)
    city = schema.TextLine(title=_("Town or city"), required=False)
    phone = schema.TextLine(
        title=_("Telephone (switchboard)"), required=False, constraint=checks.valid_phone
    )
    email = schema.TextLine(title=_("E-mail"), required=False, constraint=checks.valid_email)
    postal_places = schema.Text(
        title=_("Postal codes of the town and their places"),
        description=_(
            "help_postal_places",
            default="One postal code a line, then the town and its districts, for example: 41564 "
            "Kaarst, Büttgen. Forms say so when somebody gives another place for it.",
        ),
        required=False,
        constraint=checks.valid_postal_places,
    )

    legal_form = schema.TextLine(
        title=_("Legal form"),
        required=False,
        default="Körperschaft des öffentlichen Rechts",
    )
    represented_by = schema.TextLine(
        title=_("Represented by"),
        description=_("Office and name, for example: Bürgermeisterin Erika Mustermann"),
        required=False,
    )
    content_responsible = schema.TextLine(
        title=_("Responsible for the content"),
        description=_("Name and address of the person named under § 18 (2) MStV."),
        required=False,
    )
    supervisory_authority = schema.TextLine(title=_("Supervisory authority"), required=False)
    vat_id = schema.TextLine(title=_("VAT identification number"), required=False)
    creditor_id = schema.TextLine(title=_("SEPA creditor identifier"), required=False)
    bank_accounts = schema.Text(
        title=_("Bank accounts"),
        description=_("One a line: bank, then a colon, then the IBAN."),
        required=False,
        constraint=checks.valid_bank_accounts,
    )

    data_protection_officer = schema.TextLine(title=_("Data protection officer"), required=False)
    data_protection_email = schema.TextLine(
        title=_("E-mail of the data protection officer"),
        required=False,
        constraint=checks.valid_email,
    )
    data_protection_phone = schema.TextLine(
        title=_("Telephone of the data protection officer"),
        required=False,
        constraint=checks.valid_phone,
    )
    data_protection_authority = schema.TextLine(
        title=_("Supervisory authority for data protection"),
        required=False,
        default="Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
    )
    account_months = schema.Int(
        title=_("Delete accounts of citizens after so many months without use"),
        description=_(
            "help_account_months",
            default="Their holders are told by e-mail a month before. 0: never by itself.",
        ),
        required=False,
        default=24,
        min=0,
        max=120,
    )
    accessibility_contact = schema.TextLine(title=_("Contact for accessibility"), required=False)
    accessibility_email = schema.TextLine(
        title=_("E-mail of the contact for accessibility"),
        required=False,
        constraint=checks.valid_email,
    )
    accessibility_phone = schema.TextLine(
        title=_("Telephone of the contact for accessibility"),
        required=False,
        constraint=checks.valid_phone,
    )
    accessibility_reviewed = schema.Date(
        title=_("Accessibility statement last reviewed on"),
        description=_("To be reviewed once a year; editors are reminded when it is due."),
        required=False,
    )
