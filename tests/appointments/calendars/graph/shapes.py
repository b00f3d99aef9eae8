"""Answers of Microsoft Graph in the shapes of Microsoft's public documentation.

Not recorded from the service, which nobody here has ever asked: written down from the examples at
the addresses named, with values of our own.
"""

from kaarst.appointments.calendars.graph.events import PROPERTY


CONTEXT = "https://graph.microsoft.com/v1.0/$metadata"


def token(access):
    """https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow"""
    return {"token_type": "Bearer", "expires_in": 3599, "access_token": access}


def token_error(error, code):
    """https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""
    return {
        "error": error,
        "error_description": f"AADSTS{code}: What is wrong. Trace ID: 255d1aef-8c98-452f-ac51",
        "error_codes": [code],
        "timestamp": "2026-11-22 14:25:54Z",
        "trace_id": "255d1aef-8c98-452f-ac51-23d051240864",
        "correlation_id": "fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7",
    }


def error(code, message="What is wrong."):
    """https://learn.microsoft.com/graph/errors"""
    return {
        "error": {
            "code": code,
            "message": message,
            "innerError": {
                "date": "2026-11-22T14:25:54",
                "request-id": "cb7e4c81-9af6-466e-a567-4522fe43f39a",
                "client-request-id": "cb7e4c81-9af6-466e-a567-4522fe43f39a",
            },
        }
    }


def calendar(can_edit=True):
    """https://learn.microsoft.com/graph/api/calendar-get"""
    return {
        "@odata.context": f"{CONTEXT}#users('id')/calendar/$entity",
        "id": "AAMkAGI2TGuLAAA=",
        "canEdit": can_edit,
    }


def event(key, version, start, end, **more):
    """https://learn.microsoft.com/graph/api/resources/event (start and end as "2026-10-26T09:00:00")"""
    return {
        "@odata.etag": f'W/"{version}"',
        "id": key,
        "subject": "Zahnarzt",
        "showAs": "busy",
        "type": "singleInstance",
        "isAllDay": False,
        "isCancelled": False,
        "sensitivity": "normal",
        "start": {"dateTime": f"{start}.0000000", "timeZone": "UTC"},
        "end": {"dateTime": f"{end}.0000000", "timeZone": "UTC"},
        "location": {"displayName": "", "locationType": "default"},
        **more,
    }


def extended(uid):
    """https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get"""
    return [{"id": PROPERTY, "value": uid}]


def page(values, **links):
    """https://learn.microsoft.com/graph/paging; links: next, delta"""
    found = {"@odata.context": f"{CONTEXT}#Collection(event)", "value": values}
    return {**found, **{f"@odata.{name}Link": link for name, link in links.items() if link}}


def removed(key):
    """https://learn.microsoft.com/graph/delta-query-events"""
    return {"@odata.type": "#microsoft.graph.event", "id": key, "@removed": {"reason": "deleted"}}


def schedule(mailbox, view, items=()):
    """https://learn.microsoft.com/graph/api/calendar-getschedule"""
    return {
        "@odata.context": f"{CONTEXT}#Collection(microsoft.graph.scheduleInformation)",
        "value": [
            {
                "scheduleId": mailbox,
                "availabilityView": view,
                "scheduleItems": list(items),
                "workingHours": {
                    "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                    "startTime": "08:00:00.0000000",
                    "endTime": "17:00:00.0000000",
                    "timeZone": {"name": "W. Europe Standard Time"},
                },
            }
        ],
    }


def schedule_error(mailbox):
    """https://learn.microsoft.com/graph/api/resources/freebusyerror"""
    wrong = {"message": "Unable to resolve.", "responseCode": "ErrorMailRecipientNotFound"}
    return {"value": [{"scheduleId": mailbox, "availabilityView": "", "error": wrong}]}


def subscription(key, asked):
    """https://learn.microsoft.com/graph/api/subscription-post-subscriptions"""
    return {
        "@odata.context": f"{CONTEXT}#subscriptions/$entity",
        "id": key,
        "applicationId": "24d3b144-21ae-4080-943f-7067b395b913",
        "creatorId": "8ee44408-0679-472c-bc2a-692812af3437",
        "latestSupportedTlsVersion": "v1_2",
        "notificationContentType": "application/json",
        **asked,
    }


def notification(key, state, **more):
    """https://learn.microsoft.com/graph/change-notifications-delivery-webhooks"""
    return {
        "subscriptionId": key,
        "subscriptionExpirationDateTime": "2026-11-25T22:11:09.952Z",
        "clientState": state,
        "changeType": "updated",
        "resource": "Users/ddfcd489-628b-40d7-b48b-57002df800e5/Events/AAMkAGI2",
        "tenantId": "84bd8158-6d4d-4958-8b9f-9d6445542f95",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Event", "id": "AAMkAGI2"},
        **more,
    }


def lifecycle(key, state, event_):
    """https://learn.microsoft.com/graph/change-notifications-lifecycle-events"""
    return {
        "subscriptionId": key,
        "subscriptionExpirationDateTime": "2026-11-25T22:11:09.952Z",
        "tenantId": "84bd8158-6d4d-4958-8b9f-9d6445542f95",
        "clientState": state,
        "lifecycleEvent": event_,
    }
