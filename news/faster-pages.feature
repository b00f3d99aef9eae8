Pages that visitors ask for again come out of memory before Plone has looked for them, and a home page that is made anew draws only the blocks that have changed.
