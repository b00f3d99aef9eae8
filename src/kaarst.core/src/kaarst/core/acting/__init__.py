"""Acting for others: a parent, a carer, somebody with an authorisation, a business with several people.

`authorisation` says what one is and when it is in force (no Plone); `store` keeps them; `giving`
is what people do with them.
"""
