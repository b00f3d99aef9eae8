Editors build forms in the browser with collective.easyform; only harmless fields, checks and one action can be stored, whichever way a form comes in.
