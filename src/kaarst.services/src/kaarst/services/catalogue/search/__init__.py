"""A search that forgives: plain Python, without Plone.

`index.Index` is built from `index.Document` and answers queries; the other modules are its tools.
"""
