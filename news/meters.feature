Editors of the energy management create buildings, meters and meters behind meters in the browser; a published building's readings are public, and deleting one says which readings go with it.
