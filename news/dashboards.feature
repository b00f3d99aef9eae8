Editors put dashboards together in the browser: buildings and meters in any order, and what is shown of each.
