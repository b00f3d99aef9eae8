The home page is made of blocks: search, services, life situations, news, events, opening hours and texts. Editors add, fill, order, hide and show them without code.
