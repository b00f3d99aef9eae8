Every public page is tried in a browser: WCAG 2.2 AA with axe at 1280 and 320 px, light and dark, at 200 % text, with the keyboard alone and with forced colours.
